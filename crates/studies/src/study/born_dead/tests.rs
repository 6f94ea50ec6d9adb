use super::*;
use crate::aggregate::Frame;
use crate::figures::synthetic;
use crate::report;
use crate::study::checks;
use crate::table::{Values, named};

/// Results as the probe gives them: each network's first dead layer has the upper bound's
/// probability if `dead`, and none is dead otherwise.
fn results(dead: bool) -> Results {
    type Row = (String, Option<i64>, &'static str, Option<i64>, f64);
    let mut rows: Vec<Row> = Vec::new();
    for scheme in ["he", "rai"] {
        for width in [2, 3, 4, 5, 10] {
            let mut row = |quantity, layer, value| {
                rows.push((scheme.into(), Some(width), quantity, layer, value));
            };
            row("networks", None, 100_000.0);
            for layer in 0..19 {
                let upper = |hidden: i64| bounds::upper(width as usize, hidden as usize + 1);
                let share = upper(layer + 1) - upper(layer);
                let count = if dead {
                    (100_000.0 * share).floor()
                } else {
                    0.0
                };
                row("first_dead", Some(layer), count);
            }
        }
    }
    for (question, silent) in [
        ("filters", 100_000.0),
        ("silent_on_one", 50_000.0),
        ("silent_at_30", 41_667.0),
        ("silent_at_60", 33_333.0),
        ("silent_at_90", 25_000.0),
        ("silent_on_all", 195.0),
        ("silent_on_images", 300.0),
    ] {
        rows.push((String::new(), None, question, None, silent));
    }
    let integers = |of: fn(&Row) -> Option<i64>| Values::Integer(rows.iter().map(of).collect());
    let columns = vec![
        (
            "scheme",
            Values::Text(rows.iter().map(|r| r.0.clone()).collect()),
        ),
        ("width", integers(|row| row.1)),
        (
            "quantity",
            Values::Text(rows.iter().map(|r| r.2.into()).collect()),
        ),
        ("layer", integers(|row| row.3)),
        (
            "value",
            Values::Real(rows.iter().map(|row| row.4).collect()),
        ),
    ];
    let columns = columns
        .into_iter()
        .map(|(name, values)| (name.into(), values));
    let empty = || Frame::new(Vec::new()).unwrap();
    Results {
        provenance: synthetic::provenance(),
        trials: empty(),
        censuses: empty(),
        filters: empty(),
        probes: Frame::new(columns.collect()).unwrap(),
    }
}

#[test]
fn networks_at_the_upper_bound_are_within_and_living_ones_are_not() {
    let find = |results: &Results, name: &str| {
        let estimates = BornDead.estimates(results).unwrap();
        estimates.into_iter().find(|e| e.name == name).unwrap()
    };
    let name = "cells_outside_the_bounds";
    let within = find(&results(true), name);
    assert_eq!((within.events, within.opportunities), (Some(0), Some(95)));
    // Without a death only the shallow and the wide are within.
    let living = find(&results(false), name);
    assert!(living.events.unwrap() > 60, "{living:?}");
    // The filters of both agree with what is known, the networks of neither.
    let name = "largest_deviation_in_standard_errors";
    assert!(find(&results(true), name).value > 40.0);
}

#[test]
fn predictions_have_their_estimates() {
    let estimates = BornDead.estimates(&results(true)).unwrap();
    for name in checks::predicted(&BornDead) {
        assert!(estimates.iter().any(|e| e.name == name), "{name}");
    }
}

#[test]
fn depths_of_a_table_are_cumulative() {
    let counts = Counts::read(&results(true)).unwrap();
    let table = counts.networks_table();
    assert_eq!(table.rows(), 2 * 5 * 19);
    let share = table.numbers("share").unwrap();
    let upper = table.numbers("upper_bound").unwrap();
    for row in 0..5 * 19 {
        assert!((share[row] - upper[row]).abs() < 3e-4);
        assert!(row % 19 == 0 || share[row] >= share[row - 1]);
    }
    assert!(upper[5 * 19].is_nan());
}

#[test]
fn what_is_published_is_the_same_twice() {
    let results = results(true);
    let [first, second] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    for directory in [&first, &second] {
        let none = directory.path().join("published");
        report::publish(&BornDead, &[], &results, directory.path(), &none).unwrap();
    }
    for name in ["depth.svg", "depth.csv", "known.csv", "filters.csv"] {
        let read = |place: &tempfile::TempDir| std::fs::read(place.path().join(name)).unwrap();
        assert!(read(&first) == read(&second), "{name}");
    }
    let figures = BornDead.figures(&results).unwrap();
    synthetic::save(&figures[0]);
    let tables = [
        &[figures[0].table.clone()][..],
        &BornDead.tables(&results).unwrap(),
    ]
    .concat();
    let findings = BornDead.findings(&tables).unwrap();
    assert_eq!(findings.len(), 5);
    assert!(named(&tables, "known").is_ok());
}
