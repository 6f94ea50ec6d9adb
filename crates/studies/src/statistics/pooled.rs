//! Statistics of things of which a network has several (deaths, revivals): pooled over networks,
//! with seeds as what is resampled.

use super::bootstrap::{Bootstrap, Replicates};
use super::interval::Bounds;
use super::mean::limits_of_all_or_none;

/// Values of things, each with the replicate that it comes from.
#[derive(Clone, Debug, Default)]
pub struct Pooled {
    /// Sorted by value; `NaN` left out.
    sorted: Vec<(f64, u32)>,
}

impl Pooled {
    /// Pools values, given with their replicates; `NaN` is left out.
    pub fn new(values: impl IntoIterator<Item = (u32, f64)>) -> Self {
        let defined = values.into_iter().filter(|(_, value)| !value.is_nan());
        let mut sorted: Vec<(f64, u32)> = defined
            .map(|(replicate, value)| (value, replicate))
            .collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        Self { sorted }
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Number of replicates that have a value.
    pub fn replicates(&self) -> usize {
        distinct(self.sorted.iter().map(|value| value.1))
    }

    /// Median over all values, each counted as often as its replicate is drawn.
    pub fn median(&self, bootstrap: &Bootstrap) -> Bounds {
        bootstrap.bounds(|drawn| {
            let times = times(bootstrap, drawn);
            // A replicate that is not among those resampled is never drawn.
            let times = |replicate: u32| times.get(replicate as usize).copied().unwrap_or(0);
            let total: usize = self.sorted.iter().map(|value| times(value.1)).sum();
            if total == 0 {
                return f64::NAN;
            }
            // The middle one, or the mean of the middle two.
            let (lower, upper) = ((total - 1) / 2, total / 2);
            let (mut seen, mut low) = (0, f64::NAN);
            for &(value, replicate) in &self.sorted {
                seen += times(replicate);
                if low.is_nan() && seen > lower {
                    low = value;
                }
                if seen > upper {
                    return if low == value {
                        value
                    } else {
                        f64::midpoint(low, value)
                    };
                }
            }
            f64::NAN
        })
    }
}

/// A part of a whole in one replicate: replicate, numerator, denominator. A replicate may have
/// several (networks, layers).
pub type Part = (u32, f64, f64);

/// Number of replicates that have a denominator.
pub fn replicates_of(parts: &[Part]) -> usize {
    distinct(parts.iter().filter(|part| part.2 > 0.0).map(|part| part.0))
}

impl Bootstrap {
    /// Sum of numerators over sum of denominators, where a numerator is a part of its
    /// denominator. Sums run first within a replicate, in the order given.
    ///
    /// Where nothing (or everything) happened the bootstrap would say [0, 0] ([1, 1]). Instead
    /// the exact limit is given for 0 (all) of as many trials as there are replicates with a
    /// denominator: things of one network are not independent, and the seeds are what was drawn.
    pub fn ratio(&self, parts: &[Part]) -> Bounds {
        let sums = sums(parts, self.replicates() as usize);
        let with = sums.iter().filter(|sum| sum.1 > 0.0);
        let shares: Vec<f64> = with.map(|sum| sum.0 / sum.1).collect();
        limits_of_all_or_none(&shares).unwrap_or_else(|| self.bounds(|drawn| ratio(&sums, drawn)))
    }
}

/// Numerators and denominators of the replicates that have a denominator.
pub(super) fn sums_of_parts(parts: &[Part]) -> Vec<(f64, f64)> {
    let replicates = parts.iter().map(|part| part.0 as usize + 1).max();
    let mut sums = sums(parts, replicates.unwrap_or(0));
    sums.retain(|sum| sum.1 > 0.0);
    sums
}

/// Numerator and denominator of each replicate.
fn sums(parts: &[Part], replicates: usize) -> Vec<(f64, f64)> {
    let mut sums = vec![(0.0, 0.0); replicates];
    for &(replicate, numerator, denominator) in parts {
        if let Some(sum) = sums.get_mut(replicate as usize) {
            sum.0 += numerator;
            sum.1 += denominator;
        }
    }
    sums
}

fn ratio(sums: &[(f64, f64)], drawn: &Replicates) -> f64 {
    let (mut numerator, mut denominator) = (0.0, 0.0);
    for &replicate in drawn {
        numerator += sums[replicate as usize].0;
        denominator += sums[replicate as usize].1;
    }
    if denominator > 0.0 {
        numerator / denominator
    } else {
        f64::NAN
    }
}

/// Number of different replicates.
fn distinct(replicates: impl Iterator<Item = u32>) -> usize {
    let mut all: Vec<u32> = replicates.collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

/// How often each replicate is drawn.
fn times(bootstrap: &Bootstrap, drawn: &Replicates) -> Vec<usize> {
    let mut times = vec![0; bootstrap.replicates() as usize];
    for &replicate in drawn {
        times[replicate as usize] += 1;
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_counts_a_replicate_as_often_as_it_is_drawn() {
        let values = [
            (0, 3.0),
            (0, 1.0),
            (1, 10.0),
            (2, f64::NAN),
            (2, 2.0),
            (2, 7.0),
            (3, 4.0),
            (3, 6.0),
            (4, 5.0),
        ];
        let pooled = Pooled::new(values);
        assert_eq!((pooled.len(), pooled.replicates()), (8, 5));
        let bootstrap = Bootstrap::new(5, 5);
        let found = pooled.median(&bootstrap);
        let slow = bootstrap.bounds(|drawn| {
            let of = |&r: &u32| values.iter().filter(move |v| v.0 == r).map(|v| v.1);
            let mut all: Vec<f64> = drawn.iter().flat_map(of).filter(|v| !v.is_nan()).collect();
            all.sort_by(f64::total_cmp);
            if all.is_empty() {
                return f64::NAN;
            }
            f64::midpoint(all[(all.len() - 1) / 2], all[all.len() / 2])
        });
        assert_eq!(found, slow);
        assert_eq!(found.value, 4.5);
    }

    #[test]
    fn a_ratio_is_of_sums_and_never_surer_than_its_seeds() {
        let bootstrap = Bootstrap::new(4, 1);
        let rows = [(0, 1.0, 2.0), (1, 0.0, 6.0), (1, 1.0, 2.0)];
        assert_eq!(bootstrap.ratio(&rows).value, 0.2);
        let none = bootstrap.ratio(&[(0, 0.0, 500.0), (1, 0.0, 1.0), (2, 0.0, 0.0)]);
        // 0 of 2: 1 - 0.025^(1/2).
        assert!((none.interval95.high - 0.8419).abs() < 1e-4);
        assert!(bootstrap.ratio(&[]).value.is_nan());
    }
}
