//! The state of a PyTorch optimizer.

use std::collections::BTreeMap;

use super::Tensor;
use super::pickle::{Id, Pickle, Value};
use super::torch::Reader;
use crate::AutopsyError;

/// Keys under which an optimizer's state is looked for; Lightning's holds a list.
const OPTIMIZER_KEYS: [&str; 5] = [
    "optimizer_state_dict",
    "optimizer",
    "optimizer_state",
    "optim",
    "optimizer_states",
];

/// The state of a PyTorch optimizer.
#[derive(Clone, Debug, Default)]
pub struct OptimizerState {
    /// Groups with settings of their own.
    pub groups: Vec<ParameterGroup>,
    /// State by parameter index.
    pub entries: BTreeMap<i64, StateEntry>,
}

/// Parameters that share settings.
#[derive(Clone, Debug, Default)]
pub struct ParameterGroup {
    /// Indices, in the order in which the optimizer was given the parameters.
    pub parameters: Vec<i64>,
    /// Their names, if the optimizer was given them.
    pub names: Option<Vec<String>>,
    /// SGD's or `RMSprop`'s momentum, if it has one.
    pub momentum: Option<f64>,
    /// SGD's `dampening`.
    pub dampening: f64,
    /// Adam's decay of the first moment.
    pub beta1: Option<f64>,
    /// Weight decay, whichever its kind.
    pub weight_decay: f64,
    /// Whether weight decay acts on the weights alone (AdamW).
    pub decoupled: bool,
}

/// The state of one parameter.
#[derive(Clone, Debug, Default)]
pub struct StateEntry {
    /// `momentum_buffer` (SGD, `RMSprop`) or `exp_avg` (Adam).
    pub first_moment: Option<Tensor>,
    /// Any tensor's shape, to match parameters by.
    pub shape: Vec<usize>,
}

impl Reader<'_> {
    /// The state of the one optimizer, if there is one.
    pub fn optimizer(&mut self) -> Result<Option<OptimizerState>, AutopsyError> {
        let pickle = self.pickle;
        let found = OPTIMIZER_KEYS
            .iter()
            .find_map(|key| pickle.get(pickle.root, key));
        let found = match found.and_then(|id| pickle.sequence(id)) {
            // Several optimizers number their parameters alike: nobody knows whose is whose.
            Some([only]) => Some(*only),
            Some(_) => None,
            None => found,
        };
        let Some(found) = found else { return Ok(None) };
        let (Some(state), Some(groups)) = (
            pickle.get(found, "state"),
            pickle.get(found, "param_groups"),
        ) else {
            return Ok(None);
        };
        let groups = pickle.sequence(groups).unwrap_or_default();
        let groups = groups.iter().map(|&group| parameter_group(pickle, group));
        let mut optimizer = OptimizerState {
            groups: groups.collect(),
            entries: BTreeMap::new(),
        };
        let Value::Dictionary(items) = &pickle.values[state] else {
            return Ok(None);
        };
        for &(index, entry) in items {
            let (Value::Integer(index), Value::Dictionary(values)) =
                (&pickle.values[index], &pickle.values[entry])
            else {
                continue;
            };
            let mut read = StateEntry::default();
            for &(key, value) in values {
                let (Some(key), Value::Tensor(tensor)) = (pickle.text(key), &pickle.values[value])
                else {
                    continue;
                };
                if !tensor.shape.is_empty() {
                    read.shape.clone_from(&tensor.shape);
                }
                if ["momentum_buffer", "exp_avg"].contains(&key) {
                    read.first_moment = self.tensor(key, tensor)?;
                }
            }
            optimizer.entries.insert(*index, read);
        }
        Ok(Some(optimizer))
    }
}

fn parameter_group(pickle: &Pickle, group: Id) -> ParameterGroup {
    let number = |key| pickle.get(group, key).and_then(|id| pickle.number(id));
    let sequence = |key| pickle.get(group, key).and_then(|id| pickle.sequence(id));
    let parameters = sequence("params").unwrap_or_default().iter();
    let parameters = parameters.filter_map(|&id| match pickle.values[id] {
        Value::Integer(index) => Some(index),
        _ => None,
    });
    let names = sequence("param_names").map(|names| {
        let text = |&id: &Id| pickle.text(id).unwrap_or_default().to_owned();
        names.iter().map(text).collect()
    });
    let decoupled = pickle.get(group, "decoupled_weight_decay");
    ParameterGroup {
        parameters: parameters.collect(),
        names,
        momentum: number("momentum"),
        dampening: number("dampening").unwrap_or(0.0),
        beta1: sequence("betas")
            .and_then(|betas| betas.first())
            .and_then(|&id| pickle.number(id)),
        weight_decay: number("weight_decay").unwrap_or(0.0),
        decoupled: decoupled.is_some_and(|id| pickle.values[id] == Value::Boolean(true)),
    }
}
