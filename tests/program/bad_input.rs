//! Bad input is refused with exit code 2 and words that name it and say what would be right;
//! nothing is written.

use std::fs;
use std::process::Command;

use crate::place::{Place, TINY, said, tiny};

/// The program refuses, says all of this, and leaves nothing behind.
pub fn refused(place: &Place, arguments: &[&str], words: &[&str]) {
    let said = place.refuse(arguments);
    for word in words {
        assert!(
            said.contains(word),
            "{arguments:?} says nothing of {word:?}: {said}"
        );
    }
    assert!(!place.path("results").exists() && !place.path("figures").exists());
}

pub fn set(value: &str) -> [&str; 5] {
    ["run", "learning-rate", "--quick", "--set", value]
}

#[test]
fn names_that_are_none() {
    let place = Place::new();
    refused(
        &place,
        &["run", "learning-rat"],
        &["`learning-rat`", "did you mean `learning-rate`?"],
    );
    refused(
        &place,
        &["figures", "xyz"],
        &["no study `xyz`; there are learning-rate"],
    );
    refused(&place, &["runn"], &["run"]);
    refused(&place, &["run", "learning-rate", "--quik"], &["--quick"]);
    refused(&place, &["run"], &["STUDY"]);
    refused(
        &place,
        &["run", "learning-rate", "--jobs", "0"],
        &["--jobs"],
    );
    refused(&place, &["run", "learning-rate", "--seed=-1"], &["--seed"]);
    refused(
        &place,
        &["run", "learning-rate", "--shard", "3/2"],
        &["`3/2` is no shard", "1/2"],
    );
    refused(&place, &set("schedule.epochs"), &["path=value"]);
    refused(
        &place,
        &["figures", "learning-rate"],
        &["448 of 448 trials are missing"],
    );
}

#[test]
fn settings_that_are_none() {
    let place = Place::new();
    let wrong = set("schedule.learnin_rate=0.1");
    refused(
        &place,
        &wrong,
        &["schedule.learnin_rate=0.1", "`schedule.learning_rate`?"],
    );
    refused(
        &place,
        &set("schedule.learning_rate=nan"),
        &["learning_rate", "NaN", "finite"],
    );
    refused(
        &place,
        &set("schedule.epochs=many"),
        &["`schedule.epochs`", "many"],
    );
    refused(
        &place,
        &set("optimizer.momentum=1.5"),
        &["optimizer.momentum", "below 1"],
    );
    let wrong = set("architecture=[\"conv 8 3x3\", \"relu\", \"linear 10\"]");
    refused(
        &place,
        &wrong,
        &["--set architecture", "layer 2", "linear 10"],
    );
    let wrong = set("architecture=[\"conv 8 3z3\"]");
    refused(&place, &wrong, &["--set architecture", "conv 8 3z3"]);
    let wrong = set("architecture=[\"flatten\", \"linear 7\"]");
    refused(&place, &wrong, &["--set architecture", "10"]);
}

#[test]
fn a_specification_with_a_mistake() {
    let place = Place::new();
    let good = include_str!("../../studies/learning-rate/study.toml");
    let path = place.path("changed.toml");
    let run = ["run", "learning-rate", "--spec", "changed.toml"];
    let line_of = |start: &str| {
        1 + good
            .lines()
            .position(|line| line.starts_with(start))
            .unwrap()
    };
    for (right, wrong, line, word) in [
        (
            "name = \"learning-rate\"",
            "name = \"other\"",
            line_of("name ="),
            "not of `learning-rate`",
        ),
        ("[base]\n", "[bas]\n", line_of("[base]"), "`base`?"),
        (
            "epochs = 20",
            "epoch = 20",
            line_of("schedule ="),
            "`epochs`?",
        ),
        (
            "\"max_pool 2\"",
            "\"max_pol 2\"",
            line_of("    \"max_pool 2\""),
            "max_pol",
        ),
        (
            "\"data.pixels\" = \"standardized\"",
            "\"data.pixels\" = \"standardised\"",
            line_of("\"data.pixels\""),
            "`standardized`?",
        ),
        (
            "at_least = 0.4",
            "at_last = 0.4",
            line_of("claim"),
            "`at_least`?",
        ),
        (
            "kind = \"primary\"",
            "kind = \"exploratory\"",
            line_of("kind = \"primary\""),
            "primary",
        ),
    ] {
        assert!(good.contains(right));
        fs::write(&path, good.replacen(right, wrong, 1)).unwrap();
        refused(&place, &run, &[&format!("changed.toml:{line}"), word]);
    }
    let several = good
        .replacen("epochs = 20", "epoch = 20", 1)
        .replacen("at_least = 0.4", "at_last = 0.4", 1)
        .replacen("question = ", "qestion = ", 1);
    fs::write(&path, several).unwrap();
    let lines = ["schedule =", "claim", "question ="].map(line_of);
    let places = lines.map(|line| format!("changed.toml:{line}:"));
    let mut words: Vec<&str> = places.iter().map(String::as_str).collect();
    words.extend(["\n  | ^^^^^^^\n", "3 mistakes; nothing was run"]);
    refused(&place, &run, &words);
    fs::remove_file(&path).unwrap();
    refused(&place, &run, &["cannot read changed.toml: No such file"]);
    let said = place.refuse(&run);
    assert_eq!(said.matches("os error 2").count(), 1, "{said}");
}

