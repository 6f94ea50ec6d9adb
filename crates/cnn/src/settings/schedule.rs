//! How long a network is trained, and in which steps.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Decay, Tasks};
use crate::CnnError;

/// Learning rate, batch size and number of epochs.
///
/// Epochs `0 .. epochs - annealed_epochs` run at `learning_rate`, the rest at
/// `learning_rate * annealing_factor`; `decay` and `warmup_steps` multiply that where they are set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Step size of the optimizer; positive and finite.
    pub learning_rate: f64,
    /// Images a step. The last batch of an epoch is smaller where the set does not divide.
    #[serde(default = "defaults::batch_size")]
    pub batch_size: usize,
    /// Passes over the training set; 0 for a trial that only looks at the network as it begins.
    #[serde(default = "defaults::epochs")]
    pub epochs: usize,
    /// How many of the last epochs run at the annealed rate.
    #[serde(default = "defaults::annealed_epochs")]
    pub annealed_epochs: usize,
    /// The annealed rate as a share of the learning rate.
    #[serde(default = "defaults::annealing_factor")]
    pub annealing_factor: f64,
    /// Epochs of a phase; 0 if all is one phase. At the beginning of each phase but the first the
    /// positions of the pixels are put in a new random order, the same for all images, training
    /// and held out (the permuted tasks of continual learning, Goodfellow et al. 2013,
    /// arXiv 1312.6211). Orders come from [`Stream::Permutations`](crate::random::Stream), one
    /// substream a phase.
    #[serde(default)]
    pub permuted_every: usize,
    /// How the rate falls before annealing, such as `{ kind = "step", epochs = 5, factor = 0.1 }` or
    /// `{ kind = "cosine" }`.
    #[serde(default, skip_serializing_if = "Decay::is_constant")]
    pub decay: Decay,
    /// Updates over which the rate rises linearly, from its `warmup_steps`-th part with the first one
    /// to the whole with the last (`torch.optim.lr_scheduler.LinearLR`); 0 for none, such as 45.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub warmup_steps: u32,
    /// Largest Euclidean norm that all gradients of an update may have together, such as 1.0: where it
    /// is more, all are multiplied by `clip_norm` / (norm + 1e-6)
    /// (`torch.nn.utils.clip_grad_norm_`). Above 0; without, they stay as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clip_norm: Option<f64>,
    /// Root mean square that the gradient of each layer's weights has with the first batch, such as
    /// 0.01: all gradients of a layer are multiplied by the factor that brings them there
    /// ([`Gains`](crate::optimizer::Gains)), so that a step is as long in a convolution as in a
    /// locally connected or a linear layer. Above 0; without, they stay as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gradient_scale: Option<f64>,
    /// Tasks in a row, such as `{ permuted = "classes", epochs = 4 }`; one task if it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Tasks>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Schedule {
    /// Whether all values are in their range.
    ///
    /// # Errors
    /// [`CnnError::Setting`] with the key, its value and what would be right.
    pub fn check(&self) -> Result<(), CnnError> {
        let wrong = |key: &str, value: String, expected: &str| {
            Err(CnnError::setting(
                &format!("schedule.{key}"),
                value,
                expected,
            ))
        };
        let positive = f64::MIN_POSITIVE..=f64::from(f32::MAX);
        if !positive.contains(&self.learning_rate) {
            let expected = "a learning rate is a finite number above 0";
            return wrong("learning_rate", self.learning_rate.to_string(), expected);
        }
        if !(1..=1 << 16).contains(&self.batch_size) {
            let expected = "must be from 1 to 65536";
            return wrong("batch_size", self.batch_size.to_string(), expected);
        }
        if self.epochs > 1 << 24 {
            let expected = "must be from 0 to 2^24";
            return wrong("epochs", self.epochs.to_string(), expected);
        }
        if self.annealed_epochs >= self.epochs.max(1) {
            let expected = format!(
                "must be below schedule.epochs = {}, so that some epoch runs at the full rate",
                self.epochs
            );
            return wrong(
                "annealed_epochs",
                self.annealed_epochs.to_string(),
                &expected,
            );
        }
        if self.permuted_every > 1 << 24 {
            let expected = "must be from 0 to 2^24";
            return wrong("permuted_every", self.permuted_every.to_string(), expected);
        }
        if !(0.0..=1.0).contains(&self.annealing_factor) {
            let expected = "must be from 0 to 1";
            return wrong(
                "annealing_factor",
                self.annealing_factor.to_string(),
                expected,
            );
        }
        for (key, value) in [
            ("clip_norm", self.clip_norm),
            ("gradient_scale", self.gradient_scale),
        ] {
            if let Some(value) = value.filter(|value| !positive.contains(value)) {
                let expected = "must be a finite number above 0";
                return wrong(key, value.to_string(), expected);
            }
        }
        if let Some(tasks) = &self.tasks {
            if !(1..=1 << 24).contains(&tasks.epochs) {
                let expected = "must be from 1 to 2^24";
                return wrong("tasks.epochs", tasks.epochs.to_string(), expected);
            }
            if self.permuted_every > 0 {
                let expected = "schedule.tasks says how long a task is; leave it at 0";
                return wrong("permuted_every", self.permuted_every.to_string(), expected);
            }
        }
        self.decay.check(self.annealed_epochs)
    }

    /// The phase that begins with an epoch, both counted from 0; none if the epoch begins no phase
    /// or the first one.
    pub fn phase_from(&self, epoch: usize) -> Option<u64> {
        let epochs = self.tasks.map_or(self.permuted_every, |tasks| tasks.epochs);
        let begins = epoch > 0 && epoch.checked_rem(epochs) == Some(0);
        begins.then(|| (epoch / epochs) as u64)
    }

    /// Updates done at the end of each task; none without tasks.
    pub fn task_ends(&self, steps_per_epoch: u64) -> impl Iterator<Item = u64> {
        let epochs = self.tasks.map_or(0, |tasks| tasks.epochs).max(1);
        let count = self.tasks.map_or(0, |_| self.epochs / epochs);
        (1..=count as u64).map(move |task| task * epochs as u64 * steps_per_epoch)
    }

    /// The learning rate of the update after `done` others, of which an epoch has
    /// `steps_per_epoch`.
    pub fn rate(&self, done: u64, steps_per_epoch: u64) -> f64 {
        let epoch = done / steps_per_epoch.max(1);
        let all = (self.epochs as u64).saturating_mul(steps_per_epoch);
        let rate = if epoch + (self.annealed_epochs as u64) < self.epochs as u64 {
            self.learning_rate
        } else {
            self.learning_rate * self.annealing_factor
        };
        let rate = self.decay.of(rate, epoch, done, all);
        let warmup = u64::from(self.warmup_steps);
        if done < warmup {
            rate * ((done + 1) as f64 / warmup as f64)
        } else {
            rate
        }
    }
}

mod defaults {
    pub fn batch_size() -> usize {
        32
    }
    pub fn epochs() -> usize {
        20
    }
    pub fn annealed_epochs() -> usize {
        3
    }
    pub fn annealing_factor() -> f64 {
        1.0 / 30.0
    }
}
