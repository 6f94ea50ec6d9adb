//! The axis of effects: how far it reaches, and what lies beyond.

use crate::figures::scale::Scale;

/// The axis of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub low: f64,
    pub high: f64,
}

impl Range {
    /// An axis that holds 0 and all values, or that ends where `window` says; none if there is
    /// nothing to show but 0.
    pub fn of(values: impl Iterator<Item = f64>, window: Option<(f64, f64)>) -> Option<Self> {
        let finite = values.filter(|value| value.is_finite());
        let (least, most) = finite.fold((0.0f64, 0.0f64), |(least, most), value| {
            (least.min(value), most.max(value))
        });
        if least >= most {
            return None;
        }
        if let Some((low, high)) = window {
            return Some(Self { low, high });
        }
        let margin = 0.06 * (most - least);
        Some(Self {
            low: if least < 0.0 { least - margin } else { 0.0 },
            high: if most > 0.0 { most + margin } else { 0.0 },
        })
    }

    pub fn scale(self) -> Scale {
        let Self { low, high } = self;
        Scale::Linear { low, high }
    }

    /// -1 for a value below the axis, 1 above it, 0 on it.
    pub fn side(self, value: f64) -> i8 {
        i8::from(value > self.high) - i8::from(value < self.low)
    }

    /// The nearest value on the axis.
    pub fn nearest(self, value: f64) -> f64 {
        value.clamp(self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_leaves_values_beyond_the_axis() {
        let all = Range::of([-88.0, 0.5].into_iter(), None).unwrap();
        assert_eq!((all.side(-88.0), all.side(0.5)), (0, 0));
        let near = Range::of([-88.0, 0.5].into_iter(), Some((-4.0, 4.0))).unwrap();
        assert_eq!(
            (near.side(-88.0), near.side(0.5), near.side(5.0)),
            (-1, 0, 1)
        );
        assert_eq!(near.nearest(-88.0), -4.0);
        assert!(Range::of([0.0, f64::NAN].into_iter(), None).is_none());
    }
}
