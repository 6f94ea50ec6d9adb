use std::collections::BTreeMap;

use super::deaths::Deaths;
use super::examiner::Examiner;
use super::revivals::Revivals;
use crate::architecture::Architecture;
use crate::census::Observatory;
use crate::data::Subset;
use crate::network::Network;
use crate::record::{ProbeRow, TrialRecord};
use crate::settings::{Probes, TrialSettings};
use crate::trial::tests::{digits, settings};
use crate::trial::{self, Observer, Step};

fn run(settings: &TrialSettings, seed: u64) -> TrialRecord {
    trial::run(settings, seed, &digits(400), &mut ()).unwrap()
}

/// A trial in which filters die in every layer.
fn deadly() -> TrialSettings {
    // 17 epochs: the grid's censuses from step 10 on are ends of epochs.
    settings(1.0, 17)
}

fn probed() -> TrialSettings {
    TrialSettings {
        weights: crate::settings::WeightSettings::default(),
        probes: Probes {
            deaths: Some(Deaths {
                deaths: 3,
                steps: 20,
            }),
            revivals: Some(Revivals { splits: 4 }),
            ..Probes::default()
        },
        ..deadly()
    }
}

#[test]
fn probes_change_nothing_but_the_id() {
    let (plain, with) = (run(&deadly(), 0), run(&probed(), 0));
    assert_eq!(plain.trial, with.trial);
    assert_eq!(plain.censuses, with.censuses);
    assert_eq!(plain.filters, with.filters);
    assert!(plain.probes.is_empty() && !with.probes.is_empty());
    let images = digits(400);
    let id = |settings: &TrialSettings| trial::id(settings, 0, &images);
    assert_ne!(id(&deadly()), id(&probed()));
    assert!(deadly().canonical().ends_with(r#""probes":{}}"#));
}

/// Keeps what a network was at its end.
#[derive(Default)]
struct End {
    parameters: Vec<f32>,
    training: Option<Subset>,
}

impl Observer for End {
    fn step(&mut self, step: &Step<'_>) -> Result<(), crate::CnnError> {
        self.parameters = step.network.graph.parameters().to_vec();
        self.training.get_or_insert_with(|| step.training.clone());
        Ok(())
    }
}

#[test]
fn the_examiner_finds_the_bits_of_the_census() {
    let settings = deadly();
    let mut end = End::default();
    trial::run(&settings, 1, &digits(400), &mut end).unwrap();
    let training = end.training.unwrap();
    let mut observatory = Observatory::new(&settings.architecture, training.shape).unwrap();
    let census = observatory.take(&end.parameters, &training, 0).unwrap();
    for (index, layer) in census.layers.iter().enumerate() {
        let mut examiner = Examiner::new(&settings.architecture, training.shape, index, 3).unwrap();
        for filter in 0..layer.filters() {
            let own = [(filter, &end.parameters[..]); 2];
            let found = examiner.largest(&end.parameters, &own, &training).unwrap();
            let bits = |value: &f32| value.to_bits();
            assert!(
                found
                    .iter()
                    .map(bits)
                    .eq([layer.largest[filter]; 2].iter().map(bits))
            );
        }
    }
}

#[test]
fn own_parameters_and_inputs_come_from_their_own_buffers() {
    // One image, one pixel, one filter a layer: M = w2 relu(w1 x + b1) + b2.
    let layers = [
        "conv 1 1x1",
        "relu",
        "conv 1 1x1",
        "relu",
        "flatten",
        "linear 2",
    ];
    let layers = layers.iter().map(|text| text.parse().unwrap()).collect();
    let architecture = Architecture(layers);
    let mut examiner = Examiner::new(&architecture, [1, 1, 1], 1, 2).unwrap();
    let set = Subset {
        shape: [1, 1, 1],
        pixels: vec![0.5],
        labels: vec![0],
        clean: None,
    };
    let buffer = |own: [f32; 4]| [&own[..], &[0.0; 4]].concat();
    let (one, other) = (
        buffer([2.0, 1.0, 3.0, -1.0]),
        buffer([4.0, 2.0, -0.5, 0.25]),
    );
    let found = examiner.largest(&one, &[(0, &one), (0, &other)], &set);
    assert_eq!(found.unwrap(), [5.0, -0.75]);
    let found = examiner.largest(&other, &[(0, &one), (0, &other)], &set);
    assert_eq!(found.unwrap(), [11.0, -1.75]);
    assert!(Examiner::new(&architecture, [1, 1, 1], 2, 2).is_err());
    let residual = r#"["conv 2 1x1", "relu", {"residual": ["conv 2 1x1", "relu"]}, "flatten"]"#;
    let residual: Architecture = serde_json::from_str(residual).unwrap();
    assert!(Examiner::new(&residual, [1, 1, 1], 1, 2).is_err());
    assert!(Network::training(&architecture, [1, 1, 1], 1).is_ok());
}

/// Values of one quantity by step, of one followed filter.
fn over_steps<'a>(rows: &'a [ProbeRow], of: &ProbeRow, quantity: &'a str) -> BTreeMap<u32, f64> {
    let (layer, filter) = (of.layer, of.filter);
    rows.iter()
        .filter(|row| row.layer == layer && row.filter == filter && row.quantity == quantity)
        .map(|row| (row.step, row.value))
        .collect()
}

#[test]
fn each_followed_death_crosses_zero_and_its_parts_add_up() {
    let mut followed = 0;
    for seed in 0..2 {
        let record = run(&probed(), seed);
        let rows: Vec<ProbeRow> = record.probes.clone();
        let rows: Vec<ProbeRow> = rows.into_iter().filter(|r| r.probe == "deaths").collect();
        for death in rows.iter().filter(|row| row.quantity == "last_active") {
            followed += 1;
            assert_ne!(death.layer, Some(0));
            let life = record
                .filters
                .iter()
                .find(|f| Some(f.layer) == death.layer && Some(f.filter) == death.filter)
                .unwrap();
            assert!(life.dead_at_end && life.final_death_after < Some(death.step));
            assert_eq!(life.last_active_step.map(f64::from), Some(death.value));
            for prefix in ["", "control_"] {
                let series = |name: &str| {
                    let quantity = format!("{prefix}{name}");
                    over_steps(&rows, death, &quantity)
                };
                let largest = series("largest");
                if prefix.is_empty() {
                    assert!(largest[&death.step] <= 0.0 && largest[&(death.step - 1)] > 0.0);
                    assert_eq!(largest.len() as u32, death.step.min(20) + 1);
                } else if largest.is_empty() {
                    continue;
                }
                let [weights, bias, inputs, update] =
                    ["weights", "bias", "inputs", "update"].map(series);
                for (step, inputs) in &inputs {
                    let sum = weights[step] + bias[step] + inputs;
                    let change = largest[step] - largest[&(step - 1)];
                    assert!((sum - change).abs() < 1e-9);
                    // Without a step of its own nothing is its own.
                    if update[step] == 0.0 {
                        assert_eq!((weights[step], bias[step]), (0.0, 0.0));
                    }
                    assert!(bias[step].abs() <= update[step] + 1e-12);
                }
            }
        }
    }
    assert!(followed >= 3, "{followed}");
}

#[test]
fn epochs_counts_agree_with_the_grid_where_both_look() {
    let mut dead = 0.0;
    for seed in 0..2 {
        let record = run(&probed(), seed);
        let of = |step: u32, layer: u32, quantity: &str| {
            let rows = record.probes.iter();
            rows.filter(|r| r.probe == "revivals" && r.filter.is_none())
                .find(|r| r.step == step && r.layer == Some(layer) && r.quantity == quantity)
                .map(|row| row.value)
        };
        for census in &record.censuses {
            let counted = of(census.step, census.layer, "dead");
            let counted = counted.or(of(census.step, census.layer, "dead_in_collapse"));
            if let Some(counted) = counted {
                assert_eq!(counted, f64::from(census.dead));
                dead += counted;
            }
        }
        // Plain SGD on fixed data: the first layer's dead stay as they are, and whatever comes
        // back deeper was woken by its inputs.
        let end = record.trial.steps;
        assert_eq!(of(end, 0, "filters_revived"), Some(0.0));
        for layer in 0..3 {
            let rows = || record.probes.iter().filter(move |r| r.layer == Some(layer));
            let sum = |quantity: &str| -> f64 {
                let wanted = rows().filter(|row| row.quantity == quantity);
                wanted.map(|row| row.value).sum()
            };
            assert_eq!(sum("revived"), sum("revived_unchanged"));
            assert!(sum("filters_dead") >= sum("filters_revived"));
        }
        assert_eq!(of(end, 0, "filters_changed"), Some(0.0));
    }
    assert!(dead > 0.0);
}

#[test]
fn momentum_changes_the_dead_and_the_causes_of_waking_add_up() {
    let mut settings = probed();
    let optimizer = serde_json::json!({"kind": "sgd", "momentum": 0.9});
    settings.optimizer = serde_json::from_value(optimizer).unwrap();
    settings.schedule.learning_rate = 0.2;
    let (mut changed, mut splits) = (0.0, 0);
    for seed in 0..2 {
        let record = run(&settings, seed);
        let rows: Vec<ProbeRow> = record.probes.clone();
        let rows: Vec<ProbeRow> = rows.into_iter().filter(|r| r.probe == "revivals").collect();
        let filters = rows.iter().filter(|row| row.quantity == "filters_changed");
        changed += filters.map(|row| row.value).sum::<f64>();
        for row in rows.iter().filter(|row| row.quantity == "own") {
            splits += 1;
            let value = |quantity| over_steps(&rows, row, quantity)[&row.step];
            assert!(value("before") <= 0.0 && value("after") > 0.0);
            let sum = value("own") + value("inputs");
            assert!((sum - (value("after") - value("before"))).abs() < 1e-9);
            if row.layer == Some(0) {
                assert_eq!(value("inputs"), 0.0);
            }
        }
    }
    assert!(changed > 0.0 && splits > 0, "{changed} {splits}");
}
