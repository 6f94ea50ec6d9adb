//! What a trial measures: one [`TrialRecord`], made of rows that go into tables as they are.
//!
//! Steps count optimizer updates: step 0 is the network before the first update. A census at
//! step `s` looks at the weights after `s` updates.

use serde::{Deserialize, Serialize};

/// How a network is judged, at a census or at its end: diverged is asked first, then collapsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Neither of the other two.
    Working,
    /// The largest spread of any logit over the training set is below
    /// [`COLLAPSE_SPREAD`](crate::census::COLLAPSE_SPREAD).
    Collapsed,
    /// The loss or a weight is NaN or infinite.
    Diverged,
}

/// JSON has no NaN: where a number is undefined it has null, which is read back as NaN.
fn nan_for_null<'de, D: serde::Deserializer<'de>>(source: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(source)?.unwrap_or(f64::NAN))
}

/// Everything measured in one trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialRecord {
    /// The network as a whole.
    pub trial: TrialRow,
    /// One row a census of the grid and layer with an activation.
    pub censuses: Vec<CensusRow>,
    /// One row a filter of each layer with an activation.
    pub filters: Vec<FilterRow>,
    /// What the probes of [`TrialSettings`](crate::settings::TrialSettings) measured; empty
    /// without probes.
    pub probes: Vec<ProbeRow>,
}

/// One number that a probe measured, in long format: what only some studies ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeRow {
    /// Which probe.
    pub probe: String,
    /// Updates done.
    pub step: u32,
    /// Index among the layers with an activation, from 0; none where it concerns the network.
    pub layer: Option<u32>,
    /// Index within the layer; none where it concerns the layer.
    pub filter: Option<u32>,
    /// What was measured.
    pub quantity: String,
    /// Its value.
    #[serde(deserialize_with = "nan_for_null")]
    pub value: f64,
}

/// The network as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialRow {
    /// At the end of training.
    pub outcome: Outcome,
    /// Before annealing began.
    pub outcome_before_annealing: Outcome,
    /// Updates done (fewer than planned only if the network diverged).
    pub steps: u32,
    /// Updates of one epoch.
    pub steps_per_epoch: u32,
    /// Step at which annealing begins.
    pub annealing_step: u32,
    /// First step after which the loss or a weight was NaN or infinite.
    pub diverged_step: Option<u32>,
    /// Start of the collapse that lasts to the end: first step of the last unbroken run of
    /// collapsed censuses (the grid's and the extra ones taken at each step around a collapse).
    pub collapsed_step: Option<u32>,
    /// First step at which some layer was wholly dead, confirmed by a census.
    pub layer_dead_step: Option<u32>,
    /// That layer's index among the layers with an activation, from 0.
    pub layer_dead: Option<u32>,
    /// Share of the training set classified rightly at the end (chance if diverged).
    pub train_accuracy: f64,
    /// Share of the held-out images classified rightly at the end (chance if diverged).
    pub held_out_accuracy: f64,
    /// Share of the held-out images classified rightly before annealing (chance if diverged).
    pub held_out_accuracy_before_annealing: f64,
    /// Mean cross-entropy over the training set at the end, in nats; none if diverged.
    pub train_loss: Option<f64>,
    /// Largest spread (max - min over the training set) of any logit at the end; none if diverged.
    pub logit_spread: Option<f64>,
    /// Filter intervals between two censuses at which the filter was dead throughout
    /// (dead at both, active in no training batch between), counted over its steps.
    pub dead_steps: u64,
    /// Of those steps, the ones at which the filter's weight or bias gradient was not exactly 0.
    /// For ReLU this must be 0.
    pub dead_steps_with_gradient: u64,
}

