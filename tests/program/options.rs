//! Options of the command line: where they are, and what is said of those that are wrong.

use crate::bad_input::{refused, set};
use crate::place::Place;

#[test]
fn what_an_option_breaks_is_told_at_the_option() {
    let place = Place::new();
    let quick = set("schedule.epochs=2");
    refused(
        &place,
        &quick,
        &["error: --set schedule.epochs=2: schedule.annealed_epochs = 3"],
    );
    let mut both = quick.to_vec();
    both.extend(["--set", "optimizer.momentum=1.5"]);
    refused(
        &place,
        &both,
        &[
            "--set optimizer.momentum=1.5: ",
            "--set schedule.epochs=2: ",
        ],
    );
    let twice = set("schedule.learning_rate=[1, 1.0]");
    refused(&place, &twice, &["--set schedule.learning_rate", "twice"]);
}

#[test]
fn numbers_below_zero_are_values() {
    let place = Place::new();
    for (arguments, words) in [
        (
            &["run", "learning-rate", "--seed", "-1"][..],
            ["'-1' for '--seed", "from 0"],
        ),
        (
            &["run", "learning-rate", "--jobs", "-1"],
            ["'-1' for '--jobs", "--jobs"],
        ),
        (
            &["trial", "learning-rate", "-1", "--out", "o"],
            ["'-1' for '<INDEX>'", "from 0"],
        ),
        (
            &["autopsy", "a", "--fail-on", "-0.1"],
            ["'-0.1' for '--fail-on", "from 0 to 1"],
        ),
        (
            &["run", "learning-rate", "--set", "schedule.learning_rate=-1"],
            ["--set schedule.learning_rate=-1: ", "above 0"],
        ),
    ] {
        refused(&place, arguments, &words);
        assert!(!place.refuse(arguments).contains("tip:"), "{arguments:?}");
    }
}

#[test]
fn options_stand_where_they_do_something() {
    let place = Place::new();
    for (command, own) in [
        ("list", &["--results", "--data-dir", "--json"][..]),
        (
            "run",
            &["--results", "--figures-dir", "--data-dir", "--json"],
        ),
        (
            "figures",
            &["--results", "--figures-dir", "--data-dir", "--json"],
        ),
        ("cite", &["--figures-dir"]),
        ("trial", &["--data-dir", "--json"]),
        ("autopsy", &["--figures-dir", "--json"]),
        ("prune", &["--json"]),
        ("completions", &[]),
    ] {
        let help = place.succeed(&[command, "--help"]);
        for option in ["--results", "--figures-dir", "--data-dir", "--json"] {
            let is_there =
                help.contains(&format!("{option} ")) || help.contains(&format!("{option}\n"));
            assert_eq!(is_there, own.contains(&option), "{command} {option}");
        }
    }
}
