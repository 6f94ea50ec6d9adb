//! What the other commands print and write.

use std::fs;

use serde_json::Value;

use crate::bad_input::refused;
use crate::place::{Place, TINY, TRIALS, assert_same, tiny};

#[test]
fn a_trial_alone_is_the_one_of_the_study() {
    let place = Place::new();
    let mut arguments = vec!["trial", TINY[0], "5", "--save-every", "40", "--out", "out"];
    arguments.extend(&TINY[1..]);
    let printed: Value = serde_json::from_str(&place.succeed(&arguments)).unwrap();
    let read = |name: &str| fs::read_to_string(place.path("out").join(name)).unwrap();
    let record: Value = serde_json::from_str(&read("record.json")).unwrap();
    assert_eq!(printed, record);
    assert_eq!(record["trial"]["steps"], 90);
    assert_eq!(record["filters"].as_array().unwrap().len(), 8);
    let checkpoints = fs::read_dir(place.path("out/checkpoints")).unwrap().count();
    assert_eq!(checkpoints, 4, "0, 40, 80 and 90");
    assert_eq!(read("batches.csv").lines().count(), 91);

    // The sweep names it by the same id, and measures the same.
    place.run_tiny(&[]);
    let about: Value = serde_json::from_str(&read("trial.json")).unwrap();
    let id = about["id"].as_str().unwrap();
    assert!(place.trials().contains(id));
}

#[test]
fn a_trial_goes_on_where_it_was_stopped_and_others_stay_out() {
    let place = Place::new();
    let trial = |index: &'static str, every: &'static str| {
        let mut arguments = vec![
            "trial",
            TINY[0],
            index,
            "--save-every",
            every,
            "--out",
            "out",
        ];
        arguments.extend(&TINY[1..]);
        arguments
    };
    place.succeed(&trial("5", "40"));
    let whole = place.files("out");
    // As a kill leaves it: the last files are not there, one is being written.
    for name in ["record.json", "checkpoints/step-80.safetensors", "moments"] {
        let path = place.path("out").join(name);
        fs::remove_file(&path)
            .or_else(|_| fs::remove_dir_all(&path))
            .unwrap();
    }
    let lines = place.path("out/batches.csv");
    fs::rename(&lines, place.path("out/batches.csv.partial")).unwrap();
    fs::write(
        place.path("out/checkpoints/step-80.safetensors.partial"),
        "half",
    )
    .unwrap();
    let kept = place.path("out/checkpoints/step-40.safetensors");
    let written = || fs::metadata(&kept).unwrap().modified().unwrap();
    let before = written();
    place.succeed(&trial("5", "40"));
    assert_same(&whole, &place.files("out"));
    assert_eq!(written(), before, "what is finished stays");

    // More checkpoints of the same trial are added.
    place.succeed(&trial("5", "20"));
    assert!(place.path("out/checkpoints/step-60.safetensors").exists());
    assert_eq!(written(), before);

    let files = place.files("out");
    refused(
        &place,
        &trial("4", "40"),
        &["out/trial.json", "is of another trial"],
    );
    assert_same(&files, &place.files("out"));
    fs::write(&kept, "altered").unwrap();
    let said = ["step-40.safetensors", "differs from what the trial gives"];
    refused(&place, &trial("5", "40"), &said);
    assert_eq!(fs::read_to_string(&kept).unwrap(), "altered");
}