/// One layer at one census of the grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CensusRow {
    /// Updates done.
    pub step: u32,
    /// Index among the layers with an activation, from 0.
    pub layer: u32,
    /// Of the whole network at this census. A diverged network has rows with all counts 0.
    pub outcome: Outcome,
    /// Filters of the layer.
    pub filters: u32,
    /// Filters silent on the training set.
    pub silent: u32,
    /// Filters dead.
    pub dead: u32,
    /// Filters saturated: not silent, and the activation's derivative is exactly 0 at every image
    /// and position all the same (tanh beyond +-9.01).
    pub saturated: u32,
    /// Filters active, yet without gradient at every step of the last epoch's worth of steps
    /// (saturated ones among them).
    pub cut_off: u32,
    /// Units (filter x position) of the layer.
    pub units: u32,
    /// Units silent on the training set.
    pub silent_units: u32,
    /// Share of filter x image x position with a pre-activation above 0.
    #[serde(deserialize_with = "nan_for_null")]
    pub positive_share: f64,
    /// Mean cross-entropy over the training set, in nats (NaN if diverged).
    #[serde(deserialize_with = "nan_for_null")]
    pub train_loss: f64,
    /// Share of the training set classified rightly.
    pub train_accuracy: f64,
    /// Largest spread of any logit over the training set (NaN if diverged).
    #[serde(deserialize_with = "nan_for_null")]
    pub logit_spread: f64,
}

/// The life of one filter. Of a diverged network the last finite census is the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column of the published table"
)]
pub struct FilterRow {
    /// Index among the layers with an activation, from 0.
    pub layer: u32,
    /// Index within the layer.
    pub filter: u32,
    /// Dead at step 0.
    pub born_dead: bool,
    /// Dead at some census of the grid.
    pub ever_dead: bool,
    /// Dead at the last census before annealing.
    pub dead_before_annealing: bool,
    /// Dead at the end.
    pub dead_at_end: bool,
    /// Silent at the end (for ReLU the same as dead).
    pub silent_at_end: bool,
    /// Saturated at the end: not silent, and the activation's derivative is exactly 0 throughout.
    pub saturated_at_end: bool,
    /// Alive at the end, yet without gradient at every step of the last epoch.
    pub cut_off_at_end: bool,
    /// Times it was dead at one census of the grid and alive at the next.
    pub revivals: u32,
    /// Death interval (a, b] of the first death that was not at step 0: alive at a.
    pub first_death_after: Option<u32>,
    /// Death interval (a, b] of the first death that was not at step 0: dead at b.
    pub first_death_by: Option<u32>,
    /// Final death: the start of the death that lasts to the end, alive at a. `a` is tightened by
    /// the last step at which the filter was active in a training batch.
    pub final_death_after: Option<u32>,
    /// Final death, dead at b. None for filters alive at the end or dead since step 0.
    pub final_death_by: Option<u32>,
    /// Last step whose training batch (seen with the weights after that many updates) made the
    /// filter active.
    pub last_active_step: Option<u32>,
    /// Last step whose training batch gave its weights or bias a gradient other than 0.
    pub last_gradient_step: Option<u32>,
    /// Largest pre-activation over training set and positions, at the end.
    #[serde(deserialize_with = "nan_for_null")]
    pub largest_pre_activation: f64,
    /// Share of training images on which it is active at some position, at the end.
    #[serde(deserialize_with = "nan_for_null")]
    pub active_images: f64,
    /// Share of image x position at which it is active, at the end.
    #[serde(deserialize_with = "nan_for_null")]
    pub active_positions: f64,
    /// Share of its units active on some image, at the end.
    #[serde(deserialize_with = "nan_for_null")]
    pub active_units: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_undefined_survives_json() {
        let row = CensusRow {
            step: 3,
            layer: 0,
            outcome: Outcome::Diverged,
            filters: 4,
            silent: 0,
            dead: 0,
            saturated: 0,
            cut_off: 0,
            units: 8,
            silent_units: 0,
            positive_share: f64::NAN,
            train_loss: f64::INFINITY,
            train_accuracy: 0.1,
            logit_spread: f64::NAN,
        };
        let text = serde_json::to_string(&row).unwrap();
        let read: CensusRow = serde_json::from_str(&text).unwrap();
        assert!(read.positive_share.is_nan() && read.train_loss.is_nan());
        assert_eq!((read.step, read.train_accuracy), (3, 0.1));
    }
}
