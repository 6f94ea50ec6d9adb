//! The joint bootstrap over replicates.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::interval::{Bounds, Interval};
use super::{EXPLORATORY_LEVEL, PRIMARY_LEVEL};

/// Resamples drawn for every interval of the program.
pub const RESAMPLES: usize = 10_000;

/// Replicates below which resampling knows no interval. Of `R` replicates one resample in `R^R` is
/// nothing but the smallest: below 5 that is more than the 0.15% which lie below the 99.7% interval,
/// so that its limits would be the smallest and the largest value whatever these are, and of equal
/// values no interval at all.
pub const FEWEST: u32 = 5;

/// A multiset of replicates, by their index: the data themselves are `0, 1, .., R - 1`, a resample
/// is `R` draws with replacement.
pub type Replicates = [u32];

/// Resamples of the replicates, drawn once and shared by all arms.
///
/// A seed fixes split, initial draws and batch order of a replicate for all arms at once, so the
/// replicates are what is resampled, jointly: a statistic of several arms (a difference, a
/// largest cell, a crossing of a curve) sees the same replicates in each of them, and pairs stay
/// pairs. B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapters 6, 8, 13.
///
/// **Intervals** are percentile intervals: with `B` resamples and `alpha = 1 - level`, the `k`-th
/// smallest and the `k`-th largest resampled value, `k = floor((B + 1) alpha / 2)` (there, 12.3):
/// 250 of 10,000 at 95%, 14 at 99.7%.
///
/// **Undefined resamples** (no network of a cell works in any replicate drawn) count as smaller
/// and as larger than everything at once, so that they widen an interval; where they pass
/// `alpha / 2` of all, its limits are `NaN`. A cell of 16 replicates in which only 3 networks
/// work has no 95% interval of its dead share: 3.6% of the resamples miss all three. With fewer than
/// [`FEWEST`] replicates there is no interval.
///
/// **Coverage**: percentile intervals are too short with few replicates. For normal data the
/// test `coverage_for_few_replicates` finds that the nominal 95% interval of a mean covers about
/// 92% with 16 replicates and 88% with 8; the nominal 99.7% interval about 99.2% and 97%.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    replicates: u32,
    draws: Vec<u32>,
}

impl Bootstrap {
    /// [`RESAMPLES`] resamples of `replicates` replicates, drawn by `ChaCha8` from `seed`.
    pub fn new(replicates: u32, seed: u64) -> Self {
        Self::with_resamples(replicates, seed, RESAMPLES)
    }

    /// Like [`new`](Self::new) with another number of resamples.
    pub fn with_resamples(replicates: u32, seed: u64, resamples: usize) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let draws = if replicates == 0 {
            Vec::new()
        } else {
            (0..resamples * replicates as usize)
                .map(|_| random.random_range(0..replicates))
                .collect()
        };
        Self { replicates, draws }
    }

    /// Number of replicates.
    pub fn replicates(&self) -> u32 {
        self.replicates
    }

    /// A statistic of the data and its percentile intervals.
    ///
    /// `statistic` gets a multiset of replicates and returns `NaN` where it is undefined.
    pub fn bounds(&self, statistic: impl Fn(&Replicates) -> f64) -> Bounds {
        if self.replicates < FEWEST {
            let data: Vec<u32> = (0..self.replicates).collect();
            return Bounds {
                value: if data.is_empty() {
                    f64::NAN
                } else {
                    statistic(&data)
                },
                ..Bounds::UNDEFINED
            };
        }
        self.resampled(statistic)
    }

    /// The same of any number of replicates.
    fn resampled(&self, statistic: impl Fn(&Replicates) -> f64) -> Bounds {
        let data: Vec<u32> = (0..self.replicates).collect();
        if data.is_empty() {
            return Bounds::UNDEFINED;
        }
        let mut resampled: Vec<f64> = self
            .draws
            .chunks_exact(data.len())
            .map(&statistic)
            .collect();
        let total = resampled.len();
        resampled.retain(|value| !value.is_nan());
        Bounds {
            value: statistic(&data),
            interval95: percentile_interval(&mut resampled, total, EXPLORATORY_LEVEL),
            interval997: percentile_interval(&mut resampled, total, PRIMARY_LEVEL),
        }
    }
}

/// `defined` are the defined ones of `total` resampled values, in any order; they come in another.
fn percentile_interval(defined: &mut [f64], total: usize, level: f64) -> Interval {
    let rank = ((total + 1) as f64 * (1.0 - level) / 2.0).floor() as usize;
    let undefined = total - defined.len();
    if rank <= undefined {
        return Interval::UNDEFINED;
    }
    let rank = rank - undefined;
    // The two that are asked for, without sorting all.
    let mut at = |place: usize| *defined.select_nth_unstable_by(place, f64::total_cmp).1;
    let (low, high) = (at(rank - 1), at(total - undefined - rank));
    Interval { low, high }
}

#[cfg(test)]
mod tests {
    use super::super::mean::mean_at;
    use super::*;

    /// The mouse data of Efron and Tibshirani (1993), table 2.1.
    const TREATMENT: [f64; 7] = [94.0, 197.0, 16.0, 38.0, 99.0, 141.0, 23.0];

