//! Optimizers, as PyTorch defines them, over flat buffers of parameters and gradients.

mod adam;
mod clip;
mod gains;
mod sgd;
#[cfg(test)]
mod tests;

pub use adam::Adam;
pub use clip::clip_norm;
pub use gains::Gains;
pub use sgd::Sgd;

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tensor::{Element, Graph};

use crate::CnnError;
use crate::network::Network;
use crate::parameters::ParameterTensor;
use crate::prune::Pruning;

/// The optimizer and its constants; the learning rate belongs to the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum OptimizerSettings {
    /// Stochastic gradient descent.
    Sgd(Sgd),
    /// Adam; `weight_decay` is an L2 penalty, added to the gradient (`torch.optim.Adam`).
    Adam(Adam),
    /// Adam with `weight_decay` apart from the gradient (`torch.optim.AdamW`, Loshchilov and
    /// Hutter 2017, arXiv 1711.05101).
    AdamW(Adam),
}

impl OptimizerSettings {
    /// Whether all constants are in their range.
    ///
    /// # Errors
    /// [`CnnError::Setting`] with the key, its value and what would be right.
    pub fn check(&self) -> Result<(), CnnError> {
        match self {
            Self::Sgd(settings) => settings.check(),
            Self::Adam(settings) | Self::AdamW(settings) => settings.check(),
        }
    }

    /// The weight decay and whether it holds for biases too.
    const fn weight_decay(&self) -> (f64, bool) {
        match self {
            Self::Sgd(settings) => (settings.weight_decay, settings.decay_biases),
            Self::Adam(settings) | Self::AdamW(settings) => {
                (settings.weight_decay, settings.decay_biases)
            }
        }
    }
}

/// Parameters next to each other that share their weight decay.
#[derive(Clone, Debug, PartialEq)]
struct Group {
    range: Range<usize>,
    weight_decay: f64,
}

/// An optimizer with its state, for one network.
#[derive(Clone, Debug)]
pub struct Optimizer<T = f32> {
    settings: OptimizerSettings,
    groups: Vec<Group>,
    /// Momentum buffer of SGD (empty without momentum), or mean gradient of Adam.
    first: Vec<T>,
    /// Mean squared gradient of Adam.
    second: Vec<T>,
    steps: u64,
}

impl Optimizer<f32> {
    /// An optimizer for a network, before its first step.
    ///
    /// # Errors
    /// As [`OptimizerSettings::check`].
    pub fn new(settings: &OptimizerSettings, network: &Network) -> Result<Self, CnnError> {
        Self::over(settings, &network.parameters)
    }

    /// One update of a network's parameters from its gradients.
    pub fn step(&mut self, graph: &mut Graph<f32>, learning_rate: f64) {
        let (parameters, gradients) = graph.parameters_and_grads();
        self.update(parameters, gradients, learning_rate);
    }
}

impl<T: Element> Optimizer<T> {
    /// An optimizer over flat buffers with this layout, before its first step.
    ///
    /// # Errors
    /// As [`OptimizerSettings::check`].
    pub fn over(
        settings: &OptimizerSettings,
        tensors: &[ParameterTensor],
    ) -> Result<Self, CnnError> {
        settings.check()?;
        let length = tensors.last().map_or(0, |tensor| tensor.range.end);
        let (first, second) = match settings {
            OptimizerSettings::Sgd(sgd) if sgd.momentum == 0.0 => (0, 0),
            OptimizerSettings::Sgd(_) => (length, 0),
            OptimizerSettings::Adam(_) | OptimizerSettings::AdamW(_) => (length, length),
        };
        Ok(Self {
            settings: *settings,
            groups: groups(settings, tensors),
            first: vec![T::ZERO; first],
            second: vec![T::ZERO; second],
            steps: 0,
        })
    }

