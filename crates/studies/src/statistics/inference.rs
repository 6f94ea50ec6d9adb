//! How the intervals of an analysis are made: by Student's t, or as the first studies declared.

use super::bootstrap::{Bootstrap, Replicates};
use super::difference::differences;
use super::interval::Bounds;
use super::jackknife::{jackknife, with_values};
use super::logit::{expit, logit, logit_ratio};
use super::mean::{limits_of_all_or_none, mean_at};
use super::mover::{correlation, mover};
use super::pooled::{Part, Pooled, replicates_of, sums_of_parts};
use super::student_t::{t_mean, welch};

/// What a mean is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Shares of filters, from 0 to 1.
    Shares,
    /// Other numbers from 0 to 1 of which some lie near the end: accuracies.
    Proportions,
    /// Any numbers.
    Numbers,
}

/// The intervals of one analysis.
///
/// By t, each estimate has the one that was measured to cover: shares of filters and pooled ratios
/// t on the logit ([`logit_ratio`]), means and paired differences t over replicates, differences of
/// shares and of accuracies from the interval of each side ([`mover`]), ratios of rates the
/// jackknife on the logarithm, the largest of several shares the jackknife on the logit, all others
/// (other choices, effects, orders) the jackknife. Medians are resampled by both: the jackknife is
/// inconsistent for them. Of few networks there is none ([`Bounds::of_networks`]).
#[derive(Clone, Debug)]
pub struct Inference {
    bootstrap: Bootstrap,
    by_t: bool,
}

impl Inference {
    /// Percentile intervals over resamples.
    pub fn resampled(bootstrap: Bootstrap) -> Self {
        Self {
            bootstrap,
            by_t: false,
        }
    }

    /// Intervals by t; only medians are resampled.
    pub fn student(bootstrap: Bootstrap) -> Self {
        Self {
            bootstrap,
            by_t: true,
        }
    }

    /// Whether a difference is in pairs by replicate where the analysis does not say. Seeds that are
    /// shared buy nothing for shares of filters, and much for accuracy.
    pub fn pairs(&self, of: Of) -> bool {
        !(self.by_t && of == Of::Shares)
    }

    /// Mean over the replicates in which `values` (one a replicate, `NaN` where undefined) is
    /// defined.
    pub fn mean(&self, values: &[f64]) -> Bounds {
        if self.by_t {
            t_mean(values).of_networks(defined(values).count())
        } else {
            self.bootstrap.mean(values)
        }
    }

    /// Mean of shares, each in [0, 1].
    pub fn mean_of_shares(&self, values: &[f64]) -> Bounds {
        if self.by_t {
            let parts = wholes(values);
            logit_ratio(&parts).of_networks(parts.len())
        } else {
            self.bootstrap.mean_of_shares(values)
        }
    }

    /// Sum of numerators over sum of denominators.
    pub fn ratio(&self, parts: &[Part]) -> Bounds {
        if self.by_t {
            logit_ratio(parts).of_networks(replicates_of(parts))
        } else {
            self.bootstrap.ratio(parts)
        }
    }

    /// Median over things.
    pub fn median(&self, things: &Pooled) -> Bounds {
        things.median(&self.bootstrap)
    }

    /// Mean of proportions, numbers from 0 to 1 of which some lie near the end: accuracies.
    pub fn mean_of_proportions(&self, values: &[f64]) -> Bounds {
        if self.by_t {
            self.of_share([&values.to_vec()], |on| mean_at(values, on))
        } else {
            self.bootstrap.mean(values)
        }
    }

    /// Mean of `arm` minus that of `control`: of networks of their own, or in pairs by replicate.
    /// By t that of shares and of proportions is recovered from the interval of each ([`mover`]).
    pub fn difference(&self, of: Of, arm: &[f64], control: &[f64], paired: bool) -> Bounds {
        let shares: &dyn Fn(&[f64]) -> Bounds = &|values| self.mean_of_shares(values);
        let proportions: &dyn Fn(&[f64]) -> Bounds = &|values| self.mean_of_proportions(values);
        let bounds = match of {
            Of::Shares if self.by_t => recovered(arm, control, paired, shares),
            Of::Proportions if self.by_t => recovered(arm, control, paired, proportions),
            _ if paired => self.mean(&differences(arm, control)),
            _ => self.difference_of_networks(arm, control),
        };
        self.within(of, bounds)
    }

    /// A difference of numbers from 0 to 1 lies between -1 and 1, and by t its limits do.
    pub fn within(&self, of: Of, difference: Bounds) -> Bounds {
        match of {
            Of::Shares | Of::Proportions if self.by_t => difference.no_further_than(-1.0, 1.0),
            _ => difference,
        }
    }

