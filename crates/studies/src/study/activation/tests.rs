use super::*;
use crate::aggregate::Value;
use crate::report;
use crate::study::checks;
use crate::study::made_up::{self, Network};

const ACTIVATIONS: [&str; 6] = [
    "ReLU",
    "Leaky ReLU 0.01",
    "Leaky ReLU 0.18",
    "PReLU",
    "RReLU",
    "Tanh",
];

/// Three rates; four replicates of the first two activations, two of the others. At the i-th rate
/// i filters of ReLU die; of the others as many minus one become silent. Each activation is a
/// point better than the one before.
fn results() -> Results {
    let mut cells = Vec::new();
    for (index, activation) in ACTIVATIONS.iter().enumerate() {
        for rate in [0.02, 0.125, 0.32] {
            let settings = vec![
                ("activation", Value::Text((*activation).into())),
                ("learning_rate", Value::Real(rate)),
            ];
            cells.push((settings, if index < 2 { 4 } else { 2 }));
        }
    }
    made_up::results(&cells, |cell, replicate| {
        let (activation, rate) = (cell / 3, (cell % 3) as i64);
        let lost = activation == 5 && rate == 2 && replicate == 1;
        let relu = activation == 0;
        Network {
            outcome: if lost { "diverged" } else { "working" },
            born_dead: 0,
            died: if relu { rate } else { 0 },
            silent: if relu { 0 } else { (rate - 1).max(0) },
            accuracy: if lost {
                0.1
            } else {
                0.9 + 0.01 * activation as f64 - 0.001 * rate as f64
            },
        }
    })
}

#[test]
fn estimates_have_the_names_that_the_predictions_use() {
    let estimates = Activation.estimates(&results()).unwrap();
    let find = |name: &str| estimates.iter().find(|e| e.name == name).unwrap();
    for name in checks::predicted(&Activation) {
        find(&name);
    }
    let accuracy = find("accuracy_leaky_relu_0.01_minus_relu");
    assert!((accuracy.value - 0.01).abs() < 1e-12 && accuracy.n == 4);
    // One of eight against two of eight.
    let silent = find("silent_leaky_relu_0.01_minus_relu_edge");
    assert_eq!((silent.value, silent.n), (-0.125, 4));
    // RReLU > PReLU > 0.18 > 0.01 > ReLU here: six pairs of ten as Xu et al., three plus one not.
    let tau = find("tau_with_xu").value;
    assert!((tau - 0.6).abs() < 1e-12, "{tau}");
}

#[test]
fn silent_and_dead_are_numbers_of_their_own() {
    let networks = read(&results()).unwrap();
    let table = silent(&networks, &results().bootstrap(networks.replicates()));
    let words = |name| table.words(name).unwrap();
    let (facet, row, series) = (words("facet"), words("row"), words("series"));
    let replicate = table.numbers("replicate").unwrap();
    let value = |wanted: [&str; 2]| {
        let found = (0..table.rows()).find(|&i| {
            facet[i].starts_with("Edge")
                && [row[i].as_str(), series[i].as_str()] == wanted
                && replicate[i].is_nan()
        });
        table.numbers("value").unwrap()[found.unwrap()]
    };
    assert_eq!(value(["ReLU", "Dead"]), 0.25);
    assert_eq!(value(["ReLU", "Silent"]), 0.25);
    assert_eq!(value(["PReLU", "Silent"]), 0.125);
    assert_eq!(value(["PReLU", "Dead"]), 0.0);
}

#[test]
fn sentences_follow_from_the_published_tables() {
    let directory = tempfile::tempdir().unwrap();
    let none = directory.path().join("published");
    let out = directory.path().join("figures");
    let report = report::publish(&Activation, &[], &results(), &out, &none).unwrap();
    let all = report.findings.join("\n");
    assert!(report.findings[0].contains("differ by 1.0 points"), "{all}");
    assert!(all.contains("Tanh 0 + 1 of 2"));
    assert!(
        all.contains("No filter of any activation but ReLU is dead"),
        "{all}"
    );
    assert!(!all.contains("NaN"), "{all}");
}
