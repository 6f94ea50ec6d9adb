//! Adam and `AdamW`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tensor::Element;

use super::{finite, share};
use crate::CnnError;

/// Adam (Kingma and Ba 2014, arXiv 1412.6980) as `torch.optim.Adam` and `torch.optim.AdamW`.
///
/// With gradient g, parameter p, moments m and v (0 at first) and learning rate lr, at step t
/// from 1: Adam adds `weight_decay` p to g, `AdamW` instead first takes p <- p - lr
/// `weight_decay` p; then m <- m + (1 - beta1) (g - m); v <- beta2 v + (1 - beta2) g^2;
/// p <- p - lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Adam {
    /// Share of the mean gradient kept at each step, in [0, 1).
    pub beta1: f64,
    /// Share of the mean squared gradient kept at each step, in [0, 1).
    pub beta2: f64,
    /// Added to the root of the mean square; at least 0.
    pub epsilon: f64,
    /// Strength of the decay; at least 0.
    pub weight_decay: f64,
    /// Whether the decay also holds for biases, PReLU slopes, and gamma and beta of batch norms
    /// (PyTorch's default).
    pub decay_biases: bool,
}

impl Default for Adam {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.0,
            decay_biases: true,
        }
    }
}

impl Adam {
    pub(super) fn check(&self) -> Result<(), CnnError> {
        share("beta1", self.beta1)?;
        share("beta2", self.beta2)?;
        finite("epsilon", self.epsilon)?;
        finite("weight_decay", self.weight_decay)
    }
}

/// The constants of one update, computed in f64 and rounded to the type of the parameters.
pub(super) struct Rates<T> {
    step_size: T,
    one_minus_beta1: T,
    beta2: T,
    one_minus_beta2: T,
    root_of_correction2: T,
    epsilon: T,
    penalty: T,
    kept: T,
}

impl<T: Element> Rates<T> {
    pub fn new(settings: &Adam, learning_rate: f64, step: u64) -> Self {
        let correction = |beta: f64| 1.0 - libm::pow(beta, step as f64);
        Self {
            step_size: T::from_f64(learning_rate / correction(settings.beta1)),
            one_minus_beta1: T::from_f64(1.0 - settings.beta1),
            beta2: T::from_f64(settings.beta2),
            one_minus_beta2: T::from_f64(1.0 - settings.beta2),
            root_of_correction2: T::from_f64(correction(settings.beta2).sqrt()),
            epsilon: T::from_f64(settings.epsilon),
            penalty: T::ZERO,
            kept: T::ONE,
        }
    }

    /// An L2 penalty, added to the gradient.
    pub fn with_penalty(self, weight_decay: f64) -> Self {
        Self {
            penalty: T::from_f64(weight_decay),
            ..self
        }
    }

    /// A share taken off each parameter before the update.
    pub fn with_decay(self, share: f64) -> Self {
        Self {
            kept: T::from_f64(1.0 - share),
            ..self
        }
    }
}

/// One update. Each product and each sum is rounded.
pub(super) fn update<T: Element>(
    rates: &Rates<T>,
    parameters: &mut [T],
    gradients: &[T],
    first: &mut [T],
    second: &mut [T],
) {
    let moments = first.iter_mut().zip(second);
    for ((parameter, &gradient), (mean, square)) in
        parameters.iter_mut().zip(gradients).zip(moments)
    {
        let kept = rates.kept * *parameter;
        let gradient = if rates.penalty == T::ZERO {
            gradient
        } else {
            gradient + rates.penalty * *parameter
        };
        *mean += rates.one_minus_beta1 * (gradient - *mean);
        *square = rates.beta2 * *square + rates.one_minus_beta2 * gradient * gradient;
        let denominator = square.sqrt() / rates.root_of_correction2 + rates.epsilon;
        *parameter = kept - rates.step_size * (*mean / denominator);
    }
}
