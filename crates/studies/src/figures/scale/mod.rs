//! Scales: from values to places along an axis.

mod ticks;

pub use ticks::{Tick, number};

/// From values to places between 0 (the axis's start) and 1 (its end).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// Equal differences are equal lengths.
    Linear {
        /// Value at the start.
        low: f64,
        /// Value at the end.
        high: f64,
    },
    /// Equal ratios are equal lengths; values are positive.
    Log {
        /// Value at the start.
        low: f64,
        /// Value at the end.
        high: f64,
    },
    /// log(1 + value): starts at 0, and late values are told apart by ratio.
    LogOnePlus {
        /// Value at the end.
        high: f64,
    },
}

impl Scale {
    /// Place of a value: 0 at the start, 1 at the end, beyond them outside.
    pub fn place(self, value: f64) -> f64 {
        match self {
            Self::Linear { low, high } => (value - low) / (high - low),
            Self::Log { low, high } => libm::log(value / low) / libm::log(high / low),
            Self::LogOnePlus { high } => libm::log1p(value) / libm::log1p(high),
        }
    }

    /// Whether a value lies on the axis.
    pub fn contains(self, value: f64) -> bool {
        (-1e-9..=1.0 + 1e-9).contains(&self.place(value))
    }

    /// The nearest value on the axis.
    pub fn nearest(self, value: f64) -> f64 {
        let (low, high) = (self.low(), self.high());
        value.clamp(low.min(high), high.max(low))
    }

    /// Least and largest value that both axes have.
    pub fn overlap(self, other: Self) -> Option<(f64, f64)> {
        let low = f64::max(self.nearest(f64::MIN), other.nearest(f64::MIN));
        let high = f64::min(self.nearest(f64::MAX), other.nearest(f64::MAX));
        (low < high).then_some((low, high))
    }

    /// -1 for a value below the axis, 1 above it, 0 on it.
    pub fn side(self, value: f64) -> i8 {
        if self.contains(value) || value.is_nan() {
            0
        } else if value > self.low().max(self.high()) {
            1
        } else {
            -1
        }
    }

    fn low(self) -> f64 {
        match self {
            Self::Linear { low, .. } | Self::Log { low, .. } => low,
            Self::LogOnePlus { .. } => 0.0,
        }
    }

    fn high(self) -> f64 {
        match self {
            Self::Linear { high, .. } | Self::Log { high, .. } | Self::LogOnePlus { high } => high,
        }
    }
}

/// A logarithmic scale that holds all values with a margin of `margin` of its length on both
/// sides. Values that are not positive are left out.
pub fn log_around(values: impl IntoIterator<Item = f64>, margin: f64) -> Scale {
    let (mut low, mut high) = (f64::MAX, f64::MIN_POSITIVE);
    for value in values {
        if value > 0.0 && value.is_finite() {
            low = low.min(value);
            high = high.max(value);
        }
    }
    if low >= high {
        let middle = if low == f64::MAX { 1.0 } else { low };
        (low, high) = (middle / 2.0, middle * 2.0);
    }
    let widen = libm::exp(libm::log(high / low) * margin / (1.0 - 2.0 * margin));
    Scale::Log {
        low: low / widen,
        high: high * widen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_middles_have_their_places() {
        let log = Scale::Log {
            low: 0.01,
            high: 1.0,
        };
        assert_eq!(log.place(0.01), 0.0);
        assert!((log.place(0.1) - 0.5).abs() < 1e-12);
        assert_eq!(log.place(1.0), 1.0);
        let linear = Scale::Linear {
            low: -1.0,
            high: 3.0,
        };
        assert_eq!(linear.place(1.0), 0.5);
        let steps = Scale::LogOnePlus { high: 99.0 };
        assert_eq!(steps.place(0.0), 0.0);
        assert!((steps.place(9.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn values_beyond_an_axis_are_held_at_its_ends() {
        let linear = |low, high| Scale::Linear { low, high };
        let scale = linear(-4.0, 4.0);
        assert_eq!([-88.0, 0.5, 5.0].map(|v| scale.side(v)), [-1, 0, 1]);
        assert_eq!([-88.0, 0.5].map(|v| scale.nearest(v)), [-4.0, 0.5]);
        assert_eq!(scale.overlap(linear(1.0, 9.0)), Some((1.0, 4.0)));
        assert_eq!(scale.overlap(linear(5.0, 9.0)), None);
    }

    #[test]
    fn a_scale_around_values_holds_them_with_its_margin() {
        let scale = log_around([0.01, f64::NAN, 1.0], 0.05);
        assert!((scale.place(0.01) - 0.05).abs() < 1e-12);
        assert!((scale.place(1.0) - 0.95).abs() < 1e-12);
        assert!(log_around([], 0.05).contains(1.0));
        assert!(log_around([0.3], 0.05).contains(0.3));
    }
}
