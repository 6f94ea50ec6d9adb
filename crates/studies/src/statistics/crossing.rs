//! Where a curve over learning rates first reaches a level.

/// Where the curve first reaches the level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Crossing {
    /// Already at the lowest rate at which it is defined.
    BelowGrid,
    /// At this rate.
    At(f64),
    /// Not up to the highest rate at which it is defined.
    AboveGrid,
    /// The curve is defined nowhere.
    Undefined,
}

impl Crossing {
    /// As a number that orders rightly in a resampling: `-inf` below, `+inf` above, `NaN` undefined.
    pub fn rate(self) -> f64 {
        match self {
            Self::BelowGrid => f64::NEG_INFINITY,
            Self::At(rate) => rate,
            Self::AboveGrid => f64::INFINITY,
            Self::Undefined => f64::NAN,
        }
    }
}

/// Lowest rate at which a piecewise linear curve over the logarithm of the rate is at `level` or
/// above.
///
/// `rates` increase and are positive; `heights` are the curve there, `NaN` where it is undefined
/// (no network works). An undefined height ends the curve: what comes after cannot be reached
/// from below, so a curve that is still under the level there has not crossed. Between the
/// neighbours `a < level <= b` at rates `r < s` the crossing is
/// `exp(ln r + (ln s - ln r) (level - a) / (b - a))`.
pub fn first_crossing(rates: &[f64], heights: &[f64], level: f64) -> Crossing {
    let curve: Vec<(f64, f64)> = rates
        .iter()
        .copied()
        .zip(heights.iter().copied())
        .skip_while(|(_, height)| height.is_nan())
        .take_while(|(_, height)| !height.is_nan())
        .collect();
    let Some(first) = curve.first() else {
        return Crossing::Undefined;
    };
    if first.1 >= level {
        return Crossing::BelowGrid;
    }
    for pair in curve.windows(2) {
        let [(left, below), (right, above)] = [pair[0], pair[1]];
        if above >= level {
            let share = (level - below) / (above - below);
            let (left, right) = (libm::log(left), libm::log(right));
            return Crossing::At(libm::exp(left + share * (right - left)));
        }
    }
    Crossing::AboveGrid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolates_on_the_logarithm() {
        // Half way between 0.01 and 1 on the logarithm is 0.1.
        let Crossing::At(rate) = first_crossing(&[0.01, 1.0], &[0.2, 0.6], 0.4) else {
            panic!("no crossing");
        };
        assert!((rate - 0.1).abs() < 1e-12);
        let Crossing::At(rate) = first_crossing(&[0.1, 0.2, 0.4], &[0.0, 0.1, 0.4], 0.4) else {
            panic!("no crossing");
        };
        assert!((rate - 0.4).abs() < 1e-12);
    }

    #[test]
    fn takes_the_first_of_several() {
        let heights = [0.0, 0.5, 0.1, 0.9];
        let rate = first_crossing(&[1.0, 2.0, 4.0, 8.0], &heights, 0.4).rate();
        assert!(rate > 1.0 && rate < 2.0);
    }

    #[test]
    fn beyond_the_grid_and_undefined_are_told_apart() {
        let rates = [0.1, 0.2, 0.4];
        assert_eq!(
            first_crossing(&rates, &[0.5, 0.6, 0.7], 0.4),
            Crossing::BelowGrid
        );
        assert_eq!(
            first_crossing(&rates, &[0.0, 0.1, 0.39], 0.4),
            Crossing::AboveGrid
        );
        assert_eq!(
            first_crossing(&rates, &[0.0, f64::NAN, 0.9], 0.4),
            Crossing::AboveGrid
        );
        assert_eq!(
            first_crossing(&rates, &[f64::NAN; 3], 0.4),
            Crossing::Undefined
        );
        assert!(first_crossing(&rates, &[0.0; 3], 0.4).rate() > 1e300);
    }
}