#[test]
fn more_seeds_than_memory_has_room_for() {
    let place = Place::new();
    let good = include_str!("../../studies/learning-rate/study.toml");
    let path = place.path("changed.toml");
    let many = good.replacen("replicates = ", "replicates = 1000000000 # ", 1);
    fs::write(&path, many).unwrap();
    let run = ["run", "learning-rate", "--spec", "changed.toml"];
    refused(&place, &run, &["`replicates` must be at most 100000"]);
}

#[test]
fn data_files_that_are_not_there_cut_or_foreign() {
    let place = Place::new();
    let data = "data={ set = \"idx\" }";
    let arguments = [
        "run",
        "learning-rate",
        "--quick",
        "--data-dir",
        "data",
        "--set",
        data,
    ];
    refused(&place, &set(data), &["data directory"]);
    refused(&place, &arguments, &["train-images-idx3-ubyte"]);
    fs::create_dir(place.path("data")).unwrap();
    let images = place.path("data/train-images-idx3-ubyte");
    // The header of 60,000 images and nothing of them; then another format.
    let header = [0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 0, 28, 0, 0, 0, 28];
    fs::write(
        place.path("data/train-labels-idx1-ubyte"),
        [0, 0, 8, 1, 0, 0, 0, 1, 7],
    )
    .unwrap();
    for bytes in [&header[..], &header[..7], b"\x89PNG\r\n\x1a\n 0123456789"] {
        fs::write(&images, bytes).unwrap();
        refused(&place, &arguments, &["train-images-idx3-ubyte"]);
    }
}

#[test]
fn a_place_that_cannot_be_written() {
    let place = Place::new();
    fs::write(place.path("file"), "").unwrap();
    let arguments = tiny(&["--results", "file/results"]);
    refused(&place, &arguments, &["file/results", "--results"]);
}

/// A limit of 0 on the size of files stands in for a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full() {
    let place = Place::new();
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .current_dir(place.path(""))
        .args(["-c", script, env!("CARGO_BIN_EXE_mortality")])
        .args(tiny(&[]))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("results/partial"),
        "{}",
        said(&output)
    );
    assert!(place.trials().is_empty());
    // With room again it goes on.
    place.run_tiny(&[]);
    place.report();
}

#[test]
fn a_trial_that_is_none_or_would_overwrite() {
    let place = Place::new();
    let trial = |index, out| {
        let mut arguments = vec!["trial", TINY[0], index, "--out", out];
        arguments.extend(&TINY[1..]);
        arguments
    };
    refused(&place, &trial("8", "out"), &["no trial 8", "0 to 7"]);
    assert!(!place.path("out").exists());
    fs::create_dir(place.path("out")).unwrap();
    fs::write(place.path("out/mine.txt"), "kept").unwrap();
    refused(
        &place,
        &trial("0", "out"),
        &["out is not empty", "not of a trial"],
    );
    assert_eq!(place.files("out").len(), 1);
    refused(&place, &trial("0", "out/mine.txt"), &["mine.txt"]);
}