    /// One update of `parameters` from `gradients`, both in the layout given at the beginning.
    pub fn update(&mut self, parameters: &mut [T], gradients: &[T], learning_rate: f64) {
        self.steps += 1;
        for Group {
            range,
            weight_decay,
        } in &self.groups
        {
            let parameters = &mut parameters[range.clone()];
            let gradients = &gradients[range.clone()];
            let first = self.first.get_mut(range.clone()).unwrap_or_default();
            let second = self.second.get_mut(range.clone()).unwrap_or_default();
            match &self.settings {
                OptimizerSettings::Sgd(settings) => {
                    let rates = sgd::Rates::new(settings, learning_rate, *weight_decay);
                    sgd::update(&rates, parameters, gradients, first);
                }
                OptimizerSettings::Adam(settings) => {
                    let rates = adam::Rates::new(settings, learning_rate, self.steps)
                        .with_penalty(*weight_decay);
                    adam::update(&rates, parameters, gradients, first, second);
                }
                OptimizerSettings::AdamW(settings) => {
                    let rates = adam::Rates::new(settings, learning_rate, self.steps)
                        .with_decay(learning_rate * weight_decay);
                    adam::update(&rates, parameters, gradients, first, second);
                }
            }
        }
    }

    /// The same optimizer for a network without some of its filters: what it remembers of the
    /// others stays.
    #[must_use]
    pub fn pruned(&self, pruning: &Pruning) -> Self {
        let left = |moments: &[T]| match moments {
            [] => Vec::new(),
            moments => pruning.of(moments),
        };
        Self {
            settings: self.settings,
            groups: groups(&self.settings, &pruning.parameters),
            first: left(&self.first),
            second: left(&self.second),
            steps: self.steps,
        }
    }

    /// Forgets what it remembers of some parameters, by their places in the buffer, as if their
    /// gradients had been 0 so far.
    pub fn forget(&mut self, places: &[usize]) {
        for moments in [&mut self.first, &mut self.second] {
            for &place in places {
                if let Some(moment) = moments.get_mut(place) {
                    *moment = T::ZERO;
                }
            }
        }
    }

    /// Updates done.
    pub const fn steps(&self) -> u64 {
        self.steps
    }

    /// SGD's momentum buffer or Adam's mean gradient, in the layout of the parameters; empty for
    /// SGD without momentum.
    pub fn first_moments(&self) -> &[T] {
        &self.first
    }

    /// Adam's mean squared gradient, in the layout of the parameters; empty for SGD.
    pub fn second_moments(&self) -> &[T] {
        &self.second
    }
}

/// The trained parameters in their order, neighbours with equal weight decay together.
fn groups(settings: &OptimizerSettings, tensors: &[ParameterTensor]) -> Vec<Group> {
    let (decay, decay_biases) = settings.weight_decay();
    let mut groups: Vec<Group> = Vec::new();
    for tensor in tensors {
        if !tensor.role.is_trained() {
            continue;
        }
        let weight_decay = if tensor.role.is_weight() || decay_biases {
            decay
        } else {
            0.0
        };
        match groups.last_mut() {
            Some(group)
                if group.weight_decay == weight_decay && group.range.end == tensor.range.start =>
            {
                group.range.end = tensor.range.end;
            }
            _ => groups.push(Group {
                range: tensor.range.clone(),
                weight_decay,
            }),
        }
    }
    groups
}

/// Refuses what is not in [0, end).
fn share(key: &str, value: f64) -> Result<(), CnnError> {
    if (0.0..1.0).contains(&value) {
        return Ok(());
    }
    let expected = "must be at least 0 and below 1";
    Err(CnnError::setting(
        &format!("optimizer.{key}"),
        value,
        expected,
    ))
}

/// Refuses what is not a finite number of at least 0.
fn finite(key: &str, value: f64) -> Result<(), CnnError> {
    if (0.0..=f64::from(f32::MAX)).contains(&value) {
        return Ok(());
    }
    let expected = "must be a finite number, at least 0";
    Err(CnnError::setting(
        &format!("optimizer.{key}"),
        value,
        expected,
    ))
}
