//! An estimate with its two intervals.

use serde::{Deserialize, Serialize};

/// A closed interval. A limit that the data do not fix is `NaN`; an infinite limit means "beyond
/// the range that was looked at" (for example no crossing within the grid of rates).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

impl Interval {
    /// Neither limit is fixed by the data.
    pub const UNDEFINED: Self = Self {
        low: f64::NAN,
        high: f64::NAN,
    };

    /// Both limits are numbers (infinite ones included).
    pub fn is_defined(&self) -> bool {
        !self.low.is_nan() && !self.high.is_nan()
    }

    /// Whether the interval has a point in common with `low..=high`. False if undefined.
    pub fn overlaps(&self, low: f64, high: f64) -> bool {
        self.low <= high && self.high >= low
    }

    /// Both limits mapped by a function that does not decrease.
    #[must_use]
    pub fn map(self, increasing: impl Fn(f64) -> f64) -> Self {
        Self {
            low: increasing(self.low),
            high: increasing(self.high),
        }
    }
}

/// An estimate, its 95% interval and its interval at the level of the primary predictions
/// ([`PRIMARY_LEVEL`](super::PRIMARY_LEVEL), 99.7%).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// The statistic of the data themselves; `NaN` if undefined.
    pub value: f64,
    /// At 95%.
    pub interval95: Interval,
    /// At 99.7%.
    pub interval997: Interval,
}

impl Bounds {
    /// Nothing is known.
    pub const UNDEFINED: Self = Self {
        value: f64::NAN,
        interval95: Interval::UNDEFINED,
        interval997: Interval::UNDEFINED,
    };

    /// Value and limits mapped by a function that does not decrease (for example `10^x`).
    #[must_use]
    pub fn map(self, increasing: impl Fn(f64) -> f64 + Copy) -> Self {
        Self {
            value: increasing(self.value),
            interval95: self.interval95.map(increasing),
            interval997: self.interval997.map(increasing),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undefined_interval_overlaps_nothing() {
        assert!(!Interval::UNDEFINED.overlaps(f64::NEG_INFINITY, f64::INFINITY));
        assert!(!Interval::UNDEFINED.is_defined());
        let closed = Interval {
            low: 1.0,
            high: 2.0,
        };
        assert!(closed.overlaps(2.0, 3.0) && closed.overlaps(0.0, 1.0));
        assert!(!closed.overlaps(2.5, 3.0) && !closed.overlaps(-1.0, 0.5));
    }
}
