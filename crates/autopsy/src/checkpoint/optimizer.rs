//! The state of a PyTorch optimizer, and of the scaler of its losses.

mod fastai;

use std::collections::BTreeMap;

use super::pickle::{Id, Pickle, Value};
use super::torch::Reader;
use super::{Checkpoint, Tensor};
use crate::AutopsyError;

/// Keys under which an optimizer's state is looked for; Lightning's holds a list.
const OPTIMIZER_KEYS: [&str; 6] = [
    "optimizer_state_dict",
    "optimizer",
    "optimizer_state",
    "optim",
    "optimizer_states",
    "opt",
];

/// The state of a PyTorch optimizer.
#[derive(Clone, Debug, Default)]
pub struct OptimizerState {
    /// Groups with settings of their own.
    pub groups: Vec<ParameterGroup>,
    /// State by parameter index.
    pub entries: BTreeMap<i64, StateEntry>,
    /// The state of a `GradScaler`, where it is saved too.
    pub scaler: Option<Scaler>,
}

impl OptimizerState {
    /// The group that a parameter is in.
    pub fn group(&self, index: i64) -> Option<&ParameterGroup> {
        let mut groups = self.groups.iter();
        groups.find(|group| group.parameters.contains(&index))
    }
}

impl OptimizerState {
    /// All of its tensors.
    pub(super) fn tensors_mut(&mut self) -> impl Iterator<Item = &mut Tensor> {
        let entries = self.entries.values_mut();
        entries.flat_map(|entry| {
            let own = [&mut entry.first_moment, &mut entry.second_moment];
            own.into_iter().chain([&mut entry.step.1]).flatten()
        })
    }
}

/// The state of PyTorch's `GradScaler`, which skips a step whose gradients overflow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaler {
    /// What losses are multiplied by; halved with every step that is skipped.
    pub scale: f64,
    /// Steps since the last one that was skipped.
    pub growth_tracker: Option<f64>,
}

/// Parameters that share settings.
#[derive(Clone, Debug, Default)]
pub struct ParameterGroup {
    /// Indices, in the order in which the optimizer was given the parameters.
    pub parameters: Vec<i64>,
    /// Their names, if the optimizer was given them.
    pub names: Option<Vec<String>>,
    /// The learning rate in force when the file was saved.
    pub rate: Option<f64>,
    /// The rate that a schedule began with.
    pub initial_rate: Option<f64>,
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
    /// `exp_avg_sq` (Adam) or `square_avg` (`RMSprop`).
    pub second_moment: Option<Tensor>,
    /// How often it was stepped, as the number or the tensor that the file has.
    step: (Option<f64>, Option<Tensor>),
    /// Any tensor's shape, to match parameters by.
    pub shape: Vec<usize>,
}

impl StateEntry {
    /// Of a parameter that was stepped so often, as far as that is known.
    pub fn stepped(times: Option<f64>) -> Self {
        Self {
            step: (times, None),
            ..Self::default()
        }
    }
}

impl Checkpoint {
    /// The optimizer's state, in this file or in one beside it, and the file that holds it.
    pub fn state(&self) -> Option<(&OptimizerState, &Self)> {
        match (&self.optimizer, &self.beside) {
            (Some(own), _) => Some((own, self)),
            (None, Some(beside)) => beside.state(),
            (None, None) => None,
        }
    }

    /// How often a parameter was stepped, as a state of this file says.
    pub fn step_of(&self, entry: &StateEntry) -> Option<f64> {
        let (number, tensor) = &entry.step;
        let read = |tensor: &Tensor| (tensor.len() == 1).then(|| self.number(tensor, 0));
        number.or_else(|| tensor.as_ref().and_then(read))
    }

    /// The most batches that a norm of it has counted.
    pub fn batches(&self) -> Option<f64> {
        let counts = self.counters.iter().filter_map(|counter| {
            let bytes = self.counter_bytes(counter).try_into().ok()?;
            let own = counter.name.ends_with("num_batches_tracked");
            own.then(|| i64::from_le_bytes(bytes) as f64)
        });
        counts.max_by(f64::total_cmp)
    }

    /// A number of one of its tensors.
    pub fn number(&self, tensor: &Tensor, index: usize) -> f64 {
        tensor.format.get(self.bytes(tensor), index)
    }

    /// Whether every number of a tensor is 0.
    pub fn is_zero(&self, tensor: &Tensor) -> bool {
        let sign = tensor.format.size() - 1;
        let numbers = self.bytes(tensor).chunks_exact(tensor.format.size());
        numbers.into_iter().all(|number| {
            number[sign].trailing_zeros() >= 7 && number[..sign].iter().all(|&byte| byte == 0)
        })
    }
}

