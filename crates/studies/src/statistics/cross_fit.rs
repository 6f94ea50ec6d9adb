//! Choosing on one half of the replicates and measuring on the other.

use super::bootstrap::Replicates;

/// A quantity of a chosen cell, not inflated by the choice.
///
/// The best of several noisy means is too good. So `choose` picks (a cell, a rate) on the odd
/// replicates and `measure` evaluates the pick on the even ones, then the reverse, and the two
/// values are averaged: two-fold cross-fitting, V. Chernozhukov et al., "Double/debiased machine
/// learning", The Econometrics Journal 21 (2018), C1-C68, definition 3.1. Parity is that of the
/// replicate itself, so no replicate ever stands on both sides, in a resample neither.
///
/// `NaN` if a half is empty, offers nothing to choose from, or leaves the pick without a value.
pub fn cross_fit<Pick>(
    drawn: &Replicates,
    choose: impl Fn(&Replicates) -> Option<Pick>,
    measure: impl Fn(&Pick, &Replicates) -> f64,
) -> f64 {
    let all = drawn.iter().copied();
    let (odd, even): (Vec<u32>, Vec<u32>) = all.partition(|replicate| replicate % 2 == 1);
    if odd.is_empty() || even.is_empty() {
        return f64::NAN;
    }
    let half = |chosen_on: &Replicates, measured_on: &Replicates| {
        choose(chosen_on).map_or(f64::NAN, |pick| measure(&pick, measured_on))
    };
    f64::midpoint(half(&odd, &even), half(&even, &odd))
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::super::mean::mean_at;
    use super::*;

    fn best(cells: &[Vec<f64>], on: &Replicates) -> Option<usize> {
        (0..cells.len()).max_by(|a, b| mean_at(&cells[*a], on).total_cmp(&mean_at(&cells[*b], on)))
    }

    #[test]
    fn by_hand() {
        // On the odd replicates (1, 3) cell 1 is best and its even mean is 4; on the even ones
        // cell 0 is best and its odd mean is 1.
        let cells = [vec![9.0, 0.0, 7.0, 2.0], vec![5.0, 6.0, 3.0, 8.0]];
        let value = cross_fit(
            &[0, 1, 2, 3],
            |on| best(&cells, on),
            |pick, on| mean_at(&cells[*pick], on),
        );
        assert_eq!(value, 2.5);
    }

    #[test]
    fn the_choice_does_not_inflate() {
        // Twenty equal cells: the largest mean of 16 replicates is far above 0, the cross-fitted
        // one is not.
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let all: Vec<u32> = (0..16).collect();
        let (mut naive, mut fitted) = (0.0, 0.0);
        for _ in 0..400 {
            let cells: Vec<Vec<f64>> = (0..20)
                .map(|_| (0..16).map(|_| random.random::<f64>() - 0.5).collect())
                .collect();
            let pick = best(&cells, &all).unwrap();
            naive += mean_at(&cells[pick], &all) / 400.0;
            fitted +=
                cross_fit(&all, |on| best(&cells, on), |p, on| mean_at(&cells[*p], on)) / 400.0;
        }
        assert!(naive > 0.1 && fitted.abs() < 0.01, "{naive} {fitted}");
    }

    #[test]
    fn half_a_choice_is_none() {
        assert!(cross_fit(&[0, 2, 2], |_| Some(()), |(), _| 1.0).is_nan());
        assert!(cross_fit(&[0, 1], |_| None::<()>, |(), _| 1.0).is_nan());
    }
}