#[test]
fn a_dry_run_runs_nothing_and_predicts() {
    let place = Place::new();
    let forecast: Value = serde_json::from_str(&place.succeed(&tiny(&["--dry-run"]))).unwrap();
    assert_eq!(forecast[0]["to_run"], TRIALS);
    assert!(forecast[0]["predicted_seconds"].as_f64().unwrap() > 0.0);
    let list = forecast[0]["list"].as_array().unwrap();
    assert_eq!(list.len(), TRIALS);
    let last = &list[TRIALS - 1];
    assert_eq!(
        (&last["study"], &last["trial"], &last["replicate"]),
        (&"learning-rate".into(), &(TRIALS - 1).into(), &1.into())
    );
    assert_eq!(
        (&last["done"], &last["to_run"]),
        (&false.into(), &true.into())
    );
    assert_eq!(last["settings"]["learning_rate"], 0.5);
    assert!(last["arm"].is_string() && last["cell"].is_u64() && last["seed"].is_u64());
    assert_eq!(last["id"].as_str().unwrap().len(), 64);
    assert!(!place.path("results").exists());
    let words: Vec<&str> = tiny(&["--dry-run"])
        .into_iter()
        .filter(|a| *a != "--json")
        .collect();
    let printed = place.succeed(&words);
    assert!(printed.contains("8 trials, 8 to run, about "), "{printed}");
    assert!(
        printed.contains("0-1") && printed.contains("learning_rate"),
        "{printed}"
    );
}

#[test]
fn the_list_says_what_is_there() {
    let place = Place::new();
    let listed: Value = serde_json::from_str(&place.succeed(&["list", "--json"])).unwrap();
    let study = &listed["studies"][0];
    assert_eq!(
        (&study["study"], &study["trials"]),
        (&"learning-rate".into(), &448.into())
    );
    assert_eq!(study["done"], 0);
    assert!(place.succeed(&["list"]).contains("0 of 448 trials done"));
    assert!(!place.path("results").exists());
}

#[test]
fn another_version_is_compared_with_what_is_published() {
    let place = Place::new();
    let published = place.path("figures/learning-rate");
    fs::create_dir_all(&published).unwrap();
    let table = "id,outcome\nforty-percent-of-a-good-network,refuted\n";
    fs::write(published.join("predictions.csv"), table).unwrap();
    let reports: Value = serde_json::from_str(&place.run_tiny(&["--seed", "7"])).unwrap();
    let report = &reports[0];
    assert_eq!(report["published"], false);
    let directory = report["directory"].as_str().unwrap();
    assert!(directory.starts_with("results/reports/learning-rate/seed-7-quick-changed-"));
    let predictions = report["predictions"].as_array().unwrap();
    assert_eq!(predictions[0]["published"], "refuted");
    assert_eq!(predictions[0]["comparison"], "not comparable");
    assert_eq!(predictions[1]["comparison"], Value::Null);
    let changes = report["changes"].as_array().unwrap();
    let page = fs::read_to_string(place.path(directory).join("CHANGES.md")).unwrap();
    for (change, word) in changes
        .iter()
        .zip(["--seed 7", "--quick", "architecture", "epochs=2"])
    {
        let change = change.as_str().unwrap();
        assert!(change.contains(word) && page.contains(change), "{page}");
    }
    let mut words = tiny(&["--seed", "7"]);
    words.retain(|word| *word != "--json");
    let printed = place.succeed(&words);
    for word in [
        "not as published: `--set schedule.epochs=2`: `schedule.epochs` is 2 in every trial",
        "refuted    not comparable",
        "judged by the 99.7% interval",
    ] {
        assert!(printed.contains(word), "{word}: {printed}");
    }
    assert_eq!(predictions[1]["published"], Value::Null);
    // What is published is as it was.
    assert_eq!(fs::read_dir(&published).unwrap().count(), 1);
    assert_eq!(
        fs::read_to_string(published.join("predictions.csv")).unwrap(),
        table
    );
}

#[test]
fn help_has_examples_and_completions_know_the_commands() {
    let place = Place::new();
    for command in ["list", "run", "figures", "cite", "trial", "completions"] {
        let help = place.succeed(&[command, "--help"]);
        assert!(help.contains("Example") && help.contains(&format!("mortality {command}")));
    }
    assert!(
        place
            .succeed(&["--help"])
            .contains("mortality run learning-rate --seed 7")
    );
    for shell in ["bash", "zsh", "fish"] {
        let script = place.succeed(&["completions", shell]);
        assert!(script.contains("save-every"), "{shell}");
        assert!(script.contains("when-filters-die"), "{shell}");
    }
}
