//! Mean over the replicates, and mean of shares with its exact limits.

use super::binomial::exact_interval;
use super::bootstrap::{Bootstrap, Replicates};
use super::interval::Bounds;
use super::moments::mean_defined;
use super::{EXPLORATORY_LEVEL, PRIMARY_LEVEL};

/// Mean over a multiset of replicates of the values that are defined.
pub fn mean_at(values: &[f64], drawn: &Replicates) -> f64 {
    mean_defined(
        drawn
            .iter()
            .map(|replicate| values.get(*replicate as usize).copied().unwrap_or(f64::NAN)),
    )
}

impl Bootstrap {
    /// Mean over the replicates in which `values` (one a replicate, `NaN` where undefined) is
    /// defined.
    pub fn mean(&self, values: &[f64]) -> Bounds {
        self.bounds(|drawn| mean_at(values, drawn))
    }

    /// Mean of shares, each in [0, 1], over the replicates in which they are defined.
    ///
    /// Where all `n` defined shares are 0 the bootstrap would say [0, 0]. The mean of a share is
    /// at most the probability that it is not 0, so the exact upper limit for 0 of `n` networks
    /// holds for it too and is given instead; likewise the lower limit where all are 1.
    pub fn mean_of_shares(&self, values: &[f64]) -> Bounds {
        let defined: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
        limits_of_all_or_none(&defined).unwrap_or_else(|| self.mean(values))
    }
}

/// Exact limits for 0 (all) of `n` networks where the shares of all `n` are 0 (1); none elsewhere.
pub(super) fn limits_of_all_or_none(shares: &[f64]) -> Option<Bounds> {
    let networks = shares.len() as u64;
    let found = [(0.0, 0), (1.0, networks)]
        .into_iter()
        .find(|(share, _)| networks > 0 && shares.iter().all(|value| value == share));
    found.map(|(share, events)| Bounds {
        value: share,
        interval95: exact_interval(events, networks, EXPLORATORY_LEVEL),
        interval997: exact_interval(events, networks, PRIMARY_LEVEL),
    })
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn undefined_replicates_widen_and_then_forbid_an_interval() {
        let mut values = [f64::NAN; 16];
        assert!(!Bootstrap::new(16, 0).mean(&values).interval95.is_defined());
        values[..3].copy_from_slice(&[0.1, 0.2, 0.3]);
        let three = Bootstrap::new(16, 0).mean(&values);
        assert!((three.value - 0.2).abs() < 1e-15);
        assert!(
            !three.interval95.is_defined(),
            "(13/16)^16 = 3.6% of the resamples are empty"
        );
        values[3..8].copy_from_slice(&[0.1, 0.2, 0.3, 0.1, 0.2]);
        assert!(Bootstrap::new(16, 0).mean(&values).interval997.is_defined());
    }

    #[test]
    fn shares_without_events_have_an_upper_limit() {
        let bootstrap = Bootstrap::new(20, 0);
        let none = bootstrap.mean_of_shares(&[0.0; 20]);
        assert_eq!(none.value, 0.0);
        assert!((none.interval95.high - 0.1684).abs() < 5e-5);
        let all = bootstrap.mean_of_shares(&[1.0; 20]);
        assert!((all.interval95.low - 0.8316).abs() < 5e-5);
        let empty = bootstrap.mean_of_shares(&[f64::NAN; 20]);
        assert!(empty.value.is_nan() && !empty.interval95.is_defined());
        assert!(Bootstrap::new(0, 0).mean_of_shares(&[]).value.is_nan());
    }

    #[test]
    fn coverage_for_few_replicates() {
        // Sums of 12 uniform numbers minus 6 are normal to within what matters here.
        let coverage = |replicates: u32| {
            let mut random = ChaCha8Rng::seed_from_u64(5);
            let runs = 2_000;
            let (mut at95, mut at997) = (0, 0);
            for run in 0..runs {
                let values: Vec<f64> = (0..replicates)
                    .map(|_| (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0)
                    .collect();
                let bounds = Bootstrap::with_resamples(replicates, run, 2_000).mean(&values);
                at95 += u32::from(bounds.interval95.overlaps(0.0, 0.0));
                at997 += u32::from(bounds.interval997.overlaps(0.0, 0.0));
            }
            (
                f64::from(at95) / runs as f64,
                f64::from(at997) / runs as f64,
            )
        };
        let (at95, at997) = coverage(16);
        assert!(
            (at95 - 0.925).abs() < 0.015 && (at997 - 0.992).abs() < 0.005,
            "{at95} {at997}"
        );
        let (at95, at997) = coverage(8);
        assert!(
            (at95 - 0.88).abs() < 0.015 && (at997 - 0.97).abs() < 0.01,
            "{at95} {at997}"
        );
    }
}
