//! The results: damage is named, other versions are told apart, and they are found.

use std::fs;

use crate::place::{Place, TRIALS, assert_same, said, tiny};

/// What is done to the bytes of a file.
type Damage = fn(&mut Vec<u8>);

/// The arguments of a drawing of the tiny version.
fn figures() -> Vec<&'static str> {
    let mut figures = tiny(&[]);
    figures[0] = "figures";
    figures
}

#[test]
fn damaged_packs_are_set_aside_and_their_trials_run_again() {
    let place = Place::new();
    place.run_tiny(&[]);
    let (report, trials) = (place.report(), place.files("results/trials"));
    let damages: [(&str, Damage); 4] = [
        ("filters.parquet", |bytes| bytes.truncate(bytes.len() - 9)),
        ("specs.parquet", |bytes| bytes[50] ^= 1),
        ("ids.txt", |bytes| bytes[5] ^= 1),
        ("pack.json", Vec::clear),
    ];
    for (number, (file, damage)) in (1..).zip(damages) {
        let path = place.packs()[0].join(file);
        let mut bytes = fs::read(&path).unwrap();
        damage(&mut bytes);
        fs::write(&path, bytes).unwrap();
        let output = place.run(&tiny(&[]));
        assert!(output.status.success(), "{}", said(&output));
        let name = path.strip_prefix(place.path("results")).unwrap();
        let words = said(&output);
        assert!(words.contains(name.to_str().unwrap()), "{words}");
        assert!(words.contains("8 trials in "), "{words}");
        assert_same(&report, &place.report());
        assert_same(&trials, &place.files("results/trials"));
        let aside = format!("{TRIALS} finished trials, {number} set aside as damaged");
        assert!(place.succeed(&["list"]).contains(&aside));
    }
    place.succeed(&["list", "--remove-old"]);
    assert!(place.files("results/damaged").is_empty());
}

#[test]
fn figures_of_damaged_results_are_not_drawn_and_nothing_is_moved() {
    let place = Place::new();
    place.run_tiny(&[]);
    let table = place.packs()[0].join("trial.parquet");
    fs::write(&table, "not a table").unwrap();
    let before = place.files("results");
    let said = place.refuse(&figures());
    assert!(said.contains("trial.parquet was cut or altered"), "{said}");
    assert_eq!(said.matches("trial.parquet").count(), 1, "{said}");
    let missing = "8 of 8 trials are missing or damaged";
    assert!(said.contains(missing), "{said}");
    assert_same(&before, &place.files("results"));
}

/// Results of a newer program are left alone, those of an older one are removed where that is asked.
#[test]
fn other_versions_are_told_apart() {
    let place = Place::new();
    place.run_tiny(&["--results", "kept"]);
    let listed = |more: &[&str]| place.succeed(&[&["list", "--results", "kept"], more].concat());
    let pack = fs::read_dir(place.path("kept/trials")).unwrap().next();
    let head = pack.unwrap().unwrap().path().join("pack.json");
    let text = fs::read_to_string(&head).unwrap();
    let version = |number: u32| {
        let line = text.lines().find(|line| line.contains("record_version"));
        let other = format!("  \"record_version\": {number},");
        fs::write(&head, text.replace(line.unwrap(), &other)).unwrap();
    };
    version(999);
    let words = listed(&[]);
    assert!(
        words.contains("kept: 0 finished trials, 8 of a newer version"),
        "{words}"
    );
    listed(&["--remove-old"]);
    assert!(head.exists());
    version(1);
    let words = listed(&[]);
    let hint = "8 of an older version of the numbers (`mortality list --remove-old --results kept`";
    assert!(words.contains(hint), "{words}");
    assert!(listed(&["--remove-old"]).contains("8 old or damaged ones removed"));
    assert!(!head.exists());
}

#[test]
fn the_hint_of_a_shard_names_the_folder_of_results() {
    let place = Place::new();
    let output = place.run(&tiny(&["--shard", "1/2", "--results", "other place"]));
    let words = said(&output);
    assert!(words.contains("--results 'other place'`"), "{words}");
}

#[test]
fn results_are_found_from_a_folder_below() {
    let place = Place::new();
    place.run_tiny(&[]);
    let (files, report) = (place.files("results/trials"), place.report());
    fs::create_dir_all(place.path("deep/down")).unwrap();
    let below = |arguments: &[&str]| {
        let mut program = place.program(arguments);
        let output = program.current_dir(place.path("deep/down")).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(below(&["list"]).contains("../../results: 8 finished trials"));
    assert!(below(&tiny(&["--dry-run"])).contains("\"to_run\": 0"));
    below(&figures());
    assert_same(&files, &place.files("results/trials"));
    assert_same(&report, &place.report());
    assert!(place.files("deep").is_empty());
}

#[test]
fn more_threads_than_trials_are_not_started() {
    let place = Place::new();
    let many = ["--jobs", "100000"];
    let mut words = tiny(&[&many[..], &["--dry-run"]].concat());
    words.retain(|word| *word != "--json");
    let told = place.succeed(&words);
    assert!(
        told.contains("on 8 threads; more would have nothing to do"),
        "{told}"
    );
    let output = place.run(&tiny(&many));
    let told = said(&output);
    assert!(output.status.success(), "{told}");
    assert!(
        told.contains("8 trials to run, on 8 threads; more of the 100000"),
        "{told}"
    );
}
