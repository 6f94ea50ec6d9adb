//! The study's networks, and what the probe wrote of each.

use std::collections::BTreeMap;

use cnn::probe::stopped::{Cause, NAME, unpack};

use crate::aggregate::Frame;
use crate::study::networks;
use crate::study::{Results, StudyError};

/// The cell of a network.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    /// `short`, `long` or `orders`.
    pub(super) arm: String,
    /// Name of the optimizer.
    pub(super) optimizer: String,
    /// Which order of the batches.
    pub(super) order: i64,
}

/// One trial.
pub(super) type Network = networks::Network<Cell>;

/// The weights that are in a set, part by part: 52 to a number.
pub(super) type Words = BTreeMap<(Option<u32>, u32), u64>;

/// What the probe wrote of one network.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Probed {
    /// Weights and biases of each layer with an activation.
    pub(super) layers: Vec<f64>,
    /// Of the network.
    pub(super) weights: f64,
    /// Numbers of the network by step and quantity.
    network: BTreeMap<(u32, String), f64>,
    /// Numbers of each filter by step, layer, filter and cause.
    filters: BTreeMap<(u32, u32, u32, String), f64>,
    /// The sets by interval.
    sets: BTreeMap<u32, Words>,
}

impl Probed {
    /// Steps at which weights were compared, in order.
    pub(super) fn steps(&self) -> Vec<u32> {
        let steps = self.network.keys().filter(|(_, what)| what == "loss");
        steps.map(|(step, _)| *step).collect()
    }

    /// A number of the network; `NaN` if it was not written.
    pub(super) fn number(&self, step: u32, what: &str) -> f64 {
        let key = (step, what.to_owned());
        self.network.get(&key).copied().unwrap_or(f64::NAN)
    }

    /// A number of weights as a share of all; 0 where no row was written.
    pub(super) fn share(&self, step: u32, interval: u32, what: &str) -> f64 {
        let count = self.number(step, &format!("{interval} {what}"));
        if count.is_nan() {
            0.0
        } else {
            count / self.weights
        }
    }

    /// Share of the weights that are stopped, whatever the cause.
    pub(super) fn stopped(&self, step: u32, interval: u32) -> f64 {
        let shares = Cause::ALL.map(|cause| self.share(step, interval, cause.name()));
        shares.into_iter().sum()
    }

    /// Number of a filter's weights that are stopped for a cause, over the longest interval.
    pub(super) fn of_filter(&self, step: u32, layer: u32, filter: u32, cause: Cause) -> f64 {
        // The interval stands in front of the cause's name and is the only one.
        let key = (step, layer, filter, cause.name().to_owned());
        self.filters.get(&key).copied().unwrap_or(0.0)
    }

    /// The set of weights stopped over an interval at the end.
    pub(super) fn set(&self, interval: u32) -> Words {
        self.sets.get(&interval).cloned().unwrap_or_default()
    }

    /// Weights of a layer with an activation, or of all others.
    pub(super) fn part(&self, layer: Option<u32>) -> f64 {
        match layer {
            Some(layer) => self.layers.get(layer as usize).copied().unwrap_or(f64::NAN),
            None => self.weights - self.layers.iter().sum::<f64>(),
        }
    }

    fn add(&mut self, step: u32, layer: Option<u32>, filter: Option<u32>, what: &str, value: f64) {
        let (interval, named) = what
            .split_once(' ')
            .and_then(|(number, rest)| Some((number.parse::<u32>().ok()?, rest)))
            .unwrap_or((0, what));
        match (layer, filter, named) {
            (_, Some(word), "set") => {
                let words = self.sets.entry(interval).or_default();
                words.insert((layer, word), value as u64);
            }
            (Some(layer), None, "weights") => {
                let layer = layer as usize;
                if self.layers.len() <= layer {
                    self.layers.resize(layer + 1, 0.0);
                }
                self.layers[layer] = value;
            }
            (None, None, "weights") => self.weights = value,
            (None, None, _) => {
                self.network.insert((step, what.to_owned()), value);
            }
            (Some(layer), Some(filter), _) => {
                let key = (step, layer, filter, named.to_owned());
                self.filters.insert(key, value);
            }
            _ => {}
        }
    }
}

