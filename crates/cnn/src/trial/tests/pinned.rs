//! What a record held when it was first pinned, and holds since: a change here is a change of
//! numbers, whatever is recorded beside them.

use serde_json::Value;

use super::super::id;
use super::super::run::train;
use super::{digits, measured, settings};
use crate::architecture::{Activation, Architecture, Layer};
use crate::record::TrialRecord;

/// The columns that were there, by table.
const COLUMNS: [(&str, &[&str]); 4] = [
    (
        "trial",
        &[
            "outcome",
            "outcome_before_annealing",
            "steps",
            "steps_per_epoch",
            "annealing_step",
            "diverged_step",
            "collapsed_step",
            "layer_dead_step",
            "layer_dead",
            "train_accuracy",
            "held_out_accuracy",
            "held_out_accuracy_before_annealing",
            "train_loss",
            "logit_spread",
            "dead_steps",
            "dead_steps_with_gradient",
        ],
    ),
    (
        "censuses",
        &[
            "step",
            "layer",
            "outcome",
            "filters",
            "silent",
            "dead",
            "saturated",
            "cut_off",
            "units",
            "silent_units",
            "positive_share",
            "train_loss",
            "train_accuracy",
            "logit_spread",
        ],
    ),
    (
        "filters",
        &[
            "layer",
            "filter",
            "born_dead",
            "ever_dead",
            "dead_before_annealing",
            "dead_at_end",
            "silent_at_end",
            "saturated_at_end",
            "cut_off_at_end",
            "revivals",
            "first_death_after",
            "first_death_by",
            "final_death_after",
            "final_death_by",
            "last_active_step",
            "last_gradient_step",
            "largest_pre_activation",
            "active_images",
            "active_positions",
            "active_units",
        ],
    ),
    (
        "probes",
        &["probe", "step", "layer", "filter", "quantity", "value"],
    ),
];

fn add(digest: &mut blake3::Hasher, record: &TrialRecord) {
    let record = serde_json::to_value(record).unwrap();
    for (table, columns) in COLUMNS {
        let rows = match &record[table] {
            Value::Array(rows) => rows.clone(),
            one => vec![one.clone()],
        };
        for row in rows {
            for column in columns {
                let value = row.get(column).unwrap_or_else(|| panic!("no {column}"));
                digest.update(format!("{value};").as_bytes());
            }
        }
    }
}

fn named(word: &str) -> Activation {
    match word.parse() {
        Ok(Layer::Activation(function)) => function,
        other => panic!("{word}: {other:?}"),
    }
}

/// Networks of several activations that learn, collapse and diverge, with pixels permuted too.
#[test]
fn the_columns_of_before_hold_what_they_held() {
    let images = digits(300);
    let mut digest = blake3::Hasher::new();
    let (mut outcomes, mut deaths) = (Vec::new(), 0);
    for (function, learning_rate, permuted_every) in [
        (Activation::RELU, 0.3, 0),
        (Activation::RELU, 2.0, 0),
        (Activation::RELU, 5.0, 0),
        (Activation::RELU, 1e30, 0),
        (Activation::RELU, 0.5, 2),
        (Activation::leaky_relu(0.01), 1.0, 0),
        (named("tanh"), 3.0, 0),
        (named("gelu"), 1.0, 0),
    ] {
        let mut settings = settings(learning_rate, 6);
        settings.schedule.annealed_epochs = 1;
        settings.schedule.permuted_every = permuted_every;
        settings.architecture = settings.architecture.with_activation(function);
        settings.probes.coasting = permuted_every == 0 && learning_rate == 0.3;
        let record = measured(&settings, 1, &images);
        outcomes.push(record.trial.outcome);
        deaths += record.filters.iter().filter(|row| row.dead_at_end).count();
        add(&mut digest, &record);
    }
    outcomes.sort();
    outcomes.dedup();
    assert_eq!(
        (outcomes.len(), deaths > 10),
        (3, true),
        "{outcomes:?} {deaths}"
    );
    let pinned = "028da784cf3c39ce015e69b4a3092c6faf496f4c23d1d0ffbd29604857bf35f4";
    assert_eq!(digest.finalize().to_hex().as_str(), pinned);
}

#[test]
fn the_numbers_of_a_trial_are_pinned() {
    // 50 steps of the default network: a change here is a new numerics version.
    let images = digits(400);
    let mut settings = settings(0.05, 5);
    settings.architecture = Architecture::digits_cnn();
    settings.optimizer = serde_json::from_str(r#"{"kind": "sgd", "momentum": 0.9}"#).unwrap();
    let (record, parameters) = train(&settings, 0, &images, &mut (), true).unwrap();
    assert_eq!(record.trial.steps, 50);
    let mut hasher = blake3::Hasher::new();
    for value in parameters {
        // Zeros compare by value.
        hasher.update(&(value + 0.0).to_bits().to_le_bytes());
    }
    let digest = "a051282bbb79af92cc0c1b418b4b388617ce265724a182d2799474ab5c6d4f3a";
    assert_eq!(hasher.finalize().to_hex().as_str(), digest);
}

#[test]
fn an_id_knows_settings_seed_and_data() {
    let (images, others) = (digits(100), digits(101));
    let plain = settings(0.1, 1);
    let ids = [
        id(&plain, 0, &images),
        id(&plain, 1, &images),
        id(&plain, 0, &others),
        id(&settings(0.2, 1), 0, &images),
    ];
    assert_eq!(ids[0], id(&plain, 0, &images));
    assert!(ids[0].len() == 64 && (1..4).all(|other| !ids[..other].contains(&ids[other])));
}
