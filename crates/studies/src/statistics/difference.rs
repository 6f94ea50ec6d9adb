//! Differences between two cells, paired by seed or not.

use super::moments::mean_defined;

/// `arm - control` in each replicate; `NaN` where either is undefined.
pub fn differences(arm: &[f64], control: &[f64]) -> Vec<f64> {
    arm.iter().zip(control).map(|(a, c)| a - c).collect()
}

/// The mean of each replicate over the levels of a factor at which it has a value (one list a
/// level); `NaN` where it has none.
///
/// A comparison "at equal rate" is the mean over replicates of this mean of
/// [`differences`], one list for each rate that both sides have.
pub fn mean_over_levels(levels: &[Vec<f64>]) -> Vec<f64> {
    let replicates = levels.iter().map(Vec::len).max().unwrap_or(0);
    let at = |level: &Vec<f64>, replicate: usize| level.get(replicate).copied();
    (0..replicates)
        .map(|replicate| {
            let own = levels.iter().map(|level| at(level, replicate));
            mean_defined(own.map(|value| value.unwrap_or(f64::NAN)))
        })
        .collect()
}

/// Number of replicates in which both sides have a finite value.
pub fn pairs(arm: &[f64], control: &[f64]) -> usize {
    let both = arm.iter().zip(control);
    both.filter(|(a, c)| a.is_finite() && c.is_finite()).count()
}

#[cfg(test)]
mod tests {
    use super::super::bootstrap::Bootstrap;
    use super::super::interval::Interval;
    use super::*;

    #[test]
    fn pairs_stay_pairs() {
        // The arms differ by exactly 1 in every replicate, whatever the replicate's own level.
        let control = [3.0, 100.0, -7.0, 40.0, 12.0];
        let arm = control.map(|value| value + 1.0);
        let bounds = Bootstrap::new(5, 0).mean(&differences(&arm, &control));
        assert_eq!(
            bounds.interval997,
            Interval {
                low: 1.0,
                high: 1.0
            }
        );
    }

    #[test]
    fn each_replicate_is_averaged_over_the_levels_that_it_has() {
        let levels = [vec![1.0, f64::NAN, f64::NAN], vec![3.0, 4.0, f64::NAN]];
        let means = mean_over_levels(&levels);
        assert_eq!(means[..2], [2.0, 4.0]);
        assert!(means[2].is_nan());
        assert!(mean_over_levels(&[]).is_empty());
        assert_eq!(pairs(&levels[0], &levels[1]), 1);
    }
}
