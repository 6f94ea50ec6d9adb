//! Two sides compared, each at its own best level of a factor.

use super::bootstrap::Replicates;
use super::cross_fit::cross_fit;
use super::mean::mean_at;

/// One side of a comparison: a list for each level of a factor (a learning rate), one value a
/// replicate, `NaN` where there is none.
#[derive(Clone, Copy, Debug)]
pub struct Levels<'a>(pub &'a [Vec<f64>]);

impl Levels<'_> {
    /// Index of the level with the highest mean over these replicates; the first of equal ones.
    fn best(&self, on: &Replicates) -> Option<usize> {
        let means = self.0.iter().map(|values| mean_at(values, on));
        let known = means.enumerate().filter(|(_, mean)| !mean.is_nan());
        known
            .reduce(|best, other| if other.1 > best.1 { other } else { best })
            .map(|(index, _)| index)
    }

    /// Whether the replicate was run: it has a value at the first level.
    fn has(&self, replicate: usize) -> bool {
        let first = self.0.first();
        first.is_some_and(|values| values.get(replicate).is_some_and(|v| v.is_finite()))
    }

    /// Number of replicates that both sides have.
    pub fn pairs(&self, other: &Self) -> usize {
        let all = self.0.first().map_or(0, Vec::len);
        let common = (0..all).filter(|&index| self.has(index) && other.has(index));
        common.count()
    }
}

/// `own - control`, each at its best level, over a multiset of replicates: levels are chosen on one
/// half of the replicates and measured on the other, and the reverse ([`cross_fit`]). Only
/// replicates that both sides have are used.
pub fn best_difference_at(own: Levels<'_>, control: Levels<'_>, drawn: &Replicates) -> f64 {
    let common: Vec<u32> = drawn
        .iter()
        .copied()
        .filter(|&replicate| own.has(replicate as usize) && control.has(replicate as usize))
        .collect();
    let mean = |side: Levels<'_>, level: usize, on: &Replicates| mean_at(&side.0[level], on);
    cross_fit(
        &common,
        |on| own.best(on).zip(control.best(on)),
        |&(mine, other), on| mean(own, mine, on) - mean(control, other, on),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [u32; 4] = [0, 1, 2, 3];

    #[test]
    fn the_best_level_is_chosen_on_one_half_and_measured_on_the_other() {
        // Two levels, four replicates. On the odd ones (1, 3) the second level is best, whose even
        // mean is 0.6; on the even ones the first, whose odd mean is 0.3.
        let own = [vec![0.9, 0.2, 0.9, 0.4], vec![0.6, 0.8, 0.6, 0.8]];
        let control = [vec![0.5; 4], vec![0.1; 4]];
        let (own, control) = (Levels(&own), Levels(&control));
        assert_eq!(own.best(&[1, 3]), Some(1));
        let difference = best_difference_at(own, control, &ALL);
        assert!((difference - (0.45 - 0.5)).abs() < 1e-12, "{difference}");
    }

    #[test]
    fn only_common_replicates_count() {
        let own = [vec![0.9, 0.9, f64::NAN, f64::NAN]];
        let control = [vec![0.8, 0.8, 0.1, 0.1]];
        let (own, control) = (Levels(&own), Levels(&control));
        assert_eq!(own.pairs(&control), 2);
        let difference = best_difference_at(own, control, &ALL);
        assert!((difference - 0.1).abs() < 1e-12, "{difference}");
        assert!(best_difference_at(own, Levels(&[]), &ALL).is_nan());
    }
}
