//! What a trial measures: one [`TrialRecord`], made of rows that go into tables as they are.
//!
//! Steps count optimizer updates: step 0 is the network before the first update. A census at
//! step `s` looks at the weights after `s` updates.
//!
//! Where a network has batch norms, a census asks it in eval mode (see [`crate::census`]), and what
//! is told of training batches (the last active step, gradients) is of train mode; deaths and
//! collapses then lie between censuses, since a batch says nothing of eval mode. Of a locally
//! connected layer a filter is a unit (see [`Local`](crate::architecture::Local)).

mod activity;
mod empty;
mod event;

pub use activity::{ActivityRow, Part};
pub use event::{Event, EventRow};

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
    /// One row a look near the end of training, subset of the images and filter.
    pub activity: Vec<ActivityRow>,
    /// One row a death or revival, in the order in which the censuses found them.
    pub events: Vec<EventRow>,
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
    /// Whether it learned: it works, and the share of training images that it classifies rightly
    /// at the end of its schedule, under their true labels, reaches what the data set declares
    /// ([`DataSet::learned_from`](crate::data::DataSet::learned_from)). With `outcome` this makes
    /// four ends that exclude each other: diverged, collapsed, not learned, learned. None where
    /// nothing is declared.
    pub learned: Option<bool>,
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
    /// Share of the training set classified rightly at the end under its true labels: another
    /// number than `train_accuracy` only where labels were changed (chance if diverged).
    pub train_accuracy_true_labels: f64,
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
    /// Filters removed at the end to see what that changes: those silent on the training set (of
    /// ReLU the dead ones; silent Leaky ReLU filters are the negative control), but those that a
    /// residual sum binds and the first one of a layer that would lose them all. None if diverged, and so are the next ones.
    pub removed_filters: Option<u32>,
    /// Bytes of weights and biases, as f32, that go with them.
    pub removed_bytes: Option<u64>,
    /// Training logits that are another number without them.
    pub removed_train_logits_changed: Option<u64>,
    /// Largest difference of a training logit.
    pub removed_train_largest_change: Option<f64>,
    /// Held-out logits that are another number.
    pub removed_held_out_logits_changed: Option<u64>,
    /// Largest difference of a held-out logit.
    pub removed_held_out_largest_change: Option<f64>,
    /// Held-out images on which some removed filter was active.
    pub removed_held_out_images_woken: Option<u32>,
    /// Share of the training set classified rightly without them.
    pub train_accuracy_without: Option<f64>,
    /// Share of the held-out images classified rightly without them.
    pub held_out_accuracy_without: Option<f64>,
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
    /// Filters silent on the training set in train mode: taken in batches of the schedule's size, in
    /// the order of the set, each normalized by its own statistics. Only of networks with batch
    /// norms, at step 0, when annealing begins and at the end; else none.
    pub silent_in_train_mode: Option<u32>,
    /// Filters dead there: of these no training step moves weight or bias.
    pub dead_in_train_mode: Option<u32>,
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
    /// Length of the change that the last update made to the layer's weights over their length
    /// before it (Euclidean; biases are not counted). None at step 0, where that is 0, or if diverged.
    pub update_ratio: Option<f64>,
    /// Weights and biases of the layer.
    pub weights: Option<u32>,
    /// Of these, stopped: the last update left their bits as they were. None at step 0 or if
    /// diverged, and so are the reasons ([`Cause`](crate::probe::stopped::Cause)).
    pub stopped: Option<u32>,
    /// Of these, for the first reason that holds: whose filter is dead.
    pub stopped_dead: Option<u32>,
    /// Of these, for the first reason that holds: of a filter that is not, which read a dead filter.
    pub stopped_starved: Option<u32>,
    /// Of these, for the first reason that holds: which only read pixels that are 0 in every training image.
    pub stopped_blank_input: Option<u32>,
    /// Of these, for the first reason that holds: of a cut-off filter.
    pub stopped_cut_off: Option<u32>,
    /// Of these, for the first reason that holds: of a filter silent on the batch of that update.
    pub stopped_inactive: Option<u32>,
    /// Of these, for the first reason that holds: which read a filter silent on that batch.
    pub stopped_quiet_input: Option<u32>,
    /// Of these, for the first reason that holds: whose filter no gradient reached, though it was active.
    pub stopped_unreached: Option<u32>,
    /// Of these, for the first reason that holds: whose own input was 0 wherever a gradient reached their filter.
    pub stopped_no_input: Option<u32>,
    /// Of these, for the first reason that holds: whose gradient was not 0 and whose update rounded away.
    pub stopped_stalled: Option<u32>,
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
    /// Silent at the end in train mode, as [`CensusRow::silent_in_train_mode`]; none without batch
    /// norms.
    pub silent_in_train_mode: Option<bool>,
    /// Dead at the end in train mode.
    pub dead_in_train_mode: Option<bool>,
    /// What the batch norm between the layer and its activation multiplies it with, at the end;
    /// none without one.
    pub gamma: Option<f64>,
    /// What that batch norm adds to it.
    pub beta: Option<f64>,
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
    /// Its units at inner places ([`Place`](crate::census::Place)).
    pub inner_units: Option<u32>,
    /// Of these, silent at the end: active on no training image.
    pub silent_inner_units: Option<u32>,
    /// Its units in corners.
    pub corner_units: Option<u32>,
    /// Of these, silent at the end.
    pub silent_corner_units: Option<u32>,
}

#[cfg(test)]
mod tests;