    #[test]
    fn agrees_with_the_mouse_data() {
        // Mean 86.86; the ideal bootstrap standard error is 23.36 (table 2.2, infinitely many
        // resamples); the 95% limits of the exact bootstrap distribution are near 86.86 +- 45.
        let bootstrap = Bootstrap::new(7, 1);
        let bounds = bootstrap.mean(&TREATMENT);
        assert!((bounds.value - 86.857).abs() < 1e-3);
        let means: Vec<f64> = bootstrap
            .draws
            .chunks_exact(7)
            .map(|drawn| mean_at(&TREATMENT, drawn))
            .collect();
        assert!((crate::statistics::standard_deviation(&means) - 23.36).abs() < 0.5);
        assert!((bounds.interval95.low - 45.0).abs() < 5.0, "{bounds:?}");
        assert!((bounds.interval95.high - 135.0).abs() < 5.0, "{bounds:?}");
        assert!(bounds.interval997.low < bounds.interval95.low);
        assert!(bounds.interval997.high > bounds.interval95.high);
    }

    #[test]
    fn two_replicates_by_hand() {
        // Means of two draws from {0, 1}: 0 and 1 with probability 1/4 each.
        let bootstrap = Bootstrap::new(2, 3);
        let bounds = bootstrap.resampled(|drawn| mean_at(&[0.0, 1.0], drawn));
        assert_eq!(
            bounds.interval95,
            Interval {
                low: 0.0,
                high: 1.0
            }
        );
        assert_eq!(bounds.value, 0.5);
    }

    #[test]
    fn few_replicates_have_a_value_and_no_interval() {
        for replicates in 1..FEWEST {
            let values: Vec<f64> = vec![0.25; replicates as usize];
            let bounds = Bootstrap::new(replicates, 3).mean(&values);
            assert_eq!(bounds.value, 0.25);
            assert!(!bounds.interval95.is_defined() && !bounds.interval997.is_defined());
            // Nothing but the smallest value in one of R^R resamples.
            let alone = libm::pow(f64::from(replicates), -f64::from(replicates));
            assert!(alone > (1.0 - PRIMARY_LEVEL) / 2.0);
        }
        let enough = Bootstrap::new(FEWEST, 3).mean(&[0.1, 0.2, 0.3, 0.4, 0.5]);
        assert!(enough.interval997.is_defined());
        let alone = libm::pow(f64::from(FEWEST), -f64::from(FEWEST));
        assert!(alone < (1.0 - PRIMARY_LEVEL) / 2.0);
    }

    #[test]
    fn agrees_with_every_resample_there_is() {
        // Four replicates have 4^4 equally likely resamples. The statistic is a ratio of means of
        // two arms over the same replicates, which only a joint resampling gets right.
        let (arm, control) = ([1.0, 2.0, 4.0, 8.0], [1.5, 1.0, 5.0, 4.0]);
        let ratio = |drawn: &Replicates| mean_at(&arm, drawn) / mean_at(&control, drawn);
        let mut all: Vec<f64> = (0..256_u32)
            .map(|code| ratio(&[code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6]))
            .collect();
        all.sort_by(f64::total_cmp);
        let bounds = Bootstrap::new(4, 11).resampled(ratio);
        let below = |value: f64| all.iter().filter(|x| **x < value - 1e-12).count() as f64 / 256.0;
        let up_to = |value: f64| all.iter().filter(|x| **x <= value + 1e-12).count() as f64 / 256.0;
        // 10,000 draws know a probability of 2.5% to within 4 * 0.16 points.
        for (limit, probability, slack) in [
            (bounds.interval95.low, 0.025, 0.0064),
            (bounds.interval95.high, 0.975, 0.0064),
            (bounds.interval997.low, 0.0015, 0.0016),
            (bounds.interval997.high, 0.9985, 0.0016),
        ] {
            assert!(below(limit) <= probability + slack, "{limit} {probability}");
            assert!(up_to(limit) >= probability - slack, "{limit} {probability}");
        }
        assert_eq!(bounds.value, 15.0 / 11.5);
    }

    #[test]
    fn the_ranks_are_those_of_the_book() {
        let mut values: Vec<f64> = (1..=10_000).rev().map(f64::from).collect();
        let at95 = percentile_interval(&mut values, 10_000, EXPLORATORY_LEVEL);
        assert_eq!((at95.low, at95.high), (250.0, 9_751.0));
        let at997 = percentile_interval(&mut values, 10_000, PRIMARY_LEVEL);
        assert_eq!((at997.low, at997.high), (14.0, 9_987.0));
    }

    #[test]
    fn the_same_seed_gives_the_same_bits() {
        assert_eq!(Bootstrap::new(16, 7).draws, Bootstrap::new(16, 7).draws);
        assert_ne!(Bootstrap::new(16, 7).draws, Bootstrap::new(16, 8).draws);
        // Pinned, so that another version of a generator is noticed.
        assert_eq!(
            Bootstrap::new(16, 0).draws[..8],
            [10, 11, 11, 7, 8, 11, 8, 0]
        );
    }
}
