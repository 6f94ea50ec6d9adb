//! How a mean changes along a numeric factor: slope of least squares.

use super::bootstrap::Replicates;
use super::interval::Bounds;
use super::jackknife::{jackknife, with_values};
use super::mean::mean_at;
use super::moments::mean;

/// Slope of the line of least squares through the points `(x_j, y_j)`:
/// `sum (x_j - mean x) (y_j - mean y) / sum (x_j - mean x)^2`.
///
/// `NaN` where a coordinate is, where their numbers differ, and without two different `x`.
fn least_squares(x: &[f64], y: &[f64]) -> f64 {
    if x.len() != y.len() {
        return f64::NAN;
    }
    let (mean_x, mean_y) = (mean(x), mean(y));
    let pairs = x.iter().zip(y);
    let products: Vec<f64> = pairs.map(|(x, y)| (x - mean_x) * (y - mean_y)).collect();
    let squares: Vec<f64> = x.iter().map(|x| (x - mean_x) * (x - mean_x)).collect();
    let square = mean(&squares);
    if square > 0.0 {
        mean(&products) / square
    } else {
        f64::NAN
    }
}

/// A measure at the levels of a numeric factor.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The levels (widths, offsets) or their logarithms, at least two.
    pub levels: &'a [f64],
    /// One list a level, by replicate.
    pub values: &'a [Vec<f64>],
}

impl Line<'_> {
    /// Slope of the means over a multiset of replicates; `NaN` where a level has none: a line
    /// through fewer levels is another estimate.
    fn slope_at(&self, drawn: &Replicates) -> f64 {
        let values = self.values.iter();
        let means: Vec<f64> = values.map(|values| mean_at(values, drawn)).collect();
        least_squares(self.levels, &means)
    }

    /// Slope of each replicate; `NaN` where it lacks a value at a level.
    pub fn slopes(&self) -> Vec<f64> {
        let replicates = self.values.iter().map(Vec::len).max().unwrap_or(0);
        let of = |replicate: usize| {
            let at = |values: &Vec<f64>| values.get(replicate).copied().unwrap_or(f64::NAN);
            let own: Vec<f64> = self.values.iter().map(at).collect();
            least_squares(self.levels, &own)
        };
        (0..replicates).map(of).collect()
    }

    /// Slope of the means with the interval of the jackknife over replicates.
    ///
    /// A slope is linear in the values. So where each replicate has one at every level, the slope
    /// of the means is the mean of [`slopes`](Self::slopes), and the interval is their t interval
    /// with `n - 1` degrees of freedom, exactly. Where values lack (networks were lost), the
    /// replicates that have some still count.
    pub fn slope(&self) -> Bounds {
        jackknife(&with_values(self.values), |on| self.slope_at(on))
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::super::bootstrap::Bootstrap;
    use super::super::student_t::t_mean;
    use super::*;

    #[test]
    fn agrees_with_anscombe() {
        // F. J. Anscombe, The American Statistician 27 (1973), 17-21, first set: slope 0.500.
        let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
        let y = [
            8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68,
        ];
        // 55.01 / 110.
        assert!((least_squares(&x, &y) - 55.01 / 110.0).abs() < 1e-12);
        assert!(least_squares(&[2.0, 2.0], &[1.0, 3.0]).is_nan());
        assert!(least_squares(&[1.0, 2.0], &[1.0]).is_nan() && least_squares(&[], &[]).is_nan());
        assert!(least_squares(&[1.0, 2.0], &[1.0, f64::NAN]).is_nan());
    }

    #[test]
    fn of_whole_replicates_it_is_the_t_interval_of_their_slopes() {
        let mut random = ChaCha8Rng::seed_from_u64(4);
        for n in 3..20 {
            let values: Vec<Vec<f64>> = (0..4)
                .map(|_| (0..n).map(|_| random.random::<f64>()).collect())
                .collect();
            let line = Line {
                levels: &[-1.0, 0.0, 1.0, 3.0],
                values: &values,
            };
            let (found, known) = (line.slope(), t_mean(&line.slopes()));
            let close = |a: f64, b: f64| (a - b).abs() < 1e-10;
            assert!(close(found.value, known.value));
            let (a, b) = (found.interval95, known.interval95);
            assert!(close(a.low, b.low) && close(a.high, b.high), "{n}");
            let resampled = Bootstrap::new(n, 0).bounds(|drawn| line.slope_at(drawn));
            assert_eq!(resampled.value, found.value);
        }
    }

    #[test]
    fn replicates_that_lack_a_level_still_count_and_a_level_without_any_ends_it() {
        let values = [
            vec![0.0, 0.2, 0.1, f64::NAN, 0.2],
            vec![1.0, 1.2, f64::NAN, 1.0, 0.9],
        ];
        let line = Line {
            levels: &[1.0, 2.0],
            values: &values,
        };
        assert!(line.slopes()[2].is_nan() && line.slopes()[3].is_nan());
        let found = line.slope();
        // Means over those that have one: 4.1 / 4 - 0.5 / 4.
        assert!((found.value - 0.9).abs() < 1e-12);
        assert!(found.interval95.is_defined());
        let empty = [vec![0.1, 0.2], vec![f64::NAN, f64::NAN]];
        let line = Line {
            levels: &[1.0, 2.0],
            values: &empty,
        };
        assert!(line.slope().value.is_nan());
    }
}
