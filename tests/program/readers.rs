//! Whoever reads what the program writes goes away, has no room, or asks it to stop.

use std::fs::OpenOptions;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::place::{Place, TRIALS, said, tiny};

/// `tiny` without `--json`.
fn in_words(place: &Place) -> Command {
    let mut words = tiny(&[]);
    words.retain(|word| *word != "--json");
    place.program(&words)
}

/// `mortality run ... 2>&1 | head -1`.
#[test]
fn a_run_whose_messages_nobody_reads_stops() {
    let place = Place::new();
    let mut child = in_words(&place).spawn().unwrap();
    drop(child.stderr.take());
    drop(child.stdout.take());
    // As a shell says of a process that a closed pipe ended: not 0, which would be "finished".
    assert_eq!(child.wait().unwrap().code(), Some(141));
    assert!(!place.path("results/reports").exists());
    let finished = place.trials().len();
    assert!(finished > 0, "what was finished is kept");
    let output = in_words(&place).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(place.trials().len(), TRIALS);
}

#[test]
fn what_is_done_but_not_read_is_no_error() {
    let place = Place::new();
    for arguments in [
        vec!["list"],
        tiny(&[]),
        vec!["--help"],
        vec!["completions", "zsh"],
    ] {
        let mut child = place.program(&arguments).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{arguments:?}: {}",
            said(&output)
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let place = Place::new();
    for arguments in [
        &["--help"][..],
        &["run", "--help"],
        &["--version"],
        &["list"],
    ] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = place.program(arguments);
        let output = command.stdout(Stdio::from(full)).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(
            said(&output).matches("No space left").count(),
            1,
            "{}",
            said(&output)
        );
    }
}

#[test]
fn one_interruption_stops_the_drawing() {
    let place = Place::new();
    place.run_tiny(&[]);
    let whole = place.report();
    std::fs::remove_dir_all(place.path("results/reports")).unwrap();
    let child = place.program(&tiny(&[])).spawn().unwrap();
    let begun = Instant::now();
    while place.files("results/reports").is_empty() {
        assert!(begun.elapsed() < Duration::from_mins(1), "nothing is drawn");
        sleep(Duration::from_millis(1));
    }
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    assert!(output.stdout.is_empty() && said(&output).contains("interrupted"));
    // Files are there whole or not at all.
    let drawn = place.files("results/reports");
    assert!(drawn.len() < whole.len());
    for (path, bytes) in drawn {
        assert!(whole.get(&path) == Some(&bytes), "{}", path.display());
    }
}
