use std::collections::BTreeMap;

use crate::record::TrialRecord;
use crate::settings::{Probes, TrialSettings};
use crate::trial::tests::{digits, settings};
use crate::trial::{self};

/// A trial in which filters die, its last epochs annealed.
fn deadly(optimizer: &str, learning_rate: f64, coasting: bool) -> TrialSettings {
    let mut settings = TrialSettings {
        optimizer: serde_json::from_str(optimizer).unwrap(),
        weights: crate::settings::WeightSettings::default(),
        probes: Probes {
            coasting,
            ..Probes::default()
        },
        ..settings(learning_rate, 8)
    };
    settings.schedule.annealed_epochs = 1;
    settings
}

fn run(settings: &TrialSettings, seed: u64) -> TrialRecord {
    trial::run(settings, seed, &digits(400), &mut ()).unwrap()
}

/// Per dead filter its last update, and measured and predicted way.
fn ways(record: &TrialRecord) -> Vec<[f64; 3]> {
    let mut filters: BTreeMap<_, BTreeMap<&str, f64>> = BTreeMap::new();
    for row in &record.probes {
        let filter = filters.entry((row.layer, row.filter)).or_default();
        filter.insert(&row.quantity, row.value);
    }
    let numbers = |filter: &BTreeMap<&str, f64>| {
        ["last_update", "measured", "predicted"].map(|name| filter[name])
    };
    filters.values().map(numbers).collect()
}

#[test]
fn dead_filters_travel_as_far_as_their_own_sums_say() {
    for (optimizer, learning_rate) in [
        (r#"{"kind": "sgd", "momentum": 0.9}"#, 0.3),
        (r#"{"kind": "sgd", "momentum": 0.9, "nesterov": true}"#, 0.3),
        (
            r#"{"kind": "sgd", "momentum": 0.8, "weight_decay": 0.01, "decay_biases": false}"#,
            0.3,
        ),
        (r#"{"kind": "adam"}"#, 0.05),
        (r#"{"kind": "adam", "beta2": 0.9, "epsilon": 0.001}"#, 0.05),
        (r#"{"kind": "adamw", "weight_decay": 0.01}"#, 0.05),
    ] {
        let settings = deadly(optimizer, learning_rate, true);
        let mut measured = 0;
        for seed in 0..3 {
            for [last_update, way, predicted] in ways(&run(&settings, seed)) {
                if last_update > 1e-4 {
                    measured += 1;
                    let error = (way / predicted - 1.0).abs();
                    assert!(error < 1e-3, "{optimizer}: {way} instead of {predicted}");
                }
            }
        }
        assert!(measured >= 3, "{optimizer}: {measured}");
    }
}

#[test]
fn every_filter_that_died_has_its_rows_and_nothing_else_changes() {
    let optimizer = r#"{"kind": "sgd", "momentum": 0.9}"#;
    let [with, without] = [true, false].map(|on| run(&deadly(optimizer, 0.3, on), 1));
    assert!(without.probes.is_empty());
    assert_eq!(with.trial, without.trial);
    assert_eq!(with.censuses, without.censuses);
    assert_eq!(with.filters, without.filters);
    let died = with.filters.iter();
    let died: Vec<_> = died
        .filter(|row| row.dead_at_end && row.last_gradient_step.is_some())
        .collect();
    assert!(!died.is_empty());
    assert_eq!(with.probes.len(), 4 * died.len());
    for (rows, filter) in with.probes.chunks(4).zip(died) {
        // A gradient at step s of the record belongs to update s + 1.
        let last = filter.last_gradient_step.map(|step| step + 1);
        assert_eq!(Some(rows[0].step), last);
        assert_eq!(rows[0].layer, Some(filter.layer));
        assert_eq!(rows[0].filter, Some(filter.filter));
    }
}

#[test]
fn without_momentum_they_do_not_move() {
    let record = run(&deadly(r#"{"kind": "sgd"}"#, 2.0, true), 1);
    let ways = ways(&record);
    assert!(!ways.is_empty());
    for [_, measured, predicted] in ways {
        assert_eq!((measured, predicted), (0.0, 0.0));
    }
}
