//! The training that comes before a trial.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ImageSettings, Intervention, Probes, Schedule, TrialSettings};
use crate::CnnError;
use crate::data::Images;
use crate::optimizer::OptimizerSettings;

/// Another trial, from whose final weights this one begins (fine-tuning): the same network, initial
/// draws, data set and split, trained with these settings first. Nothing of it is recorded, its
/// optimizer is forgotten, and the trial's id holds all of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The optimizer of the training before.
    pub optimizer: OptimizerSettings,
    /// Learning rate, batch size and length of the training before.
    pub schedule: Schedule,
    /// What is done to the images in the training before.
    #[serde(default, skip_serializing_if = "ImageSettings::is_default")]
    pub images: ImageSettings,
}

impl TrialSettings {
    /// The trial from whose final weights this one begins, if there is one.
    pub fn before(&self) -> Option<Self> {
        let Start {
            optimizer,
            schedule,
            images,
        } = self.start.clone()?;
        Some(Self {
            optimizer,
            schedule,
            images,
            probes: Probes::default(),
            intervention: None,
            start: None,
            ..self.clone()
        })
    }

    /// Whether the training before can be.
    pub(super) fn start_fits(&self, images: &Images) -> Result<(), CnnError> {
        let Some(before) = self.before() else {
            return Ok(());
        };
        if let Some(Intervention::Remove { .. }) = self.intervention {
            let expected = "weights of a training before are those of the whole network";
            return Err(CnnError::setting("intervention.kind", "remove", expected));
        }
        let Some(fault) = before.faults(images).into_iter().next() else {
            return Ok(());
        };
        Err(match fault {
            CnnError::Setting {
                key,
                value,
                expected,
            } => CnnError::setting(&format!("start.{key}"), value, &expected),
            other => other,
        })
    }
}
