//! What an author of a study is told by its commands: what is lacking, differs, never ends, and where
//! the language is learnt.

use std::fs;

use super::folders::{change, place};
use super::place::{Place, said};

#[test]
fn a_small_version_lacks_what_it_lacks_and_is_drawn_without_it() {
    let place = place();
    change(
        &place,
        "study.toml",
        "grid = { \"schedule.learning_rate\" = [0.05, 0.5] }",
        "grid = { \"schedule.learning_rate\" = [0.05] }",
    );
    let panel = "where = { measure = \"held_out_accuracy\"";
    change(
        &place,
        "analysis.toml",
        panel,
        &format!("{panel}, learning_rate = 0.5"),
    );
    change(
        &place,
        "findings.md.jinja",
        "{%- set more",
        "At 0.5 {{ estimate(\"dead\", learning_rate=\"high\") | percent }}; {%- set more",
    );
    let told = place.succeed(&["run", "my-study", "--quick"]);
    for part in [
        "not available in this version: figure dead: panel 2 (curves): no row of table `cells`",
        "At 0.5 n/a;",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // Two seeds are too few for an interval, equal or not.
    let cells = fs::read_to_string(place.path("results/reports/my-study/seed-0-quick/cells.csv"));
    let over = cells.unwrap();
    let mut over = over
        .lines()
        .filter(|line| line.starts_with("0.05,all,dead_filters,,"));
    let fields: Vec<&str> = over.next().unwrap().split(',').collect();
    assert_eq!(fields[5..7], ["", ""], "{fields:?}");
    assert!(over.next().is_none());
}

#[test]
fn sql_that_never_ends_is_ended_and_named_and_nothing_is_written() {
    let place = place();
    place.succeed(&["run", "my-study", "--quick"]);
    let before = place.files("results/reports");
    change(
        &place,
        "analysis.toml",
        "[measures.dead_first_layer]",
        "[views]\nendless = \"SELECT a.trial, SUM(b.filter + c.filter + d.filter) AS x FROM filters a CROSS JOIN filters b CROSS JOIN filters c CROSS JOIN filters d CROSS JOIN filters e GROUP BY a.trial\"\n[measures.dead_first_layer]",
    );
    change(
        &place,
        "analysis.toml",
        "numerator = \"SUM(CASE WHEN dead_at_end THEN 1 ELSE 0 END)\"\ndenominator = \"COUNT(*)\"\ntable = \"filters\"\nwhere = \"layer = 0\"",
        "value = \"x\"\ntable = \"endless\"",
    );
    let limit = ["--limit-seconds", "1"];
    for command in [
        &["run", "my-study", "--quick"][..],
        &["figures", "my-study", "--quick"],
        &["compile", "my-study", "--quick", "--check"],
    ] {
        let said = place.refuse(&[command, &limit].concat());
        assert!(
            said.starts_with(
                "error: my-study: measures.dead_first_layer, over the view `endless`: was ended after 1 seconds (--limit-seconds)"
            ),
            "{command:?}: {said}"
        );
    }
    assert_eq!(place.files("results/reports"), before);
    let said = place.refuse(&["run", "my-study", "--limit-gib", "0"]);
    assert!(
        said.contains("--limit-gib 0: a limit is more than 0"),
        "{said}"
    );
}

#[test]
fn a_study_that_differs_from_its_lock_says_so() {
    let place = place();
    place.succeed(&["compile", "my-study", "--lock"]);
    let told = place.succeed(&["compile", "my-study"]);
    assert!(!told.contains("differs"), "{told}");
    let told = place.succeed(&["compile", "my-study", "--check"]);
    assert!(
        told.contains("of 5 queries on made-up tables of 6 networks, 5 give"),
        "{told}"
    );
    change(
        &place,
        "analysis.toml",
        "difference = \"dead_filters\"",
        "difference = \"silent_filters\"",
    );
    let told = place.succeed(&["compile", "my-study"]);
    assert!(
        told.contains("study.lock differs: `more-die` rests on something else than was declared"),
        "{told}"
    );
    let output = place.run(&["compile", "my-study", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("study.lock differs: `more-die` rests on"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_query_that_depends_on_the_order_of_rows_fails_the_check() {
    let place = place();
    change(
        &place,
        "analysis.toml",
        "[[estimates]]",
        "[tables.first]\nwords = \"x\"\nsql = \"SELECT trial, filter FROM (SELECT trial, filter, ROW_NUMBER() OVER (PARTITION BY trial ORDER BY dead_at_end) AS n FROM filters) f WHERE n = 1\"\n\n[[estimates]]",
    );
    let output = place.run(&["compile", "my-study", "--check"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("tables.first: another answer with all rows reversed"),
        "{}",
        said(&output)
    );
}

/// What the program prints of the language is what templates are read with.
#[test]
fn every_example_of_the_grammar_is_a_sentence_of_a_new_study() {
    let place = place();
    let printed = place.succeed(&["grammar", "templates", "--json"]);
    let printed: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let mut sentences = Vec::new();
    for part in ["functions", "filters", "questions", "rows"] {
        for word in printed["templates"][part].as_array().unwrap() {
            let (name, example) = (
                word["name"].as_str().unwrap(),
                word["example"].as_str().unwrap(),
            );
            assert!(example.contains(name), "{name}: {example}");
            sentences.push(format!("- {name}: {example}"));
        }
    }
    assert_eq!(sentences.len(), 26);
    fs::write(
        place.path("my-study/findings.md.jinja"),
        format!("All words.\n\n{}\n", sentences.join("\n")),
    )
    .unwrap();
    let told = place.succeed(&["run", "my-study", "--quick"]);
    for part in [
        "- level: 0.5",
        "- count: 2",
        "- levels: 0.05 and 0.5",
        "- upper_first: Undecided",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let all = place.succeed(&["grammar"]);
    for part in [
        "dead_filters (by layer; of working): Filters dead at the end",
        "is within(a, b)",
        "estimates[].difference",
    ] {
        assert!(all.contains(part), "{part}");
    }
}

#[test]
fn a_folder_is_made_where_it_is_said() {
    let place = Place::new();
    let said = place.refuse(&["new", "../mine"]);
    assert!(said.contains("`..` leads out of this folder"), "{said}");
    let told = place.succeed(&["new", "below/mine"]);
    let whole = fs::canonicalize(place.path("below/mine")).unwrap();
    assert!(told.contains(&whole.display().to_string()), "{told}");
    assert!(place.path("below/mine/study.toml").is_file());
}

#[test]
fn settings_are_listed_with_examples_that_are_taken() {
    let place = place();
    let listed = place.succeed(&["settings", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let epochs = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|own| own["path"] == "schedule.epochs");
    let epochs = epochs.unwrap();
    assert_eq!(
        (&epochs["type"], &epochs["default"]),
        (&"a whole number".into(), &20.into())
    );
    let words = place.succeed(&["settings", "schedule"]);
    assert!(
        words.contains("schedule.batch_size") && !words.contains("optimizer.momentum"),
        "{words}"
    );
    let said = place.refuse(&["settings", "shedule.epochs"]);
    assert!(said.contains("did you mean `schedule.epochs`?"), "{said}");
}
