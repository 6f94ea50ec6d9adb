//! What a trial is: everything, apart from seed and data, that its numbers depend on.

mod decay;
mod images;
mod intervention;
pub mod probes;
mod schedule;
mod start;
mod tasks;
mod weights;

pub use decay::Decay;
pub use images::ImageSettings;
pub use intervention::{Intervention, Which};
pub use probes::Probes;
pub use schedule::Schedule;
pub use start::Start;
pub use tasks::{Permuted, Tasks};
pub use weights::{Precision, Rounding, WeightSettings};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::CnnError;
use crate::architecture::Architecture;
use crate::data::{DataSettings, Images};
use crate::initialization::Initialization;
use crate::network::Network;
use crate::optimizer::OptimizerSettings;
use crate::random::StreamOffsets;

/// Settings of one trial. A trial is a pure function of these, a seed and the data's digest.
///
/// The canonical form is [`TrialSettings::canonical`]; every field appears in it, also where it
/// has its default, so that two spellings of the same trial are the same trial. (Those that came
/// later are left out at their defaults, so that what was there keeps its id.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrialSettings {
    /// Which images, and how their pixels are scaled.
    pub data: DataSettings,
    /// The layers of the network.
    pub architecture: Architecture,
    /// How the weights and biases start.
    #[serde(default)]
    pub initialization: Initialization,
    /// The optimizer and its constants (the learning rate stands in [`Schedule`]).
    pub optimizer: OptimizerSettings,
    /// Learning rate, batch size and length.
    pub schedule: Schedule,
    /// Offsets of the random streams, to vary one and keep the others.
    #[serde(default)]
    pub streams: StreamOffsets,
    /// Measurements beyond the ones every trial records.
    #[serde(default)]
    pub probes: Probes,
    /// In which precision weights are kept.
    #[serde(default, skip_serializing_if = "WeightSettings::is_default")]
    pub weights: WeightSettings,
    /// What is done to the images and their labels on the way.
    #[serde(default, skip_serializing_if = "ImageSettings::is_default")]
    pub images: ImageSettings,
    /// What is done to filters meanwhile; nothing if it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intervention: Option<Intervention>,
    /// The training before, from whose final weights this one begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Start>,
}

impl TrialSettings {
    /// Whether every value is in its range and the network fits the images.
    ///
    /// # Errors
    /// The first of [`TrialSettings::faults`].
    pub fn check(&self, images: &Images) -> Result<(), CnnError> {
        self.faults(images).into_iter().next().map_or(Ok(()), Err)
    }

    /// The values out of their range, the first of each group of settings, and the layer that does
    /// not fit: each a [`CnnError::Setting`] or [`CnnError::Layer`] with the key or layer and what
    /// would be right.
    pub fn faults(&self, images: &Images) -> Vec<CnnError> {
        let checks = [
            self.data.check(),
            self.initialization.check(),
            self.optimizer.check(),
            self.schedule.check(),
            self.probes.check(),
            self.weights.check(),
            self.images.check(images),
            self.fits(images),
            self.intervention_fits(images),
            self.start_fits(images),
        ];
        checks.into_iter().filter_map(Result::err).collect()
    }

    fn fits(&self, images: &Images) -> Result<(), CnnError> {
        let shapes = self.architecture.check(images.shape)?;
        let answers = shapes.last().map_or(0, |last| last.output.filters());
        if answers != images.classes {
            let index = shapes.len().saturating_sub(1);
            return Err(CnnError::Layer {
                index: index.to_string(),
                layer: self.architecture.0[index].to_string(),
                problem: format!(
                    "the network ends in {answers} outputs, and the images have {} classes (their \
                     labels go up to {}); end it with `linear {0}`",
                    images.classes,
                    images.classes.saturating_sub(1)
                ),
            });
        }
        self.batches_fit(images)?;
        if self.steps(images) > u64::from(u32::MAX) {
            let expected = "makes more than 2^32 updates; use fewer epochs or larger batches";
            return Err(CnnError::setting(
                "schedule.epochs",
                self.schedule.epochs,
                expected,
            ));
        }
        Ok(())
    }

    fn intervention_fits(&self, images: &Images) -> Result<(), CnnError> {
        let Some(intervention) = &self.intervention else {
            return Ok(());
        };
        let steps = self.steps(images);
        intervention.check(&self.architecture, images.shape, steps)
    }

    /// Whether every batch has a variance, where there are batch norms.
    fn batches_fit(&self, images: &Images) -> Result<(), CnnError> {
        let training = self.images.training_len(images);
        let batch_size = self.schedule.batch_size.max(1).min(training);
        if training.checked_rem(batch_size) != Some(1) && batch_size != 1 {
            return Ok(());
        }
        let alone = Network::training(&self.architecture, images.shape, 1);
        alone.map(|_| ()).map_err(|problem| {
            let expected = format!(
                "makes a batch of one of the {training} training images; take another ({problem})"
            );
            CnnError::setting("schedule.batch_size", self.schedule.batch_size, &expected)
        })
    }

    /// Compact JSON of every setting, also those at their defaults, in the order of the fields: what
    /// a trial's id is made of. Settings that came later are left out at their defaults, so that what
    /// was there before them keeps its id. Numbers have the shortest form that reads back the same.
    pub fn canonical(&self) -> String {
        // Plain structs, texts and numbers always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Updates planned: epochs x [`TrialSettings::steps_per_epoch`].
    pub fn steps(&self, images: &Images) -> u64 {
        (self.schedule.epochs as u64).saturating_mul(self.steps_per_epoch(images))
    }

    /// Updates of one epoch: training images / batch size, rounded up.
    pub fn steps_per_epoch(&self, images: &Images) -> u64 {
        let batch_size = self.schedule.batch_size.max(1);
        self.images.training_len(images).div_ceil(batch_size) as u64
    }

    /// Updates done when annealing begins; all of them if no epoch is annealed.
    pub fn annealing_step(&self, images: &Images) -> u64 {
        let schedule = &self.schedule;
        let epochs = schedule.epochs.saturating_sub(schedule.annealed_epochs);
        (epochs as u64).saturating_mul(self.steps_per_epoch(images))
    }
}

#[cfg(test)]
mod tests;