/// Whether a dictionary is the state of an optimizer, or of a scaler, by itself.
pub fn is_state(pickle: &Pickle, id: Id) -> bool {
    let has = |key| pickle.get(id, key).is_some();
    (has("state") && (has("param_groups") || has("hypers"))) || scaler(pickle, id).is_some()
}

fn scaler(pickle: &Pickle, id: Id) -> Option<Scaler> {
    let growth = pickle
        .get(id, "_growth_tracker")
        .or_else(|| pickle.get(id, "growth_tracker"));
    let scale = pickle.number(pickle.get(id, "scale")?)?;
    pickle.get(id, "growth_factor").or(growth)?;
    Some(Scaler {
        scale,
        growth_tracker: growth.and_then(|id| pickle.number(id)),
    })
}

impl Reader<'_> {
    /// The state of the one optimizer, and of the scaler, if there is one.
    pub fn optimizer(&mut self) -> Result<Option<OptimizerState>, AutopsyError> {
        let pickle = self.pickle;
        let mut values = vec![pickle.root];
        if let Value::Dictionary(items) = &pickle.values[pickle.root] {
            values.extend(items.iter().map(|&(_, value)| value));
        }
        let scaler = values.iter().find_map(|&id| scaler(pickle, id));
        let state = self.moments()?;
        Ok(match (state, scaler) {
            (None, None) => None,
            (state, scaler) => Some(OptimizerState {
                scaler,
                ..state.unwrap_or_default()
            }),
        })
    }

    fn moments(&mut self) -> Result<Option<OptimizerState>, AutopsyError> {
        let pickle = self.pickle;
        let alone = is_state(pickle, pickle.root).then_some(pickle.root);
        let found = alone.or_else(|| {
            let mut keys = OPTIMIZER_KEYS.iter();
            keys.find_map(|key| pickle.get(pickle.root, key))
        });
        let found = match found.and_then(|id| pickle.sequence(id)) {
            // Several optimizers number their parameters alike: nobody knows whose is whose.
            Some([only]) => Some(*only),
            Some(_) => None,
            None => found,
        };
        let Some(found) = found else { return Ok(None) };
        let Some(state) = pickle.get(found, "state") else {
            return Ok(None);
        };
        let of = |key| {
            let own = pickle.get(found, key)?;
            // fastai's lists are objects around one.
            let inner = || pickle.sequence(pickle.get(own, "items")?);
            pickle.sequence(own).or_else(inner)
        };
        let (states, groups): (Vec<(i64, Id)>, Vec<ParameterGroup>) =
            match (&pickle.values[state], of("param_groups"), of("hypers")) {
                (Value::Dictionary(items), Some(groups), _) => {
                    let own = items
                        .iter()
                        .filter_map(|&(key, entry)| match pickle.values[key] {
                            Value::Integer(index) => Some((index, entry)),
                            _ => None,
                        });
                    let groups = groups.iter().map(|&group| parameter_group(pickle, group));
                    (own.collect(), groups.collect())
                }
                (Value::Sequence(items), _, Some(settings)) => {
                    let own = (0..).zip(items.iter().copied());
                    (own.collect(), fastai::groups(pickle, settings, items.len()))
                }
                _ => return Ok(None),
            };
        let mut entries = BTreeMap::new();
        for (index, entry) in states {
            // fastai keeps an empty state of what got no gradient.
            if !pickle.entries(entry).is_empty() {
                entries.insert(index, self.entry(entry)?);
            }
        }
        Ok(Some(OptimizerState {
            groups,
            entries,
            scaler: None,
        }))
    }

    /// The state of one parameter.
    fn entry(&mut self, entry: Id) -> Result<StateEntry, AutopsyError> {
        let pickle = self.pickle;
        let mut read = StateEntry::default();
        for &(key, value) in pickle.entries(entry) {
            let Some(key) = pickle.text(key) else {
                continue;
            };
            let Value::Tensor(tensor) = &pickle.values[value] else {
                if key == "step" {
                    read.step.0 = pickle.number(value);
                }
                continue;
            };
            if !tensor.shape.is_empty() {
                read.shape.clone_from(&tensor.shape);
            }
            let own = match key {
                "momentum_buffer" | "exp_avg" | "grad_avg" => &mut read.first_moment,
                "exp_avg_sq" | "square_avg" | "sqr_avg" => &mut read.second_moment,
                "step" => &mut read.step.1,
                _ => continue,
            };
            *own = self.tensor(key, tensor)?;
        }
        Ok(read)
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
        rate: number("lr"),
        initial_rate: number("initial_lr"),
        momentum: number("momentum"),
        dampening: number("dampening").unwrap_or(0.0),
        beta1: sequence("betas")
            .and_then(|betas| betas.first())
            .and_then(|&id| pickle.number(id)),
        weight_decay: number("weight_decay").unwrap_or(0.0),
        decoupled: decoupled.is_some_and(|id| pickle.values[id] == Value::Boolean(true)),
    }
}
