//! Optimizers, as PyTorch defines them, over flat buffers of parameters and gradients.

use serde::{Deserialize, Serialize};

/// The optimizer and its constants; the learning rate belongs to the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum OptimizerSettings {
    /// Stochastic gradient descent, see [`Sgd`].
    Sgd(Sgd),
}

/// Stochastic gradient descent as `torch.optim.SGD` (dampening 0).
///
/// With gradient g, parameter p, buffer v (g itself at the first step) and learning rate lr:
/// g <- g + `weight_decay` p; v <- momentum v + g; g <- g + momentum v if `nesterov`, else v;
/// p <- p - lr g. Without momentum there is no buffer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sgd {
    /// Share of the buffer kept at each step, in [0, 1).
    pub momentum: f64,
    /// Nesterov's form; asks for momentum > 0.
    pub nesterov: bool,
    /// L2 penalty, added to the gradient; at least 0.
    pub weight_decay: f64,
    /// Whether the penalty also holds for biases (PyTorch's default).
    pub decay_biases: bool,
}

impl Default for Sgd {
    fn default() -> Self {
        Self {
            momentum: 0.0,
            nesterov: false,
            weight_decay: 0.0,
            decay_biases: true,
        }
    }
}
