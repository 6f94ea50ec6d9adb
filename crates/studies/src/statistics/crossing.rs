//! Where a curve over learning rates first reaches a level.

use super::bootstrap::Replicates;
use super::mean::mean_at;

/// Lowest rate at which a piecewise linear curve over the logarithm of the rate is at `level` or
/// above, as a number that orders rightly in a resampling: `-inf` where it is so already at the
/// lowest rate at which it is defined, `inf` where it is not up to the highest, `NaN` where it is
/// defined nowhere.
///
/// `rates` increase and are positive; `heights` are the curve there, `NaN` where it is undefined
/// (no network works). An undefined height ends the curve: what comes after cannot be reached
/// from below, so a curve that is still under the level there has not crossed. Between the
/// neighbours `a < level <= b` at rates `r < s` the crossing is
/// `exp(ln r + (ln s - ln r) (level - a) / (b - a))`.
fn first_crossing(rates: &[f64], heights: &[f64], level: f64) -> f64 {
    let curve: Vec<(f64, f64)> = rates
        .iter()
        .copied()
        .zip(heights.iter().copied())
        .skip_while(|(_, height)| height.is_nan())
        .take_while(|(_, height)| !height.is_nan())
        .collect();
    let Some(first) = curve.first() else {
        return f64::NAN;
    };
    if first.1 >= level {
        return f64::NEG_INFINITY;
    }
    for pair in curve.windows(2) {
        let [(left, below), (right, above)] = [pair[0], pair[1]];
        if above >= level {
            let share = (level - below) / (above - below);
            let (left, right) = (libm::log(left), libm::log(right));
            return libm::exp(left + share * (right - left));
        }
    }
    f64::INFINITY
}

/// The means of a measure over increasing, positive levels (learning rates), and the height that is
/// looked for.
#[derive(Clone, Copy, Debug)]
pub struct Curve<'a> {
    /// Where the means are.
    pub levels: &'a [f64],
    /// One list a level, by replicate.
    pub values: &'a [Vec<f64>],
    /// What the curve is to reach.
    pub height: f64,
}

/// Where the means over a multiset of replicates first reach the height: linearly between levels,
/// over their logarithm; infinite beyond the grid, `NaN` where there is no mean at all.
pub fn crossing_at(curve: Curve<'_>, drawn: &Replicates) -> f64 {
    let values = curve.values.iter();
    let means: Vec<f64> = values.map(|values| mean_at(values, drawn)).collect();
    first_crossing(curve.levels, &means, curve.height)
}

/// The crossing of one curve over that of another.
///
/// Below the grid is as good as at level 0. So the ratio is 0 where `by` alone is never reached
/// or `curve` alone is reached below the grid, infinite where `curve` alone is never reached or
/// `by` alone is reached below the grid, and `NaN` where both hold or a curve is undefined.
pub fn crossing_ratio_at(curve: Curve<'_>, by: Curve<'_>, drawn: &Replicates) -> f64 {
    let (above, below) = (crossing_at(curve, drawn), crossing_at(by, drawn));
    if above.is_nan() || below.is_nan() {
        return f64::NAN;
    }
    above.max(0.0) / below.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolates_on_the_logarithm() {
        // Half way between 0.01 and 1 on the logarithm is 0.1.
        let rate = first_crossing(&[0.01, 1.0], &[0.2, 0.6], 0.4);
        assert!((rate - 0.1).abs() < 1e-12);
        let rate = first_crossing(&[0.1, 0.2, 0.4], &[0.0, 0.1, 0.4], 0.4);
        assert!((rate - 0.4).abs() < 1e-12);
    }

    #[test]
    fn takes_the_first_of_several() {
        let heights = [0.0, 0.5, 0.1, 0.9];
        let rate = first_crossing(&[1.0, 2.0, 4.0, 8.0], &heights, 0.4);
        assert!(rate > 1.0 && rate < 2.0);
    }

    #[test]
    fn beyond_the_grid_and_undefined_are_told_apart() {
        let rates = [0.1, 0.2, 0.4];
        let at = |heights: [f64; 3]| first_crossing(&rates, &heights, 0.4);
        assert_eq!(at([0.5, 0.6, 0.7]), f64::NEG_INFINITY);
        assert_eq!(at([0.0, 0.1, 0.39]), f64::INFINITY);
        assert_eq!(at([0.0, f64::NAN, 0.9]), f64::INFINITY);
        assert!(at([f64::NAN; 3]).is_nan());
    }

    #[test]
    fn the_ratio_of_two_crossings() {
        let levels = [0.01, 0.1, 1.0];
        let reached = [vec![0.0, 0.0], vec![0.2, 0.4], vec![0.9, 0.9]];
        let never = [vec![0.0; 2], vec![0.1; 2], vec![0.2; 2]];
        let below = [vec![0.9; 2], vec![0.9; 2], vec![0.9; 2]];
        let unknown = [vec![f64::NAN; 2], vec![f64::NAN; 2], vec![f64::NAN; 2]];
        let curve = |values, height| Curve {
            levels: &levels,
            values,
            height,
        };
        let ratio = |a, b| crossing_ratio_at(curve(a, 0.3), curve(b, 0.3), &[0, 1]);
        // Means 0, 0.3, 0.9: 0.3 at 0.1; 0.6 half way to 1 on the logarithm.
        assert!((crossing_at(curve(&reached, 0.3), &[0, 1]) - 0.1).abs() < 1e-12);
        let (six, three) = (curve(&reached, 0.6), curve(&reached, 0.3));
        let half_way = crossing_ratio_at(six, three, &[0, 1]);
        assert!((half_way - 10.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(ratio(&reached, &never), 0.0);
        assert_eq!(ratio(&never, &reached), f64::INFINITY);
        assert_eq!(ratio(&below, &reached), 0.0);
        assert_eq!(ratio(&reached, &below), f64::INFINITY);
        assert!(ratio(&never, &never).is_nan() && ratio(&below, &below).is_nan());
        assert!(ratio(&unknown, &reached).is_nan() && ratio(&reached, &unknown).is_nan());
    }
}
