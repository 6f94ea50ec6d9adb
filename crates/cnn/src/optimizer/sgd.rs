//! Stochastic gradient descent with momentum.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tensor::Element;

use super::{finite, share};
use crate::CnnError;

/// Stochastic gradient descent as `torch.optim.SGD` (dampening 0).
///
/// With gradient g, parameter p, buffer v (0 at first) and learning rate lr:
/// g <- g + `weight_decay` p; v <- momentum v + g; g <- g + momentum v if `nesterov`, else v;
/// p <- p - lr g. Without momentum there is no buffer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Sgd {
    /// Share of the buffer kept at each step, in [0, 1).
    pub momentum: f64,
    /// Nesterov's form; asks for momentum > 0.
    pub nesterov: bool,
    /// L2 penalty, added to the gradient; at least 0.
    pub weight_decay: f64,
    /// Whether the penalty also holds for biases, PReLU slopes, and gamma and beta of batch norms
    /// (PyTorch's default).
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

impl Sgd {
    pub(super) fn check(&self) -> Result<(), CnnError> {
        share("momentum", self.momentum)?;
        finite("weight_decay", self.weight_decay)?;
        if self.nesterov && self.momentum == 0.0 {
            let expected = "Nesterov's form needs a momentum above 0";
            return Err(CnnError::setting("optimizer.nesterov", true, expected));
        }
        Ok(())
    }
}

/// The constants of one update, rounded to the type of the parameters.
pub(super) struct Rates<T> {
    learning_rate: T,
    momentum: T,
    nesterov: bool,
    weight_decay: T,
}

impl<T: Element> Rates<T> {
    pub fn new(settings: &Sgd, learning_rate: f64, weight_decay: f64) -> Self {
        Self {
            learning_rate: T::from_f64(learning_rate),
            momentum: T::from_f64(settings.momentum),
            nesterov: settings.nesterov,
            weight_decay: T::from_f64(weight_decay),
        }
    }
}

/// One update; `buffer` is empty without momentum. Each product and each sum is rounded.
pub(super) fn update<T: Element>(
    rates: &Rates<T>,
    parameters: &mut [T],
    gradients: &[T],
    buffer: &mut [T],
) {
    let Rates {
        learning_rate,
        momentum,
        nesterov,
        weight_decay,
    } = *rates;
    let decayed = |parameter: T, gradient: T| {
        if weight_decay == T::ZERO {
            gradient
        } else {
            gradient + weight_decay * parameter
        }
    };
    let pairs = parameters.iter_mut().zip(gradients);
    if buffer.is_empty() {
        for (parameter, &gradient) in pairs {
            *parameter = *parameter - learning_rate * decayed(*parameter, gradient);
        }
        return;
    }
    for ((parameter, &gradient), velocity) in pairs.zip(buffer) {
        let gradient = decayed(*parameter, gradient);
        *velocity = momentum * *velocity + gradient;
        let direction = if nesterov {
            gradient + momentum * *velocity
        } else {
            *velocity
        };
        *parameter -= learning_rate * direction;
    }
}
