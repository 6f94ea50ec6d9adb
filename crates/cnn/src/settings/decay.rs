//! How the learning rate falls.

use std::f64::consts::PI;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::CnnError;

/// How the learning rate falls over a training, as a factor on it; apart from annealing, which
/// multiplies what is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Decay {
    /// It stays.
    #[default]
    Constant,
    /// It is multiplied by `factor` every `epochs` epochs (`torch.optim.lr_scheduler.StepLR`):
    /// `factor` ^ floor(epoch / `epochs`).
    Step {
        /// Epochs from one fall to the next; at least 1.
        epochs: usize,
        /// Factor of each fall; above 0 and at most 1.
        factor: f64,
    },
    /// Half a cosine over all updates, down to 0 (`CosineAnnealingLR`, stepped at each update, with
    /// `T_max` all of them; Loshchilov and Hutter 2016, arXiv 1608.03983):
    /// (1 + cos(pi updates done / all updates)) / 2. It anneals by itself and asks for
    /// `annealed_epochs = 0`.
    Cosine,
}

impl Decay {
    /// Whether it is the default, which the canonical form leaves out.
    pub(super) fn is_constant(&self) -> bool {
        *self == Self::Constant
    }

    /// Whether its values are in their range.
    pub(super) fn check(self, annealed_epochs: usize) -> Result<(), CnnError> {
        let wrong = |key: &str, value: String, expected: &str| {
            let key = format!("schedule.{key}");
            Err(CnnError::setting(&key, value, expected))
        };
        match self {
            Self::Step { epochs: 0, .. } => wrong("decay.epochs", "0".into(), "must be at least 1"),
            Self::Step { factor, .. } if !(factor > 0.0 && factor <= 1.0) => {
                let expected = "must be above 0 and at most 1";
                wrong("decay.factor", factor.to_string(), expected)
            }
            Self::Cosine if annealed_epochs > 0 => {
                let expected = "a cosine anneals by itself; set schedule.annealed_epochs = 0";
                wrong("annealed_epochs", annealed_epochs.to_string(), expected)
            }
            _ => Ok(()),
        }
    }

    /// What is left of `rate` in an epoch, after `done` of `all` updates; all counted from 0.
    pub(super) fn of(self, rate: f64, epoch: u64, done: u64, all: u64) -> f64 {
        match self {
            Self::Constant => rate,
            Self::Step { epochs, factor } => {
                let falls = epoch.checked_div(epochs as u64).unwrap_or(0);
                (0..falls).fold(rate, |rate, _| rate * factor)
            }
            Self::Cosine => {
                let share = done as f64 / all.max(1) as f64;
                rate * f64::midpoint(1.0, libm::cos(PI * share))
            }
        }
    }
}
