//! What the probe of stopped weights wrote of a network, put in order.

use std::collections::{BTreeMap, BTreeSet};

use cnn::probe::stopped::{Cause, NAME, unpack};

use crate::frames::FrameError;
use crate::results::Results;

/// The weights that are in a set, part by part: 52 to a number.
pub type Words = BTreeMap<(Option<u32>, u32), u64>;

/// What the probe wrote of one network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Probed {
    /// Weights and biases of each layer with an activation.
    layers: Vec<f64>,
    /// Of the network.
    pub weights: f64,
    /// Numbers of the network by step and quantity.
    network: BTreeMap<(u32, String), f64>,
    /// Numbers of each filter by step, layer, filter and cause.
    filters: BTreeMap<(u32, u32, u32, String), f64>,
    /// The sets by interval.
    sets: BTreeMap<u32, Words>,
}

impl Probed {
    /// Steps at which weights were compared, in order.
    pub fn steps(&self) -> Vec<u32> {
        let steps = self.network.keys().filter(|(_, what)| what == "loss");
        steps.map(|(step, _)| *step).collect()
    }

    /// A number of the network; `NaN` if it was not written.
    pub fn number(&self, step: u32, what: &str) -> f64 {
        let key = (step, what.to_owned());
        self.network.get(&key).copied().unwrap_or(f64::NAN)
    }

    /// Number of a filter's weights that are stopped for a cause, over the longest interval.
    pub fn of_filter(&self, step: u32, layer: u32, filter: u32, cause: Cause) -> f64 {
        // The interval stands in front of the cause's name and is the only one.
        let key = (step, layer, filter, cause.name().to_owned());
        self.filters.get(&key).copied().unwrap_or(0.0)
    }

    /// The intervals over which weights were compared, in order.
    pub fn intervals(&self) -> Vec<u32> {
        let numbers = self.network.keys();
        let compared = numbers.filter_map(|(_, what)| what.strip_suffix(" close")?.parse().ok());
        compared.collect::<BTreeSet<u32>>().into_iter().collect()
    }

    /// Whether stopped weights were counted filter by filter.
    pub fn has_filters(&self) -> bool {
        !self.filters.is_empty()
    }

    /// The set of weights stopped over an interval at the end.
    pub fn set(&self, interval: u32) -> Words {
        self.sets.get(&interval).cloned().unwrap_or_default()
    }

    /// Weights of a layer with an activation, or of all others.
    pub fn part(&self, layer: Option<u32>) -> f64 {
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

/// What the probe wrote of each trial, in the order of `trials`.
///
/// # Errors
/// If a column is missing.
pub fn read(results: &Results) -> Result<Vec<Probed>, FrameError> {
    let trials = results.tables.trials.integers("trial")?;
    let index: BTreeMap<i64, usize> = trials
        .into_iter()
        .enumerate()
        .filter_map(|(row, trial)| Some((trial?, row)))
        .collect();
    let mut probed = vec![Probed::default(); results.tables.trials.rows()];
    let rows = &results.tables.probes;
    if rows.rows() == 0 {
        return Ok(probed);
    }
    let (trial, probe) = (rows.integers("trial")?, rows.texts("probe")?);
    let number = |name: &str| -> Result<Vec<Option<u32>>, FrameError> {
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
    Ok(probed)
}

/// Members of two sets, and of both, in each part.
pub fn in_common(first: &Words, second: &Words) -> BTreeMap<Option<u32>, [f64; 3]> {
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
