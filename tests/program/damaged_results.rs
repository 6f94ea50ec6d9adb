//! Results that were cut or altered are named, set aside, and their trials run again.

use std::fs;

use crate::place::{Place, TRIALS, assert_same, said, tiny};

#[test]
fn damaged_trials_are_set_aside_and_run_again() {
    let place = Place::new();
    place.run_tiny(&[]);
    let (report, trials) = (place.report(), place.files("results/trials"));
    let folders = place.trials();

    let cut = folders[0].join("filters.parquet");
    let bytes = fs::read(&cut).unwrap();
    fs::write(&cut, &bytes[..bytes.len() - 9]).unwrap();
    let altered = folders[1].join("spec.json");
    let text = fs::read_to_string(&altered).unwrap();
    fs::write(&altered, text.replacen("\"epochs\": 2", "\"epochs\": 3", 1)).unwrap();
    let lost = folders[2].join("censuses.parquet");
    fs::remove_file(&lost).unwrap();

    let output = place.run(&tiny(&[]));
    assert!(output.status.success(), "{}", said(&output));
    for file in [&cut, &altered, &lost] {
        let name = file.strip_prefix(place.path("results")).unwrap();
        assert!(
            said(&output).contains(name.to_str().unwrap()),
            "{}",
            said(&output)
        );
    }
    assert!(said(&output).contains("3 trials in "), "{}", said(&output));
    assert_same(&report, &place.report());
    assert_same(&trials, &place.files("results/trials"));
    assert_eq!(place.files("results/damaged").len(), 3 * 7 - 1);

    let listed = place.succeed(&["list"]);
    assert!(listed.contains(&format!("{TRIALS} finished trials, 3 set aside as damaged")));
    place.succeed(&["list", "--remove-old"]);
    assert!(place.files("results/damaged").is_empty());
}

#[test]
fn figures_of_damaged_results_are_not_drawn() {
    let place = Place::new();
    place.run_tiny(&[]);
    let table = place.trials()[0].join("trial.parquet");
    fs::write(&table, "not a table").unwrap();
    let mut figures = tiny(&[]);
    figures[0] = "figures";
    let said = place.refuse(&figures);
    assert!(
        said.contains("trial.parquet") && said.contains("set aside"),
        "{said}"
    );
    assert!(said.contains("1 of 8 trials are missing"), "{said}");
}
