use super::*;
use crate::aggregate::Value;
use crate::report;
use crate::study::checks;
use crate::study::made_up::{self, Network};

const SCHEMES: [&str; 5] = ["He", "4x He", "RAI", "He, bias 0.01", "He, bias -0.1"];

/// Two rates, four replicates. 4x He has one filter more born dead than He, which has none at the
/// low rate; at the edge one more filter dies in each, and 4x He's last network is lost.
fn results() -> Results {
    let mut cells = Vec::new();
    for scheme in SCHEMES {
        for rate in [0.02, 0.32] {
            let settings = vec![
                ("initialization", Value::Text(scheme.into())),
                ("learning_rate", Value::Real(rate)),
            ];
            cells.push((settings, 4));
        }
    }
    made_up::results(&cells, |cell, replicate| {
        let (large, edge) = (cell / 2 == 1, cell % 2 == 1);
        let lost = large && edge && replicate == 3;
        Network {
            outcome: if lost { "collapsed" } else { "working" },
            born_dead: i64::from(large),
            died: i64::from(edge) + i64::from(replicate == 2),
            silent: 0,
            accuracy: if lost { 0.1 } else { 0.98 - 0.01 * cell as f64 },
        }
    })
}

#[test]
fn differences_are_paired_and_named_as_the_predictions_name_them() {
    let estimates = Initialization.estimates(&results()).unwrap();
    let find = |name: &str| estimates.iter().find(|e| e.name == name).unwrap();
    for name in checks::predicted(&Initialization) {
        find(&name);
    }
    // One filter of eight more, in every pair.
    let large = find("dead_of_any_4x_he_minus_he_low");
    assert_eq!((large.value, large.low997, large.n), (0.125, 0.125, 4));
    // The lost network has no pair where both work, and one where it is taken as it is.
    assert_eq!(find("dead_4x_he_minus_he_edge").n, 3);
    assert_eq!(find("dead_of_any_4x_he_minus_he_edge").n, 4);
    assert_eq!(find("dead_rai_minus_he_edge").value, 0.0);
}

#[test]
fn the_table_of_cells_keeps_born_dead_and_died_apart() {
    let networks = read(&results()).unwrap();
    let table = cells::table(
        &networks,
        &results().bootstrap(networks.replicates()),
        &LABELS,
    );
    let cells = cells::Cells::read(&table, &["initialization", "learning_rate"]).unwrap();
    let get = |quantity: &str, layer: &str| cells.get(&["4x He", "0.32"], quantity, layer);
    // Of the three that work one filter of eight is born dead and 1, 1, 2 die.
    assert_eq!(get("born_dead_filters", "all").mean, 0.125);
    assert!((get("final_deaths", "all").mean - 1.0 / 6.0).abs() < 1e-12);
    assert_eq!(get("final_deaths", "2").mean, 0.0);
    assert_eq!(get("collapsed", "").mean, 0.25);
    assert_eq!(
        (get("dead_filters", "all").n, get("collapsed", "").n),
        (3.0, 4.0)
    );
    assert_eq!(cells.labels(0), SCHEMES);
}

#[test]
fn sentences_follow_from_the_published_tables() {
    let directory = tempfile::tempdir().unwrap();
    let none = directory.path().join("published");
    let out = directory.path().join("figures");
    let report = report::publish(&Initialization, &[], &results(), &out, &none).unwrap();
    assert!(
        report.findings[0].contains("12.5 points"),
        "{}",
        report.findings[0]
    );
    for sentence in &report.findings {
        assert!(!sentence.contains("NaN"), "{sentence}");
    }
    let lost = report
        .findings
        .iter()
        .any(|sentence| sentence.contains("4\u{d7} He 1 of 4; none with the other schemes"));
    assert!(lost, "{:#?}", report.findings);
}
