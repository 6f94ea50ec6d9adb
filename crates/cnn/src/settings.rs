//! What a trial is: everything, apart from seed and data, that its numbers depend on.

use serde::{Deserialize, Serialize};

use crate::architecture::Architecture;
use crate::data::DataSettings;
use crate::initialization::Initialization;
use crate::optimizer::OptimizerSettings;
use crate::random::StreamOffsets;

/// Settings of one trial. A trial is a pure function of these, a seed and the data's digest.
///
/// The canonical form is [`TrialSettings::canonical`]; every field appears in it, also where it
/// has its default, so that two spellings of the same trial are the same trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
}

/// Learning rate, batch size and number of epochs, piecewise constant.
///
/// Epochs `0 .. epochs - annealed_epochs` run at `learning_rate`, the rest at
/// `learning_rate * annealing_factor`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Step size of the optimizer; positive and finite.
    pub learning_rate: f64,
    /// Images a step. The last batch of an epoch is smaller where the set does not divide.
    #[serde(default = "defaults::batch_size")]
    pub batch_size: usize,
    /// Passes over the training set.
    #[serde(default = "defaults::epochs")]
    pub epochs: usize,
    /// How many of the last epochs run at the annealed rate.
    #[serde(default = "defaults::annealed_epochs")]
    pub annealed_epochs: usize,
    /// The annealed rate as a share of the learning rate.
    #[serde(default = "defaults::annealing_factor")]
    pub annealing_factor: f64,
}

/// Measurements that only some studies need, off by default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Probes {}

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
