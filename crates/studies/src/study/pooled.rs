//! Statistics of things of which a network has several (deaths, revivals): pooled over networks,
//! with seeds as what is resampled.

use crate::statistics::{Bootstrap, Bounds, EXPLORATORY_LEVEL, PRIMARY_LEVEL, exact_interval};

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

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// Number of replicates that have a value.
    pub fn replicates(&self) -> usize {
        let mut replicates: Vec<u32> = self.sorted.iter().map(|value| value.1).collect();
        replicates.sort_unstable();
        replicates.dedup();
        replicates.len()
    }

    /// Median over all values, each counted as often as its replicate is drawn.
    pub fn median(&self, bootstrap: &Bootstrap) -> Bounds {
        bootstrap.bounds(|drawn| {
            let times = times(bootstrap, drawn);
            let total: usize = self
                .sorted
                .iter()
                .map(|value| times[value.1 as usize])
                .sum();
            if total == 0 {
                return f64::NAN;
            }
            // The middle one, or the mean of the middle two, as `statistics::median` has it.
            let (lower, upper) = ((total - 1) / 2, total / 2);
            let (mut seen, mut low) = (0, f64::NAN);
            for &(value, replicate) in &self.sorted {
                seen += times[replicate as usize];
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

    /// Share of the values for which something holds.
    pub fn share(&self, bootstrap: &Bootstrap, holds: impl Fn(f64) -> bool) -> Bounds {
        let counts = self.sorted.iter();
        let counts = counts.map(|&(value, r)| (r, f64::from(u8::from(holds(value))), 1.0));
        ratio(bootstrap, &counts.collect::<Vec<_>>())
    }
}

/// Sum of numerators over sum of denominators, of rows (replicate, numerator, denominator), where
/// a numerator is a part of its denominator.
///
/// Where nothing (or everything) happened the bootstrap would say [0, 0] ([1, 1]). Instead the
/// exact limit is given for 0 (all) of as many trials as there are replicates with a denominator:
/// things of one network are not independent, and the seeds are what was drawn.
pub fn ratio(bootstrap: &Bootstrap, rows: &[(u32, f64, f64)]) -> Bounds {
    let replicates = bootstrap.replicates() as usize;
    let mut sums = vec![(0.0, 0.0); replicates];
    for &(replicate, numerator, denominator) in rows {
        if let Some(sum) = sums.get_mut(replicate as usize) {
            sum.0 += numerator;
            sum.1 += denominator;
        }
    }
    let with: Vec<&(f64, f64)> = sums.iter().filter(|sum| sum.1 > 0.0).collect();
    let n = with.len() as u64;
    for (share, events) in [(0.0, 0), (1.0, n)] {
        if n > 0 && with.iter().all(|sum| sum.0 == share * sum.1) {
            return Bounds {
                value: share,
                interval95: exact_interval(events, n, EXPLORATORY_LEVEL),
                interval997: exact_interval(events, n, PRIMARY_LEVEL),
            };
        }
    }
    bootstrap.bounds(|drawn| {
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
    })
}

/// How often each replicate is drawn.
fn times(bootstrap: &Bootstrap, drawn: &[u32]) -> Vec<usize> {
    let mut times = vec![0; bootstrap.replicates() as usize];
    for &replicate in drawn {
        times[replicate as usize] += 1;
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::median;

    #[test]
    fn the_median_counts_a_replicate_as_often_as_it_is_drawn() {
        let values = [
            (0, 3.0),
            (0, 1.0),
            (1, 10.0),
            (2, f64::NAN),
            (2, 2.0),
            (2, 7.0),
        ];
        let pooled = Pooled::new(values);
        assert_eq!((pooled.len(), pooled.replicates()), (5, 3));
        let bootstrap = Bootstrap::new(3, 5);
        let found = pooled.median(&bootstrap);
        let slow = bootstrap.bounds(|drawn| {
            let of = |&r: &u32| values.iter().filter(move |v| v.0 == r).map(|v| v.1);
            median(&drawn.iter().flat_map(of).collect::<Vec<_>>())
        });
        assert_eq!(found, slow);
        assert_eq!(found.value, 3.0);
    }

    #[test]
    fn a_ratio_is_of_sums_and_never_surer_than_its_seeds() {
        let bootstrap = Bootstrap::new(4, 1);
        let rows = [(0, 1.0, 2.0), (1, 0.0, 6.0), (1, 1.0, 2.0)];
        assert_eq!(ratio(&bootstrap, &rows).value, 0.2);
        let none = ratio(&bootstrap, &[(0, 0.0, 500.0), (1, 0.0, 1.0), (2, 0.0, 0.0)]);
        // 0 of 2: 1 - 0.025^(1/2).
        assert!((none.interval95.high - 0.8419).abs() < 1e-4);
        let share = Pooled::new([(0, 1.0), (1, 5.0), (1, 6.0)]).share(&bootstrap, |v| v > 2.0);
        assert_eq!(share.value, 2.0 / 3.0);
        assert!(ratio(&bootstrap, &[]).value.is_nan());
    }
}
