//! What is told of an amendment before anything is run.

use std::fs;
use std::path::Path;

use super::{amend, place, read, text, trials, write};
use crate::place::{Place, copy};

#[test]
fn what_is_locked_is_not_changed_and_what_comes_later_has_a_lock_of_its_own() {
    let place = place();
    place.succeed(&["compile", "amended", "--lock"]);
    let locked = read(&place, "study.lock");
    amend(&place);
    let told = place.succeed(&["compile", "amended", "--lock"]);
    assert!(told.contains("amendment-1.lock written"), "{told}");
    let again = place.refuse(&["compile", "amended", "--lock"]);
    assert!(
        again.contains("amendment-1.lock is there already"),
        "{again}"
    );
    assert_eq!(read(&place, "study.lock"), locked);
    let locked = read(&place, "amendment-1.lock");
    assert!(locked.contains("\nmore-die-again = ") && !locked.contains("\nmore-die = "));
    for (file, from, to) in [
        ("amendment-1.toml", "rates = 10", "rates = 12"),
        ("study.toml", "# A small study", "# A study"),
    ] {
        write(&place, file, &text(file).replacen(from, to, 1));
        let told = place.refuse(&["run", "amended"]);
        let file_ = format!("{file}: was changed after it was locked");
        for part in [&*file_, "in amendment-1.lock", "into amendment-2.toml"] {
            assert!(told.contains(part), "{part}: {told}");
        }
        let listed = place.succeed(&["list", "amended"]);
        assert!(
            listed.contains("was changed after it was locked"),
            "{listed}"
        );
        write(&place, file, &text(file));
    }
    assert!(!place.path("results").exists());
    let more = "grammar = 1\nreason = \"another\"\n[replicates]\nhigher = 6\n";
    write(&place, "amendment-2.toml", more);
    assert_eq!(trials(&place, &[]).len(), 26);
    let told = place.succeed(&["compile", "amended", "--lock"]);
    assert!(told.contains("amendment-2.lock"), "{told}");
    assert_eq!(read(&place, "amendment-1.lock"), locked);
}

#[test]
fn what_is_wrong_with_an_amendment_is_told_before_a_trial() {
    let place = place();
    write(&place, "amendment-1.toml", &text("amendment-1.toml"));
    let told = place.refuse(&["run", "amended"]);
    for estimate in ["more_dead_again", "dead_higher"] {
        let part = format!(": analysis.toml has no estimate `{estimate}`");
        let line = told.lines().find(|line| line.contains(&part));
        let place = line.is_some_and(|line| line.contains("amendment-1.toml:"));
        assert!(place, "{told}");
    }
    // Another specification stands in the place of all of it.
    assert_eq!(trials(&place, &["--spec", "amended/study.toml"]).len(), 10);

    amend(&place);
    let several = text("amendment-1.toml")
        .replacen("rates = 10", "rate = 10", 1)
        .replacen("\"schedule.learning_rate\"", "\"schedule.learnin_rate\"", 1);
    write(&place, "amendment-1.toml", &several);
    let told = place.refuse(&["run", "amended"]);
    assert!(
        told.contains("amendment-1.toml:6:1: `[replicates]` names the arm `rate`"),
        "{told}"
    );
    let several = several.replacen("rate = 10", "rates = 10", 1);
    write(&place, "amendment-1.toml", &several);
    let told = place.refuse(&["run", "amended"]);
    assert!(
        told.contains("amendment-1.toml:12:1: ") && told.contains("`schedule.learning_rate`?"),
        "{told}"
    );
    let wrong = text("amendment-1.toml").replacen("[0.8]", "[-0.8]", 1);
    write(&place, "amendment-1.toml", &wrong);
    let told = place.refuse(&["run", "amended"]);
    assert!(told.contains("amendment-1.toml:12:1: "), "{told}");
    write(&place, "amendment-1.toml", &text("amendment-1.toml"));

    for (from, to, part) in [
        (
            "[5, 9]",
            "[5, 10]",
            "the design has no seed 10: its seeds are 0 to 9",
        ),
        (
            "[tables.fresh]",
            "[tables.amendments]",
            "`amendments` is published of every study",
        ),
        ("[5, 9]", "[9, 5]", "9 comes behind 5"),
        ("[5, 9]", "[5]", "of length 2"),
        ("[5, 9]", "5", "`tables.fresh.replicates` must be a list"),
        (
            "by = [\"learning_rate\"]\nmeasures = [\"dead_filters\"]",
            "estimates = [\"more_dead\"]",
            "say their own `replicates`",
        ),
    ] {
        let analysis = text("analysis.toml");
        assert!(analysis.contains(from), "{from}");
        write(&place, "analysis.toml", &analysis.replacen(from, to, 1));
        let told = place.refuse(&["run", "amended"]);
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!place.path("results").exists());
}

#[test]
fn amendments_are_numbered_from_one_without_a_gap() {
    for (files, part) in [
        (
            &["amendment-2.toml"][..],
            "amendment-1.toml is not there, and amendment-2",
        ),
        (
            &["amendment-1.toml", "amendment-3.toml"],
            "amendment-2.toml is not there, and amendment-3",
        ),
        (
            &["amendment-1.lock"],
            "amendment-1.toml is not there, and amendment-1.lock is",
        ),
        (&["amendment.toml"], "no name of an amendment"),
        (&["amendment-01.toml"], "no name of an amendment"),
        (&["amendment-0.toml"], "no name of an amendment"),
        (
            &["amendment-b.toml"],
            "amendment-b.toml: no name of an amendment, which are amendment-1.toml",
        ),
    ] {
        let place = place();
        for file in files {
            write(&place, file, &text("amendment-1.toml"));
        }
        let told = place.refuse(&["run", "amended"]);
        assert!(told.contains(part), "{files:?}: {told}");
    }
}

#[test]
fn results_from_elsewhere_have_no_design_to_amend() {
    let place = Place::new();
    let folder = place.path("foreign");
    copy(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/foreign")),
        &folder,
    );
    fs::write(
        folder.join("amendment-1.toml"),
        "grammar = 1\nreason = \"r\"\n",
    )
    .unwrap();
    let told = place.refuse(&["run", "foreign"]);
    assert!(told.contains("an amendment adds to a design"), "{told}");
}
