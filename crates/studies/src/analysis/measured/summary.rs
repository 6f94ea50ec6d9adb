//! How the numbers of several networks become one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Measured, Number, sums};
use crate::analysis::grammar::Statistic;
use crate::analysis::level::Level;
use crate::analysis::networks::Networks;
use crate::statistics::{
    Bounds, Inference, Pooled, exact_share, mean_defined, replicates_of, share_of_events,
};

/// One cell of a measure: a number a seed and what they give together.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Point value and intervals.
    pub bounds: Bounds,
    /// One value a replicate, `NaN` where there is none.
    pub values: Vec<f64>,
    /// Networks that have a value.
    pub n: usize,
    /// Sums over networks of numerators and denominators, where the measure is a ratio; of an event
    /// the networks in which it holds and all; of a median the number of things.
    pub sums: Option<(Option<f64>, f64)>,
    /// [`Inference::limit_of_networks`], of shares and pooled ratios.
    pub limit: f64,
    /// Seed, numerator and denominator of each network.
    pub parts: Vec<(u32, f64, f64)>,
}

impl Measured {
    /// The numbers of networks put together, by the measure's statistic.
    ///
    /// # Errors
    /// If two of the networks have the same seed where one number a seed is needed, or real values
    /// would have to be added.
    pub fn summary(
        &self,
        networks: &Networks,
        own: &[usize],
        at: &BTreeMap<&str, &Level>,
        inference: &Inference,
    ) -> Result<Summary, String> {
        let rows = self.chosen(own, at);
        let mut values = vec![f64::NAN; networks.replicates() as usize];
        let mut taken = vec![false; values.len()];
        let mut each = Vec::with_capacity(own.len());
        let mut repeated = false;
        let alone = matches!(self.statistic, Statistic::Event | Statistic::Networks);
        let pooled = matches!(
            self.statistic,
            Statistic::Pooled | Statistic::Median | Statistic::Total | Statistic::Exact
        );
        for (network, rows) in own.iter().zip(&rows) {
            let real = |number: &Number| matches!(number, Number::Value(_));
            if !pooled && rows.len() > 1 && rows.iter().any(real) {
                return Err("a recorded number is not added up: name all its keys".into());
            }
            let replicate = networks.replicate[*network] as usize;
            repeated |= taken[replicate];
            if taken[replicate] && !pooled && !alone {
                return Err(format!(
                    "two networks have seed {replicate}: name the factor that tells them apart"
                ));
            }
            taken[replicate] = true;
            values[replicate] = self.value(*network, rows);
            each.push((replicate, values[replicate]));
        }
        let mean_of_each = alone && (repeated || self.statistic == Statistic::Networks);
        let mut n = values.iter().filter(|value| !value.is_nan()).count();
        if mean_of_each {
            n = each.iter().filter(|(_, value)| !value.is_nan()).count();
            // In the order of seeds, then of trials.
            each.sort_by_key(|(replicate, _)| *replicate);
            values.fill(f64::NAN);
        }
        let inside = || {
            own.iter()
                .zip(&rows)
                .filter(|(network, _)| self.inside[**network])
        };
        let parts = || {
            inside().map(|(network, rows)| {
                let (numerator, denominator) = sums(rows);
                (networks.replicate[*network], numerator, denominator)
            })
        };
        let total = || parts().fold((0.0, 0.0), |sum, part| (sum.0 + part.1, sum.1 + part.2));
        let mut things = 0.0;
        let bounds = match self.statistic {
            Statistic::Mean => inference.mean(&values).of_networks(own.len()),
            Statistic::Proportion => inference
                .mean_of_proportions(&values)
                .of_networks(own.len()),
            Statistic::Share => inference.mean_of_shares(&values).of_networks(own.len()),
            Statistic::Event | Statistic::Networks if mean_of_each => Bounds {
                value: mean_defined(each.iter().map(|(_, value)| *value)),
                ..Bounds::UNDEFINED
            },
            Statistic::Event | Statistic::Networks => share_of_events(&values),
            Statistic::Pooled => {
                let rows: Vec<(u32, f64, f64)> = parts().collect();
                n = replicates_of(&rows);
                inference.ratio(&rows)
            }
            Statistic::Median => {
                let all = inside().flat_map(|(network, rows)| {
                    let replicate = networks.replicate[*network];
                    rows.iter().map(move |number| (replicate, number.real()))
                });
                let pooled = Pooled::new(all);
                n = pooled.replicates();
                things = pooled.len() as f64;
                inference.median(&pooled)
            }
            Statistic::Total => Bounds {
                value: total().0,
                ..Bounds::UNDEFINED
            },
            Statistic::Exact => {
                let (events, all) = total();
                n = seeds(parts().filter(|part| part.2 > 0.0).map(|part| part.0));
                exact_share(events as u64, all as u64)
            }
        };
        let bounds = match self.statistic {
            Statistic::Total => bounds,
            _ => bounds.of_several(n),
        };
        let sums = match self.statistic {
            Statistic::Median => Some((None, things)),
            Statistic::Event => {
                let defined = each.iter().filter(|(_, value)| !value.is_nan());
                let (events, all) =
                    defined.fold((0.0, 0.0), |sum, (_, value)| (sum.0 + value, sum.1 + 1.0));
                Some((Some(events), all))
            }
            _ => self.ratio.then(|| (Some(total().0), total().1)),
        };
        let parts: Vec<(u32, f64, f64)> = parts().collect();
        let limit = match self.statistic {
            Statistic::Share => inference.limit_of_shares(&values),
            Statistic::Pooled => inference.limit_of_networks(&parts),
            _ => f64::NAN,
        };
        Ok(Summary {
            bounds,
            values,
            n,
            sums,
            limit,
            parts,
        })
    }

    /// Mean over the seeds that have a value, without an interval.
    pub fn mean(values: &[f64]) -> f64 {
        mean_defined(values.iter().copied())
    }
}

fn seeds(replicates: impl Iterator<Item = u32>) -> usize {
    replicates.collect::<BTreeSet<_>>().len()
}
