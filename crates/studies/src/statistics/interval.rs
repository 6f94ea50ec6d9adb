//! An estimate with its two intervals.

use super::bootstrap::FEWEST;

/// A closed interval. A limit that the data do not fix is `NaN`; an infinite limit means "beyond
/// the range that was looked at" (for example no crossing within the grid of rates).
#[derive(Clone, Copy, Debug, PartialEq)]
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
    #[cfg(test)]
    pub fn is_defined(&self) -> bool {
        !self.low.is_nan() && !self.high.is_nan()
    }

    /// Whether the interval has a point in common with `low..=high`. False if undefined.
    #[cfg(test)]
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
#[derive(Clone, Copy, Debug, PartialEq)]
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

    /// With limits no further than the number can be: what a statistic can take, its interval may
    /// end at, and holds no less often.
    #[must_use]
    pub fn no_further_than(self, lowest: f64, highest: f64) -> Self {
        let within = |limit: f64| limit.clamp(lowest, highest);
        Self {
            value: self.value,
            interval95: self.interval95.map(within),
            interval997: self.interval997.map(within),
        }
    }

    /// The value alone where it rests on fewer than [`FEWEST`] networks.
    #[must_use]
    pub fn of_networks(self, n: usize) -> Self {
        if n < FEWEST as usize {
            Self {
                value: self.value,
                ..Self::UNDEFINED
            }
        } else {
            self
        }
    }

    /// Without intervals that have no width where they rest on fewer than [`FEWEST`] values: that
    /// few values are equal says nothing of others.
    #[must_use]
    pub fn of_several(self, n: usize) -> Self {
        let known = |interval: Interval| {
            let nothing = n < FEWEST as usize && interval.low == interval.high;
            if nothing {
                Interval::UNDEFINED
            } else {
                interval
            }
        };
        Self {
            value: self.value,
            interval95: known(self.interval95),
            interval997: known(self.interval997),
        }
    }
}