    /// By Student's t, unpaired.
    fn difference_of_networks(&self, arm: &[f64], control: &[f64]) -> Bounds {
        let bounds = welch(arm, control);
        if self.by_t {
            let n = |values: &[f64]| defined(values).count();
            bounds.of_networks(n(arm).min(n(control)))
        } else {
            bounds
        }
    }

    /// Any statistic of these lists of values, one a replicate each.
    pub fn of<'a>(
        &self,
        lists: impl IntoIterator<Item = &'a Vec<f64>>,
        statistic: impl Fn(&Replicates) -> f64,
    ) -> Bounds {
        if self.by_t {
            let replicates = with_values(lists);
            jackknife(&replicates, statistic).of_networks(replicates.len())
        } else {
            self.bootstrap.bounds(statistic)
        }
    }

    /// The same of a number that is never below 0: by t its interval ends there.
    pub fn of_size<'a>(
        &self,
        lists: impl IntoIterator<Item = &'a Vec<f64>>,
        statistic: impl Fn(&Replicates) -> f64,
    ) -> Bounds {
        let bounds = self.of(lists, statistic);
        if self.by_t {
            bounds.no_further_than(0.0, f64::INFINITY)
        } else {
            bounds
        }
    }

    /// The same of a number above 0, by t on its logarithm.
    pub fn of_positive<'a>(
        &self,
        lists: impl IntoIterator<Item = &'a Vec<f64>>,
        statistic: impl Fn(&Replicates) -> f64,
    ) -> Bounds {
        if self.by_t {
            let log = self.of(lists, |on| libm::log(statistic(on)));
            Bounds {
                value: libm::exp(log.value),
                interval95: log.interval95.map(libm::exp),
                interval997: log.interval997.map(libm::exp),
            }
        } else {
            self.bootstrap.bounds(statistic)
        }
    }

    /// The same of a share between 0 and 1, by t on its logit.
    pub fn of_share<'a>(
        &self,
        lists: impl IntoIterator<Item = &'a Vec<f64>>,
        statistic: impl Fn(&Replicates) -> f64,
    ) -> Bounds {
        if self.by_t {
            let on_logit = self.of(lists, |on| logit(statistic(on)));
            Bounds {
                value: expit(on_logit.value),
                interval95: on_logit.interval95.map(expit),
                interval997: on_logit.interval997.map(expit),
            }
        } else {
            self.bootstrap.bounds(statistic)
        }
    }

    /// [`limit_of_networks`](Self::limit_of_networks) of shares, one a replicate.
    pub fn limit_of_shares(&self, values: &[f64]) -> f64 {
        self.limit_of_networks(&wholes(values))
    }

    /// Where by t there is no interval because nothing (or everything) happened in all networks:
    /// the exact 95% limit of the share of *networks* in which anything does (or not everything
    /// does). `NaN` elsewhere.
    pub fn limit_of_networks(&self, parts: &[Part]) -> f64 {
        let sums = sums_of_parts(parts).into_iter();
        let shares: Vec<f64> = sums.map(|(part, whole)| part / whole).collect();
        match limits_of_all_or_none(&shares).filter(|_| self.by_t) {
            Some(bounds) if bounds.value == 0.0 => bounds.interval95.high,
            Some(bounds) => bounds.interval95.low,
            None => f64::NAN,
        }
    }
}

/// A difference by the interval of each side; in pairs those of which one lacks are left out. Where
/// the networks of a side all agree it has no interval, and would count as known: then by Student's
/// t, Welch's or over the pairs, which may reach over 0.
fn recovered(
    arm: &[f64],
    control: &[f64],
    paired: bool,
    side: impl Fn(&[f64]) -> Bounds,
) -> Bounds {
    let (mut own, mut other) = (arm.to_vec(), control.to_vec());
    let mut together = 0.0;
    if paired {
        for (one, two) in own.iter_mut().zip(&mut other) {
            if one.is_nan() || two.is_nan() {
                (*one, *two) = (f64::NAN, f64::NAN);
            }
        }
        together = correlation(&own, &other);
    }
    let n = |values: &[f64]| defined(values).count();
    let fewest = n(&own).min(n(&other));
    let (arm, control) = (side(&own), side(&other));
    let known = |bounds: Bounds| !bounds.interval95.low.is_nan();
    let bounds = if known(arm) && known(control) {
        mover(arm, control, together)
    } else if paired {
        t_mean(&differences(&own, &other))
    } else {
        welch(&own, &other)
    };
    bounds.of_networks(fewest)
}

/// Shares as parts of 1.
fn wholes(values: &[f64]) -> Vec<Part> {
    defined(values)
        .map(|(replicate, share)| (replicate, share, 1.0))
        .collect()
}

fn defined(values: &[f64]) -> impl Iterator<Item = (u32, f64)> {
    let each = (0_u32..).zip(values.iter().copied());
    each.filter(|(_, value)| !value.is_nan())
}

#[cfg(test)]
mod tests;
