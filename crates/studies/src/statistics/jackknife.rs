//! The jackknife over replicates, with Student's t.

use std::collections::BTreeSet;

use super::bootstrap::Replicates;
use super::interval::Bounds;
use super::moments::mean;
use super::student_t::t_bounds;

/// A statistic of replicates, each left out once, and its intervals.
///
/// With `n` replicates, the statistic `T` of all and `T_i` of all but the `i`-th, the standard
/// error is `sqrt((n - 1) / n * sum (T_i - mean T_i)^2)` and the interval `T -+ t` of it with
/// `n - 1` degrees of freedom. For a mean that is the t interval itself. B. Efron and
/// R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapter 11; J. W. Tukey, "Bias and
/// confidence in not quite large samples", Ann. Math. Statist. 29 (1958), 614.
///
/// Use it on the scale where the statistic is nearest to normal, and not for medians, for which it
/// is inconsistent.
///
/// `statistic` gets a set of replicates and returns `NaN` where it is undefined. Replicates without
/// which it is undefined or infinite do not enter the standard error; where they are more than a
/// tenth of all there is no interval.
pub fn jackknife(replicates: &Replicates, statistic: impl Fn(&Replicates) -> f64) -> Bounds {
    if replicates.is_empty() {
        return Bounds::UNDEFINED;
    }
    let without = |left_out: usize| {
        let mut rest = replicates.to_vec();
        rest.remove(left_out);
        statistic(&rest)
    };
    let all = (0..replicates.len()).map(without);
    let left: Vec<f64> = all.filter(|value| value.is_finite()).collect();
    let value = statistic(replicates);
    if 10 * (replicates.len() - left.len()) > replicates.len() {
        return Bounds {
            value,
            ..Bounds::UNDEFINED
        };
    }
    let n = left.len() as f64;
    let centre = mean(&left);
    let squares: Vec<f64> = left.iter().map(|v| (v - centre) * (v - centre)).collect();
    // The mean of the squares times n - 1.
    let error = ((n - 1.0) * mean(&squares)).sqrt();
    t_bounds(value, error, n - 1.0)
}

/// The replicates that have a value in one of these lists at least, in order: to leave out one that
/// was never run changes nothing and would only seem to add a network.
pub fn with_values<'a>(lists: impl IntoIterator<Item = &'a Vec<f64>>) -> Vec<u32> {
    let defined = lists.into_iter().flat_map(|list| {
        let values = list.iter().enumerate();
        values.filter(|(_, value)| !value.is_nan())
    });
    let replicates: BTreeSet<u32> = defined.map(|(replicate, _)| replicate as u32).collect();
    replicates.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::super::mean::mean_at;
    use super::super::student_t::t_mean;
    use super::*;

    #[test]
    fn of_a_mean_it_is_students_interval() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        for n in 2..40 {
            let values: Vec<f64> = (0..n).map(|_| random.random::<f64>()).collect();
            let known = t_mean(&values);
            let found = jackknife(&with_values([&values]), |on| mean_at(&values, on));
            assert_eq!(found.value, known.value);
            for (a, b) in [
                (found.interval95, known.interval95),
                (found.interval997, known.interval997),
            ] {
                assert!((a.low - b.low).abs() < 1e-9 * (1.0 + b.low.abs()), "{n}");
                assert!((a.high - b.high).abs() < 1e-9 * (1.0 + b.high.abs()), "{n}");
            }
        }
    }

    #[test]
    fn agrees_with_the_law_school_data() {
        // Efron and Tibshirani (1993), table 3.1 and problem 11.1: the correlation of LSAT and
        // GPA of 15 law schools is 0.776, its jackknife standard error 0.143.
        let lsat = [
            576.0, 635.0, 558.0, 578.0, 666.0, 580.0, 555.0, 661.0, 651.0, 605.0, 653.0, 575.0,
            545.0, 572.0, 594.0,
        ];
        let gpa = [
            3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88,
            2.96,
        ];
        let correlation = |on: &Replicates| {
            let (x, y) = (mean_at(&lsat, on), mean_at(&gpa, on));
            let sum = |of: &dyn Fn(f64, f64) -> f64| {
                let each = on
                    .iter()
                    .map(|&i| of(lsat[i as usize] - x, gpa[i as usize] - y));
                each.sum::<f64>()
            };
            sum(&|a, b| a * b) / (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt()
        };
        let all: Vec<u32> = (0..15).collect();
        let found = jackknife(&all, correlation);
        assert!((found.value - 0.776).abs() < 5e-4);
        // t with 14 degrees of freedom: 2.145.
        let error = (found.interval95.high - found.value) / 2.1448;
        assert!((error - 0.1425).abs() < 5e-4, "{error}");
    }

    #[test]
    fn replicates_that_were_never_run_are_not_counted() {
        let one = vec![1.0, f64::NAN, 3.0, f64::NAN];
        let other = vec![f64::NAN, f64::NAN, 3.0, 5.0];
        assert_eq!(with_values([&one, &other]), [0, 2, 3]);
        assert!(with_values([&vec![f64::NAN]]).is_empty());
        assert!(jackknife(&[], |_| 1.0).value.is_nan());
    }

    #[test]
    fn a_tenth_may_be_undefined_and_more_forbids_an_interval() {
        // Undefined without replicate 0 (or 0 and 1).
        let needs = |needed: u32| {
            move |on: &Replicates| {
                let has = (0..needed).all(|replicate| on.contains(&replicate));
                if has {
                    f64::from(on.iter().sum::<u32>())
                } else {
                    f64::INFINITY
                }
            }
        };
        let ten: Vec<u32> = (0..10).collect();
        assert!(jackknife(&ten, needs(1)).interval95.is_defined());
        let two = jackknife(&ten, needs(2));
        assert!(!two.interval95.is_defined());
        assert_eq!(two.value, 45.0);
    }
}
