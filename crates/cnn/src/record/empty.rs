//! A row of which nothing is known but what it is of.

use super::{CensusRow, Outcome};

impl CensusRow {
    /// A row with all counts 0 and nothing told of the last update, of a network without batch norms.
    pub fn empty(step: u32, layer: u32, outcome: Outcome, filters: u32, units: u32) -> Self {
        Self {
            step,
            layer,
            outcome,
            filters,
            silent: 0,
            dead: 0,
            silent_in_train_mode: None,
            dead_in_train_mode: None,
            saturated: 0,
            cut_off: 0,
            units,
            silent_units: 0,
            positive_share: 0.0,
            train_loss: f64::NAN,
            train_accuracy: 0.0,
            logit_spread: f64::NAN,
            update_ratio: None,
            weights: None,
            stopped: None,
            stopped_dead: None,
            stopped_starved: None,
            stopped_blank_input: None,
            stopped_cut_off: None,
            stopped_inactive: None,
            stopped_quiet_input: None,
            stopped_unreached: None,
            stopped_no_input: None,
            stopped_stalled: None,
        }
    }
}
