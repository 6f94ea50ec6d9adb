use super::*;
use crate::aggregate::Value;
use crate::report;
use crate::study::checks;
use crate::study::made_up::{self, Network};

/// The whole design with four replicates. Of eight filters as many die as the rate's index says,
/// under ReLU; under the two others they become silent instead, one less. With a bias below 0
/// another one is born dead. The last network of one cell is lost.
fn results() -> Results {
    let mut cells = Vec::new();
    for activation in ["ReLU", "Leaky ReLU 0.01", "GELU"] {
        for initialization in ["He", "PyTorch", "He, bias -0.1"] {
            for rate in [0.02, 0.125, 0.32] {
                let settings = vec![
                    ("activation", Value::Text(activation.into())),
                    ("initialization", Value::Text(initialization.into())),
                    ("learning_rate", Value::Real(rate)),
                ];
                cells.push((settings, 4));
            }
        }
    }
    made_up::results(&cells, |cell, replicate| {
        let (activation, initialization, rate) = (cell / 9, cell / 3 % 3, (cell % 3) as i64);
        let lost = cell == 2 && replicate == 3;
        let relu = activation == 0;
        Network {
            outcome: if lost { "collapsed" } else { "working" },
            born_dead: i64::from(initialization == 2 && relu),
            died: if relu { rate } else { 0 },
            silent: if relu { 0 } else { (rate - 1).max(0) },
            accuracy: if lost { 0.1 } else { 0.98 - 0.01 * rate as f64 },
        }
    })
}

#[test]
fn main_effects_are_those_of_the_made_up_cells() {
    let estimates = WhenFiltersDie.estimates(&results()).unwrap();
    let find = |name: &str| estimates.iter().find(|e| e.name == name).unwrap();
    for name in checks::predicted(&WhenFiltersDie) {
        find(&name);
    }
    // Silent of eight at the edge: ReLU 2, 2, 3, but for one lost network of four in the first
    // cell (3 x 2 + 8) / 4 = 3.5; the six others 1. Low: 0, 0, 1; the others 0.
    let edge = (3.5 + 2.0 + 3.0 + 6.0) / 9.0 / 8.0;
    let low = 1.0 / 9.0 / 8.0;
    let range = find("range_learning_rate").value;
    assert!((range - (edge - low)).abs() < 1e-12, "{range}");
    assert_eq!(find("share_of_final_deaths_by_step_90").value, 1.0);
    assert_eq!(find("dead_steps_with_gradient").events, Some(0));
}

#[test]
fn states_add_up_to_one_and_silent_stands_apart_from_dead() {
    let networks = read(&results()).unwrap();
    let table = occupancy::table(&networks, &results().bootstrap(networks.replicates()));
    let states = ["dead", "silent", "cut_off", "live", "collapsed", "diverged"];
    let states = states.map(|state| table.numbers(state).unwrap());
    for row in 0..table.rows() {
        let sum: f64 = states.iter().map(|state| state[row]).sum();
        assert!((sum - 1.0).abs() < 1e-12);
    }
    let (activation, step) = (
        table.words("activation").unwrap(),
        table.numbers("step").unwrap(),
    );
    let rate = table.numbers("learning_rate").unwrap();
    let at = |name: &str| {
        let found = (0..table.rows())
            .find(|&row| activation[row] == name && step[row] == 900.0 && rate[row] == 0.32);
        found.unwrap()
    };
    assert_eq!((states[0][at("GELU")], states[1][at("GELU")]), (0.0, 0.125));
    assert_eq!(
        (states[0][at("ReLU")], states[4][at("ReLU")]),
        (0.1875, 0.25)
    );
}

#[test]
fn the_heat_map_counts_deaths_and_lost_networks() {
    let networks = read(&results()).unwrap();
    let table = heat_map::table(&networks, &results().bootstrap(networks.replicates()));
    assert_eq!(table.rows(), 27);
    let column = |name: &str| table.numbers(name).unwrap();
    // Cells by rate, initialization, activation: the lost network's is at index 18.
    assert_eq!(column("collapsed")[18], 1.0);
    assert_eq!(
        (column("silent")[18], column("final_deaths")[18]),
        (0.25, 6.0)
    );
    assert_eq!(column("median_final_death")[18], 45.0);
    assert!(column("median_final_death")[0].is_nan());
}

#[test]
fn sentences_follow_from_the_published_tables() {
    let directory = tempfile::tempdir().unwrap();
    let none = directory.path().join("published");
    let out = directory.path().join("figures");
    let report = report::publish(&WhenFiltersDie, &[], &results(), &out, &none).unwrap();
    let all = report.findings.join("\n");
    assert!(
        report.findings[0].contains("the learning rate by 18.8 points"),
        "{all}"
    );
    assert!(
        all.contains("Of 108 networks 1 collapse and 0 diverge:\n  - ReLU, He, rate 0.32 (1 of 4)")
    );
    assert!(!all.contains("NaN"), "{all}");
}
