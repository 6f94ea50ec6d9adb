//! A record to write and read back in tests.

use cnn::record::{CensusRow, FilterRow, Outcome, ProbeRow, TrialRecord, TrialRow};

/// A collapsed network of one layer and two filters, with every kind of missing value.
pub(crate) fn example_record() -> TrialRecord {
    let census = |step, outcome, dead| CensusRow {
        step,
        layer: 0,
        outcome,
        filters: 2,
        silent: dead,
        dead,
        saturated: 0,
        cut_off: 0,
        units: 128,
        silent_units: 64 * dead,
        positive_share: 0.25,
        train_loss: if step == 0 { 2.3 } else { f64::NAN },
        train_accuracy: 0.1,
        logit_spread: 0.0,
    };
    let filter = |filter, dead_at_end| FilterRow {
        layer: 0,
        filter,
        born_dead: false,
        ever_dead: dead_at_end,
        dead_before_annealing: dead_at_end,
        dead_at_end,
        silent_at_end: dead_at_end,
        saturated_at_end: false,
        cut_off_at_end: !dead_at_end,
        revivals: 0,
        first_death_after: dead_at_end.then_some(3),
        first_death_by: dead_at_end.then_some(5),
        final_death_after: dead_at_end.then_some(3),
        final_death_by: dead_at_end.then_some(5),
        last_active_step: Some(3),
        last_gradient_step: None,
        largest_pre_activation: -0.5,
        active_images: 0.5,
        active_positions: 0.125,
        active_units: 0.75,
    };
    let probe = |layer, value| ProbeRow {
        probe: "extra".into(),
        step: 45,
        layer,
        filter: None,
        quantity: "share".into(),
        value,
    };
    TrialRecord {
        trial: TrialRow {
            outcome: Outcome::Collapsed,
            outcome_before_annealing: Outcome::Working,
            steps: 900,
            steps_per_epoch: 45,
            annealing_step: 765,
            diverged_step: None,
            collapsed_step: Some(800),
            layer_dead_step: None,
            layer_dead: None,
            train_accuracy: 0.1,
            held_out_accuracy: 1.0 / 3.0,
            held_out_accuracy_before_annealing: 0.9,
            train_loss: Some(2.25),
            logit_spread: None,
            dead_steps: 400,
            dead_steps_with_gradient: 0,
        },
        censuses: vec![
            census(0, Outcome::Working, 0),
            census(900, Outcome::Collapsed, 1),
        ],
        filters: vec![filter(0, true), filter(1, false)],
        probes: vec![probe(Some(0), 0.5), probe(None, f64::NAN)],
    }
}
