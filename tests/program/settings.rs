//! The study in `tests/settings`: an arm for each setting that studies to come need.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::place::Place;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// A place with the study in it.
fn place() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("settings")).unwrap();
    for file in ["study.toml", "analysis.toml"] {
        let from = root().join("tests/settings").join(file);
        fs::copy(from, place.path("settings").join(file)).unwrap();
    }
    place
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_setting_trains_and_is_recorded_and_every_need_has_its_arm() {
    let place = place();
    place.succeed(&["run", "./settings", "--jobs", "2"]);
    let table = fs::read_to_string(place.path("settings/figures/networks.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let mut arms = BTreeSet::new();
    for row in reader.records() {
        let row = row.unwrap();
        assert_eq!(&row[1], "working", "{}", &row[0]);
        assert!(row[3].parse::<f64>().unwrap() > 0.2, "{}", &row[0]);
        arms.insert(row[0].to_owned());
    }
    let study: toml::Table =
        toml::from_str(&fs::read_to_string(place.path("settings/study.toml")).unwrap()).unwrap();
    let declared = study["arms"].as_array().unwrap().iter();
    let declared: BTreeSet<String> = declared
        .map(|arm| arm["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(arms, declared);

    let needs = fs::read_to_string(root().join("studies/NEEDS.md")).unwrap();
    let known = place.succeed(&["settings"]);
    let results = fs::read_to_string(root().join("studies/RESULTS.md")).unwrap();
    for row in needs.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        for arm in quoted(cells[4]) {
            assert!(arms.contains(arm), "{arm} is no arm");
        }
        for word in quoted(cells[3]) {
            // A star stands for the columns that begin so.
            let word = word.trim_end_matches('*');
            let there = known.contains(word) || results.contains(word) || word.starts_with("--");
            assert!(there, "{word} is neither setting nor column");
        }
    }
}
