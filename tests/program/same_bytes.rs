//! However a study is run, it ends with the same bytes.

use std::process::Command;

use crate::place::{Place, TRIALS, assert_same, copy, said, slow, tiny};

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let (one, two) = (Place::new(), Place::new());
    one.run_tiny(&["--jobs", "1"]);
    two.run_tiny(&["--jobs", "2"]);
    assert_eq!(one.trials().len(), TRIALS);
    assert_same(&one.report(), &two.report());
    assert_same(&one.files("results/trials"), &two.files("results/trials"));
    // Nothing was published, nothing but the results was written.
    assert!(!one.path("figures").exists() && !one.path("README.md").exists());

    // Again: nothing is run, and the same comes out.
    let before = one.report();
    one.run_tiny(&[]);
    assert_same(&before, &one.report());
}

#[test]
fn two_shards_merged_give_the_same_bytes() {
    let [first, second, whole] = [(); 3].map(|()| Place::new());
    whole.run_tiny(&[]);
    let output = first.run(&tiny(&["--shard", "1/2"]));
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("4 trials belong to others"),
        "{}",
        said(&output)
    );
    assert_eq!(first.trials().len(), TRIALS / 2);
    assert!(!first.path("results/reports").exists());
    second.run_tiny(&["--shard", "2/2"]);
    copy(
        &second.path("results/trials"),
        &first.path("results/trials"),
    );
    let mut figures = tiny(&[]);
    figures[0] = "figures";
    first.succeed(&figures);
    assert_same(&whole.report(), &first.report());
    // The next run puts both packs together.
    assert_eq!((first.packs().len(), whole.packs().len()), (2, 1));
    first.run_tiny(&[]);
    assert_same(
        &whole.files("results/trials"),
        &first.files("results/trials"),
    );
}

#[test]
fn an_interrupted_run_goes_on_where_it_was() {
    let (broken, whole) = (Place::new(), Place::new());
    whole.run_slow();
    let child = broken.start_slow();
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    assert!(said(&output).contains("interrupted"), "{}", said(&output));
    resumes_to_the_same(&broken, &whole);
}

#[test]
fn a_killed_run_loses_no_finished_trial() {
    let (broken, whole) = (Place::new(), Place::new());
    whole.run_slow();
    let mut child = broken.start_slow();
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    resumes_to_the_same(&broken, &whole);
    // What was being written is cleared away.
    assert!(broken.files("results/partial").is_empty());
}

fn resumes_to_the_same(broken: &Place, whole: &Place) {
    let finished = broken.trials();
    assert!((1..TRIALS).contains(&finished.len()));
    let output = broken.run(&slow(&[]));
    assert!(output.status.success(), "{}", said(&output));
    let left = TRIALS - finished.len();
    assert!(
        said(&output).contains(&format!("{left} trials in ")),
        "{}",
        said(&output)
    );
    assert_same(&whole.report(), &broken.report());
    assert_same(
        &whole.files("results/trials"),
        &broken.files("results/trials"),
    );
}

#[test]
fn two_processes_share_the_work() {
    let (shared, whole) = (Place::new(), Place::new());
    whole.run_tiny(&[]);
    let start = || shared.program(&tiny(&["--jobs", "1"])).spawn().unwrap();
    let children = [start(), start()];
    let mut ran = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        // The last line says how many were run here; none does if the other was quicker.
        let words = said(&output);
        let last = words.lines().last().unwrap_or_default();
        let own = last
            .split_once(": ")
            .and_then(|(_, rest)| rest.split_once(" trials in "));
        ran += own.map_or(0, |(number, _)| number.parse::<usize>().unwrap());
    }
    assert_eq!(ran, TRIALS, "each trial is run once");
    assert_same(&whole.report(), &shared.report());
    assert_same(
        &whole.files("results/trials"),
        &shared.files("results/trials"),
    );
}
