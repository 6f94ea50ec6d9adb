//! A study that is published, then amended: the one in `tests/amended`.

mod refused;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::place::{Place, assert_same, said};

/// Trials of its study.toml, and of its amendment.
const TRIALS: [usize; 2] = [10, 15];

fn text(file: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/amended");
    fs::read_to_string(Path::new(folder).join(file)).unwrap()
}

fn write(place: &Place, file: &str, text: &str) {
    fs::write(place.path("amended").join(file), text).unwrap();
}

fn read(place: &Place, file: &str) -> String {
    fs::read_to_string(place.path("amended").join(file)).unwrap()
}

/// A place with the study as it was before it was amended.
fn place() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("amended")).unwrap();
    for file in ["study.toml", "findings.md.jinja"] {
        write(&place, file, &text(file));
    }
    let analysis = text("analysis.toml");
    let (before, _) = analysis.split_once("# Of amendment-1.toml.\n").unwrap();
    write(&place, "analysis.toml", before);
    place
}

fn amend(place: &Place) {
    for file in ["amendment-1.toml", "analysis.toml"] {
        write(place, file, &text(file));
    }
}

/// Every trial as `run --dry-run --json` lists it.
fn trials(place: &Place, more: &[&str]) -> Vec<Value> {
    let arguments = [&["run", "amended", "--dry-run", "--json"], more].concat();
    let forecast: Value = serde_json::from_str(&place.succeed(&arguments)).unwrap();
    forecast[0]["list"].as_array().unwrap().clone()
}

