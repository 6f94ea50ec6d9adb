//! Accuracies of an activation at each rate, and comparisons at the best one.

use crate::statistics::{Replicates, cross_fit, mean_at};
use crate::study::arm::{self, Arm};
use crate::study::networks::Networks;

/// Held-out accuracy after annealing of one activation.
pub(super) struct Rates {
    /// By rate (increasing), then replicate; `NaN` where there is no network.
    pub(super) accuracies: Vec<Vec<f64>>,
}

impl Rates {
    pub(super) fn of(networks: &Networks<Arm>, name: &str) -> Self {
        let at = |rate: f64| {
            let name = name.to_owned();
            networks.values(&Arm { name, rate }, |network| network.accuracy)
        };
        Self {
            accuracies: arm::rates(networks).into_iter().map(at).collect(),
        }
    }

    /// Index of the rate with the highest mean over these replicates; the lower of equal ones.
    pub(super) fn best(&self, on: &Replicates) -> Option<usize> {
        let means = self.accuracies.iter().map(|values| mean_at(values, on));
        let known = means.enumerate().filter(|(_, mean)| !mean.is_nan());
        known
            .reduce(|best, other| if other.1 > best.1 { other } else { best })
            .map(|(index, _)| index)
    }

    /// Replicates that both have.
    pub(super) fn pairs(&self, other: &Self) -> usize {
        let has = |rates: &Self, index: usize| {
            let values = rates.accuracies.first();
            values.is_some_and(|values| values.get(index).is_some_and(|v| v.is_finite()))
        };
        let all = self.accuracies.first().map_or(0, Vec::len);
        (0..all)
            .filter(|&index| has(self, index) && has(other, index))
            .count()
    }
}

/// Accuracy of `own` minus that of `control`, each at its best rate, chosen on one half of the
/// replicates and measured, in pairs, on the other. Only replicates that both have are used.
pub(super) fn difference(own: &Rates, control: &Rates, drawn: &Replicates) -> f64 {
    let common: Vec<u32> = drawn
        .iter()
        .copied()
        .filter(|&replicate| {
            let defined = |rates: &Rates| {
                let value = rates.accuracies[0].get(replicate as usize);
                value.is_some_and(|value| value.is_finite())
            };
            defined(own) && defined(control)
        })
        .collect();
    cross_fit(
        &common,
        |on| own.best(on).zip(control.best(on)),
        |&(mine, other), on| {
            mean_at(&own.accuracies[mine], on) - mean_at(&control.accuracies[other], on)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_rate_is_chosen_on_one_half_and_measured_on_the_other() {
        // Two rates, four replicates. On the odd ones (1, 3) the second rate is best, whose even
        // mean is 0.6; on the even ones the first, whose odd mean is 0.3.
        let own = Rates {
            accuracies: vec![vec![0.9, 0.2, 0.9, 0.4], vec![0.6, 0.8, 0.6, 0.8]],
        };
        let control = Rates {
            accuracies: vec![vec![0.5; 4], vec![0.1; 4]],
        };
        assert_eq!(own.best(&[1, 3]), Some(1));
        let difference = difference(&own, &control, &[0, 1, 2, 3]);
        assert!((difference - (0.45 - 0.5)).abs() < 1e-12, "{difference}");
    }

    #[test]
    fn only_common_replicates_count() {
        let own = Rates {
            accuracies: vec![vec![0.9, 0.9, f64::NAN, f64::NAN]],
        };
        let control = Rates {
            accuracies: vec![vec![0.8, 0.8, 0.1, 0.1]],
        };
        assert_eq!(own.pairs(&control), 2);
        let difference = difference(&own, &control, &[0, 1, 2, 3]);
        assert!((difference - 0.1).abs() < 1e-12, "{difference}");
    }
}
