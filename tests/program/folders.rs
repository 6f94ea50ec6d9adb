//! Studies that are folders of text, and results from elsewhere.

use std::fs;
use std::path::Path;

use super::place::{Place, assert_same};

/// A place with the study that `mortality new` writes.
pub fn place() -> Place {
    let place = Place::new();
    place.succeed(&["new", "my-study"]);
    place
}

/// Changes a file of it.
pub fn change(place: &Place, file: &str, from: &str, to: &str) {
    let path = place.path("my-study").join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(&path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_new_study_runs_and_says_what_it_found() {
    let place = place();
    let told = place.succeed(&["run", "my-study", "--quick"]);
    assert!(
        told.contains("more-die") && told.contains("At rate 0.5"),
        "{told}"
    );
    let report = place.path("results/reports/my-study/seed-0-quick");
    let cells = fs::read_to_string(report.join("cells.csv")).unwrap();
    assert!(
        cells.starts_with("learning_rate,layer,measure,replicate,value,low95,high95"),
        "{cells}"
    );
    assert!(report.join("estimates.csv").is_file());
    let listed = place.succeed(&["list", "my-study"]);
    assert!(
        listed.contains("my-study  (4 of 24 trials done)"),
        "{listed}"
    );
    let again = place.refuse(&["new", "my-study"]);
    assert!(again.contains("is there already"), "{again}");
}

#[test]
fn a_study_in_a_folder_is_asked_in_sql_and_its_name_is_its_own() {
    let place = place();
    place.succeed(&["run", "my-study", "--quick"]);
    let sql = "SELECT learning_rate, COUNT(*) AS n FROM trials GROUP BY learning_rate";
    let asked = place.succeed(&["query", "my-study", sql, "--quick", "--check"]);
    assert!(
        asked.contains("0.05,2") && asked.contains("0.5,2"),
        "{asked}"
    );
    let told = place.refuse(&["new", "learning-rate"]);
    assert!(told.contains("comes with the program"), "{told}");
}

#[test]
fn a_version_without_a_predictions_level_says_so_and_is_drawn() {
    let place = place();
    let set = ["--set", "schedule.learning_rate=[0.05]"];
    let told = place.succeed(&[&["run", "my-study", "--quick"], &set[..]].concat());
    assert!(
        told.contains("more-die") && told.contains("undecided"),
        "{told}"
    );
}

#[test]
fn what_predictions_rest_on_is_locked_and_a_change_is_judged_both_ways() {
    let place = place();
    change(&place, "study.toml", "replicates = 8", "replicates = 5");
    change(&place, "study.toml", "[0.05, 0.2, 0.5]", "[0.05, 0.5]");
    place.succeed(&["compile", "my-study", "--lock"]);
    let again = place.refuse(&["compile", "my-study", "--lock"]);
    assert!(again.contains("is there already"), "{again}");
    place.succeed(&["run", "my-study"]);
    let published = |file: &str| fs::read_to_string(place.path("my-study").join(file)).unwrap();
    assert!(!published("figures/predictions.csv").contains("as declared"));
    assert!(published("README.md").contains("of all filters"));
    change(
        &place,
        "analysis.toml",
        "difference = \"dead_filters\"",
        "difference = \"silent_filters\"",
    );
    place.succeed(&["figures", "my-study"]);
    let predictions = published("figures/predictions.csv");
    assert!(
        predictions.contains("more-die (as declared)"),
        "{predictions}"
    );
    assert_eq!(predictions.lines().count(), 3);
}

#[test]
fn all_mistakes_are_told_before_a_trial_with_their_lines() {
    let place = place();
    change(
        &place,
        "analysis.toml",
        "\"dead_filters\", \"dead_first",
        "\"dead_filter\", \"dead_first",
    );
    change(
        &place,
        "analysis.toml",
        "by = [\"learning_rate\", \"layer\"]",
        "by = [\"learning_rat\", \"layer\"]",
    );
    change(
        &place,
        "analysis.toml",
        "population = \"working\"",
        "population = \"workin\"",
    );
    change(
        &place,
        "study.toml",
        "estimate = \"dead_at",
        "estimate = \"alive_at",
    );
    let told = place.refuse(&["run", "my-study"]);
    for part in [
        "`dead_filters`",
        "`learning_rate`",
        "`working`",
        "alive_at",
        "analysis.toml:",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!place.path("results").exists());
}

#[test]
fn queries_and_templates_that_cannot_be_are_refused_before_a_trial() {
    for (file, from, to, part) in [
        ("analysis.toml", "COUNT(*)", "AVG(layer)", "AVG"),
        (
            "analysis.toml",
            "where = \"layer = 0\"",
            "where = \"layr = 0\"",
            "layr",
        ),
        (
            "analysis.toml",
            "table = \"filters\"",
            "table = \"filtres\"",
            "filters",
        ),
        ("analysis.toml", "grammar = 1", "grammar = 2", "grammar 1"),
        (
            "analysis.toml",
            "mean = \"dead_filters\"",
            "meen = \"dead_filters\"",
            "meen",
        ),
        (
            "findings.md.jinja",
            "{{ more.n }}",
            "{{ more.n + 1 }}",
            "findings.md.jinja",
        ),
        ("findings.md.jinja", "| percent", "| percemt", "percent"),
    ] {
        let place = place();
        change(&place, file, from, to);
        let told = place.refuse(&["run", "my-study"]);
        assert!(told.contains(part), "{to}: {told}");
        assert!(!place.path("results").exists(), "{to}");
    }
}

#[test]
fn results_from_elsewhere_are_judged_like_own_ones() {
    let place = Place::new();
    let own = place.path("from-pytorch");
    fs::create_dir(&own).unwrap();
    let tables = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/foreign"));
    for file in fs::read_dir(tables).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            fs::copy(&path, own.join(path.file_name().unwrap())).unwrap();
        }
    }
    let told = place.succeed(&["run", "from-pytorch"]);
    assert!(told.contains("a-larger-rate-kills-more"), "{told}");
    assert!(own.join("figures/cells.csv").is_file() && own.join("study.lock").is_file());
    let asked = place.succeed(&["query", "from-pytorch", "SELECT COUNT(*) AS n FROM trials"]);
    assert!(asked.contains("12"), "{asked}");
    for option in [&["--quick"][..], &["--seed", "7"]] {
        let told = place.refuse(&[&["run", "from-pytorch"], option].concat());
        assert!(told.contains(option[0]), "{told}");
    }
    // Another specification leaves what is published as it is.
    let published = place.files("from-pytorch");
    let spec = fs::read_to_string(own.join("study.toml")).unwrap();
    let other = spec.replacen("question = \"", "question = \"Again: ", 1);
    assert_ne!(spec, other);
    fs::write(own.join("other.toml"), other).unwrap();
    let told = place.succeed(&["run", "from-pytorch", "--spec", "from-pytorch/other.toml"]);
    assert!(told.contains("which differs in `question`"), "{told}");
    fs::remove_file(own.join("other.toml")).unwrap();
    assert_same(&published, &place.files("from-pytorch"));
    let trials = fs::read_to_string(own.join("trials.csv")).unwrap();
    fs::write(
        own.join("trials.csv"),
        trials.replacen("outcome", "outcom", 1),
    )
    .unwrap();
    let told = place.refuse(&["run", "from-pytorch"]);
    assert!(told.contains("`outcome`"), "{told}");
}