/// Members of two sets, and of both, in each part.
pub(super) fn in_common(first: &Words, second: &Words) -> BTreeMap<Option<u32>, [f64; 3]> {
    let mut parts: BTreeMap<Option<u32>, [f64; 3]> = BTreeMap::new();
    let ones = |word: u64| {
        let members = unpack(word as f64);
        members.into_iter().filter(|&is_in| is_in).count() as f64
    };
    for (&(part, word), &own) in first {
        let counts = parts.entry(part).or_default();
        let other = second.get(&(part, word)).copied().unwrap_or(0);
        counts[0] += ones(own);
        counts[2] += ones(own & other);
    }
    for (&(part, _), &own) in second {
        parts.entry(part).or_default()[1] += ones(own);
    }
    parts
}

/// All networks of the study.
pub(super) struct Networks {
    networks: networks::Networks<Cell>,
    /// One a network, in the same order.
    probed: Vec<Probed>,
}

impl std::ops::Deref for Networks {
    type Target = networks::Networks<Cell>;

    fn deref(&self) -> &Self::Target {
        &self.networks
    }
}

impl Networks {
    /// Reads the trials.
    ///
    /// # Errors
    /// If a column is missing.
    pub(super) fn read(results: &Results) -> Result<Self, StudyError> {
        let networks = networks::Networks::read(results, keys)?;
        let mut probed = vec![Probed::default(); networks.all.len()];
        let trials = results.trials.integers("trial")?;
        let index: BTreeMap<i64, usize> = trials
            .into_iter()
            .enumerate()
            .filter_map(|(row, trial)| Some((trial?, row)))
            .collect();
        let rows = &results.probes;
        let (trial, probe) = (rows.integers("trial")?, rows.texts("probe")?);
        let number = |name: &str| -> Result<Vec<Option<u32>>, StudyError> {
            let values = rows.integers(name)?.into_iter();
            Ok(values
                .map(|value| value.and_then(|value| u32::try_from(value).ok()))
                .collect())
        };
        let (step, layer, filter) = (number("step")?, number("layer")?, number("filter")?);
        let (quantity, value) = (rows.texts("quantity")?, rows.reals("value")?);
        for row in 0..rows.rows() {
            let network = trial[row].and_then(|trial| index.get(&trial).copied());
            if let (Some(network), NAME) = (network, probe[row].as_str()) {
                let step = step[row].unwrap_or(0);
                probed[network].add(step, layer[row], filter[row], &quantity[row], value[row]);
            }
        }
        Ok(Self { networks, probed })
    }

    /// The networks of an arm and optimizer in the first order, by replicate.
    pub(super) fn first_order(&self, arm: &str, optimizer: &str) -> Vec<(&Network, &Probed)> {
        self.select(|cell| cell.arm == arm && cell.optimizer == optimizer && cell.order == 0)
    }

    /// The networks whose cell fits with what the probe wrote of them, by replicate.
    pub(super) fn select(&self, fits: impl Fn(&Cell) -> bool) -> Vec<(&Network, &Probed)> {
        let both = self.networks.all.iter().zip(&self.probed);
        let mut own: Vec<_> = both.filter(|(network, _)| fits(&network.key)).collect();
        own.sort_by_key(|(network, _)| network.replicate);
        own
    }

    /// Initial networks of the arm `orders`.
    pub(super) fn initial_networks(&self) -> u32 {
        let own = self
            .networks
            .all
            .iter()
            .filter(|n| n.key.arm == super::ORDERS);
        own.map(|network| network.replicate + 1).max().unwrap_or(0)
    }

    /// Names of the optimizers of an arm, in the order of the specification.
    pub(super) fn optimizers(&self, arm: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for network in self.networks.all.iter().filter(|n| n.key.arm == arm) {
            if !names.contains(&network.key.optimizer) {
                names.push(network.key.optimizer.clone());
            }
        }
        names
    }

    /// One value a replicate of networks, `NaN` where `of` says nothing or there is none.
    pub(super) fn by_replicate(
        &self,
        networks: &[(&Network, &Probed)],
        of: impl Fn(&Network, &Probed) -> Option<f64>,
    ) -> Vec<f64> {
        let mut values = vec![f64::NAN; self.replicates() as usize];
        for (network, probed) in networks {
            values[network.replicate as usize] = of(network, probed).unwrap_or(f64::NAN);
        }
        values
    }
}

fn keys(trials: &Frame) -> Result<Vec<Cell>, StudyError> {
    let orders = if trials.has("batches") {
        trials.integers("batches")?
    } else {
        vec![Some(0); trials.rows()]
    };
    let names = trials
        .texts("arm")?
        .into_iter()
        .zip(trials.texts("optimizer")?);
    Ok(names
        .zip(orders)
        .map(|((arm, optimizer), order)| Cell {
            arm,
            optimizer,
            order: order.unwrap_or(0),
        })
        .collect())
}