/// The rows of a published table, by column.
fn rows(place: &Place, table: &str) -> Vec<BTreeMap<String, String>> {
    let text = read(place, &format!("figures/{table}.csv"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// The row of that name, without what tells it from others.
fn row(rows: &[BTreeMap<String, String>], key: &str, name: &str) -> BTreeMap<String, String> {
    let mut own = rows.iter().filter(|row| row[key] == name);
    let (Some(row), None) = (own.next(), own.next()) else {
        panic!("one row `{name}` in {rows:#?}");
    };
    let mut row = row.clone();
    for words in ["id", "name", "sentence", "description"] {
        row.remove(words);
    }
    row
}

/// blake3 of a text, in hexadecimal.
fn digest(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

#[test]
fn what_was_published_stays_and_is_judged_as_declared_and_as_amended() {
    let place = place();
    let old = trials(&place, &[]);
    place.succeed(&["run", "amended", "--jobs", "1"]);
    let finished = place.trials();
    let [predictions, estimates, cells] =
        ["predictions", "estimates", "cells"].map(|table| rows(&place, table));
    assert!(!place.path("amended/figures/amendments.csv").exists());
    assert!(!read(&place, "README.md").contains("Amendments"));

    let findings = text("findings.md.jinja");
    let told = "\n{% for one in rows(\"amendments\") %}Amended by {{ one.file }}.{% endfor %}\n";
    write(&place, "findings.md.jinja", &(findings + told));
    let refused = place.run(&["compile", "amended"]);
    assert!(
        said(&refused).contains("`amendments`"),
        "{}",
        said(&refused)
    );

    amend(&place);
    let compiled = place.succeed(&["compile", "amended"]);
    for part in [
        "25 trials",
        "0-4, 10-14",
        "seeds of `rates`, 10 instead of 5 (10 trials)",
        "arm `higher` (1 cell with 5 seeds, 5 trials)",
        "prediction `more-die-again`",
        &digest(&text("amendment-1.toml"))[..16],
    ] {
        assert!(compiled.contains(part), "{part}: {compiled}");
    }
    let new = trials(&place, &[]);
    assert_eq!(new.len(), TRIALS[0] + TRIALS[1]);
    for (old, new) in old.iter().zip(&new) {
        for key in ["trial", "arm", "cell", "replicate", "seed", "id"] {
            assert_eq!(old[key], new[key]);
        }
        assert_eq!(
            (&new["done"], &new["settings"]["momentum"]),
            (&true.into(), &0.9.into())
        );
    }
    let further: Vec<_> = new[TRIALS[0]..]
        .iter()
        .map(|trial| (&trial["cell"], &trial["replicate"]))
        .collect();
    let expected = (0..2).flat_map(|cell| (5..10).map(move |seed| (cell, seed)));
    let expected: Vec<(Value, Value)> = expected
        .chain((0..5).map(|seed| (2, seed)))
        .map(|(cell, seed)| (cell.into(), seed.into()))
        .collect();
    assert_eq!(
        further,
        expected.iter().map(|(a, b)| (a, b)).collect::<Vec<_>>()
    );

    let output = place.run(&["run", "amended", "--jobs", "1"]);
    assert!(
        said(&output).contains(&format!("{} trials in ", TRIALS[1])),
        "{}",
        said(&output)
    );
    assert!(place.trials().is_superset(&finished));
    assert_eq!(place.trials().len(), TRIALS[0] + TRIALS[1]);

    assert!(read(&place, "README.md").contains("Amended by amendment-1.toml."));

    // As declared: what was published.
    let judged = rows(&place, "predictions");
    let ids: Vec<&str> = judged.iter().map(|row| &*row["id"]).collect();
    let expected = [
        "more-die",
        "more-die (as declared)",
        "more-die-again",
        "some-die-higher",
    ];
    assert_eq!(ids, expected);
    let before = row(&predictions, "id", "more-die");
    assert_eq!(row(&judged, "id", "more-die (as declared)"), before);
    let now = row(&judged, "id", "more-die");
    assert_eq!((&*before["n"], &*now["n"]), ("5", "9"));
    assert_ne!(now["value"], before["value"]);
    let declared = "As declared, on the trials of study.toml alone.";
    assert!(judged[1]["sentence"].ends_with(declared), "{judged:#?}");

    // Seeds by themselves: as if they were all.
    let now = rows(&place, "estimates");
    for name in ["more_dead", "most_dead"] {
        let first = row(&now, "name", &format!("{name}_at_first"));
        assert_eq!(first, row(&estimates, "name", name));
    }
    let first = rows(&place, "first");
    assert!(cells.len() > 20 && cells.iter().all(|row| first.contains(row)));
    let fresh = rows(&place, "fresh");
    let all = rows(&place, "cells");
    assert_eq!(
        fresh
            .iter()
            .filter(|row| row["replicate"].is_empty())
            .count(),
        2
    );
    for row in fresh.iter().filter(|row| !row["replicate"].is_empty()) {
        assert!(
            (5..10).contains(&row["replicate"].parse().unwrap()),
            "{row:?}"
        );
        let same = |one: &&BTreeMap<String, String>| {
            let by = one["layer"] == "all" && one["measure"] == row["measure"];
            by && ["learning_rate", "replicate", "value"]
                .iter()
                .all(|key| one[*key] == row[*key])
        };
        assert_eq!(all.iter().filter(same).count(), 1, "{row:?}");
    }

    // Where the text was changed since, too.
    let from = "difference = \"dead_filters\"";
    let changed = text("analysis.toml").replacen(from, "difference = \"silent_filters\"", 1);
    write(&place, "analysis.toml", &changed);
    place.succeed(&["figures", "amended"]);
    let judged = rows(&place, "predictions");
    let declared = row(&judged, "id", "more-die (as declared)");
    assert_eq!((judged.len(), declared), (4, before));
    let since = "before what it rests on was changed, on the trials of study.toml alone.";
    assert!(judged[1]["sentence"].ends_with(since), "{judged:#?}");
}

#[test]
fn amendments_are_cited_and_every_way_to_run_them_ends_with_the_same_bytes() {
    let (slow, whole) = (place(), place());
    slow.succeed(&["run", "amended", "--jobs", "1"]);
    for place in [&slow, &whole] {
        amend(place);
    }
    slow.succeed(&["run", "amended", "--jobs", "2"]);
    let shard = whole.run(&["run", "amended", "--shard", "1/2", "--jobs", "2"]);
    assert!(
        said(&shard).contains("12 trials belong to others"),
        "{}",
        said(&shard)
    );
    whole.succeed(&["run", "amended", "--jobs", "2"]);
    assert_same(&slow.files("amended"), &whole.files("amended"));
    assert_same(
        &slow.files("results/trials"),
        &whole.files("results/trials"),
    );

    let digests = ["study.toml", "amendment-1.toml"].map(|file| digest(&text(file)));
    let caption = read(&slow, "figures/dead.md");
    let locks = digest(&(read(&slow, "study.lock") + &read(&slow, "amendment-1.lock")));
    let analysis = digest(&read(&slow, "analysis.toml"));
    let cited = format!(
        "specification {}, amendment 1 {}, lock {}, analysis {}, seed 0, 25 trials",
        &digests[0][..16],
        &digests[1][..16],
        &locks[..16],
        &analysis[..16]
    );
    assert!(caption.contains(&cited), "{caption}");
    let inside = format!(
        "\"amendments\":[{{\"digest\":\"{}\",\"first_trial\":10}}]",
        digests[1]
    );
    assert!(read(&slow, "figures/dead.svg").contains(&inside));
    let readme = read(&slow, "README.md");
    assert!(
        readme.contains("## Amendments") && readme.contains(&digests[1][..16]),
        "{readme}"
    );
    assert!(read(&slow, "figures/amendments.csv").contains(&digests[1]));
    assert!(read(&slow, "amendment-1.lock").contains(&digests[1]));

    let told = slow.succeed(&["run", "amended", "--seed", "7"]);
    assert!(
        told.contains("more-die (as declared)") && told.contains("other seeds"),
        "{told}"
    );
    let caption = slow.path("results/reports/amended/seed-7/dead.md");
    assert!(
        fs::read_to_string(caption)
            .unwrap()
            .contains("seed 7, 25 trials")
    );
    // The small version has no seed 5, and nothing of an arm that its rates are not of.
    assert_eq!(trials(&slow, &["--quick"]).len(), 4);
    let told = slow.succeed(&["run", "amended", "--quick"]);
    assert!(told.contains("undefined"), "{told}");
    let asked = [
        "query",
        "amended",
        "SELECT COUNT(*) AS n FROM trials WHERE arm = 'higher'",
    ];
    assert!(slow.succeed(&asked).contains('5'));
    slow.succeed(&["trial", "amended", "24", "--out", "last"]);
    let about: Value =
        serde_json::from_str(&fs::read_to_string(slow.path("last/trial.json")).unwrap()).unwrap();
    assert_eq!(about["id"], trials(&slow, &[])[24]["id"]);
}
