//! Measures, estimates, predictions and figures held against the design.

use super::{ANALYSIS, FINDINGS, STUDY, only, told};

#[test]
fn figures_are_held_against_the_levels_and_rows_of_their_tables() {
    let first = "where = { measure = \"dead_filters\", layer = \"all\" }";
    only(
        (ANALYSIS, first, "where = { measure = \"dead_filters\" }"),
        "analysis.toml:*:1: two rows of table `cells` would stand at one place",
        &["they differ in `layer` (1, 2, all)"],
    );
    only(
        (
            ANALYSIS,
            first,
            "where = { measure = \"dead_filter\", layer = \"all\" }",
        ),
        "analysis.toml:*:11: table `cells` has no `measure` = `dead_filter`",
        &["`dead_filters`?"],
    );
    let label = format!(
        "{first}\nencoding.color = {{ field = \"layer\", labels = {{ \"3\" = \"Third\" }} }}"
    );
    only(
        (ANALYSIS, first, &label),
        "analysis.toml:*:",
        &["no level `3` of `layer` for `labels`"],
    );
    let told = told(&[
        (ANALYSIS, "total = [\"layer\"]\n", ""),
        (FINDINGS, ", layer=\"all\"", ""),
    ]);
    assert_eq!(told.len(), 1, "{told:#?}");
    let start = "analysis.toml:*:37: table `cells` has no row over all of `layer`; `total`";
    assert!(told[0].starts_with(start), "{told:#?}");
}

#[test]
fn a_figure_is_named_as_its_files_are() {
    let panels = ("[[figures.dead.panels]]", "[[figures.\"../dead\".panels]]");
    let told = told(&[
        (ANALYSIS, "[figures.dead]", "[figures.\"../dead\"]"),
        (ANALYSIS, panels.0, panels.1),
        (ANALYSIS, panels.0, panels.1),
    ]);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].contains("`../dead` is the name of the figure's files"),
        "{told:#?}"
    );
}

#[test]
fn levels_that_are_none_are_told_wherever_they_stand() {
    let names = "names = { low = 0.05, high = 0.5 }";
    only(
        (
            ANALYSIS,
            names,
            "names = { low = 0.05, high = 0.5 }\nlabels = { \"0.6\" = \"six\" }",
        ),
        "analysis.toml:*:12: `learning_rate` has no level `0.6`",
        &["^^^^^"],
    );
    only(
        (
            ANALYSIS,
            names,
            "names = { low = 0.05, high = 0.5, top = 1.0 }",
        ),
        "analysis.toml:*:35: `learning_rate` has no level `1`",
        &[],
    );
    only(
        (
            ANALYSIS,
            "versus = { learning_rate = 0.05 }",
            "versus = { learning_rate = 0.06 }",
        ),
        "analysis.toml:*:12: `learning_rate` has no level `0.06`",
        &[],
    );
    only(
        (
            ANALYSIS,
            "at rate {{ learning_rate }}",
            "at rate {{ rate }}",
        ),
        "analysis.toml:*:1: `{{ rate }}` is no level of this family",
        &["learning_rate"],
    );
}

#[test]
fn a_prediction_of_a_family_is_told_how_to_name_one_of_it() {
    only(
        (
            STUDY,
            "estimate = \"dead_at_0.5_minus_0.05\"",
            "estimate = \"dead\"",
        ),
        "study.toml:*:1: `dead` is a family of estimates, told apart by `learning_rate` (0.05, 0.2, 0.5)",
        &[
            "[declared]",
            "`dead_0_05 = { estimate = \"dead\", learning_rate = \"0.05\" }`",
        ],
    );
    only(
        (
            STUDY,
            "estimate = \"dead_at_0.5_minus_0.05\"",
            "estimate = \"dead_at_0.5\"",
        ),
        "study.toml:*:1: analysis.toml has no estimate `dead_at_0.5`; did you mean `dead_at_0.5_minus_0.05`?",
        &[],
    );
    only(
        (STUDY, "{ at_least = 0.05 }", "{ never = 10 }"),
        "study.toml:*:1: `never` is claimed of counted events",
        &[],
    );
    let declared =
        |of: &str| format!("[declared]\none = {{ estimate = \"dead\"{of} }}\n\n[figures.dead]");
    for (of, words) in [
        (
            "",
            "`dead` is a family: say which `learning_rate` (0.05, 0.2, 0.5)",
        ),
        (
            ", learning_rate = 0.3",
            "`dead` has no estimate at `learning_rate` = `0.3`",
        ),
        (
            ", learning_rate = 0.2, layer = 1",
            "`dead` is not told apart by `layer`",
        ),
    ] {
        only(
            (ANALYSIS, "[figures.dead]", &declared(of)),
            "analysis.toml:*:",
            &[words],
        );
    }
    assert_eq!(
        told(&[(
            ANALYSIS,
            "[figures.dead]",
            &declared(", learning_rate = 0.2")
        )]),
        [""; 0]
    );
}

#[test]
fn several_rows_for_one_number_are_told() {
    let counted = "numerator = \"SUM(CASE WHEN dead_at_end THEN 1 ELSE 0 END)\"\ndenominator = \"COUNT(*)\"\ntable = \"filters\"\nwhere = \"layer = 0\"";
    let at = "analysis.toml:*:11: ";
    for (instead, words) in [
        (
            "value = \"revivals\"\ntable = \"filters\"\nwhere = \"layer = 0\"",
            "table `filters` has several rows for one network, one for each `filter`",
        ),
        (
            "event = \"dead > 0\"\ntable = \"censuses\"\nwhere = \"layer = 1\"",
            "table `censuses` has several rows for one network, one for each `step`",
        ),
        (
            "sql = \"SELECT trial, COUNT(*) AS value FROM filters GROUP BY trial, layer\"",
            "its SELECT has several rows for one network, one for each `layer`",
        ),
    ] {
        only((ANALYSIS, counted, instead), at, &[words]);
    }
    for fine in [
        "value = \"revivals\"\ntable = \"filters\"\nstatistic = \"median\"",
        "sql = \"SELECT trial, COUNT(*) AS value FROM filters GROUP BY trial\"",
        "value = \"dead\"\ntable = \"censuses\"\nwhere = \"step = 0 AND layer = 1\"",
    ] {
        assert_eq!(told(&[(ANALYSIS, counted, fine)]), [""; 0], "{fine}");
    }
    let gives = |sql: &str| format!("sql = \"{sql}\"");
    for (sql, words) in [
        (
            "SELECT trial, COUNT(*) AS n FROM filters GROUP BY trial",
            "gives neither a column `value`",
        ),
        (
            "SELECT COUNT(*) AS value FROM filters",
            "gives no column `trial`",
        ),
        (
            "SELECT trial, outcome AS value FROM trials",
            "is text, not a number",
        ),
    ] {
        only((ANALYSIS, counted, &gives(sql)), "analysis.toml:", &[words]);
    }
}

#[test]
fn networks_of_one_seed_that_would_be_taken_together_are_told() {
    let told = told(&[
        (ANALYSIS, "by = [\"learning_rate\"]\nmean", "mean"),
        (ANALYSIS, " at rate {{ learning_rate }}", ""),
    ]);
    assert_eq!(told.len(), 1, "{told:#?}");
    let start = "analysis.toml:*:1: estimate `dead`: measure `dead_filters` is one number a seed";
    assert!(told[0].starts_with(start), "{told:#?}");
    assert!(
        told[0].contains("which differ in `learning_rate` (0.05, 0.2, 0.5)"),
        "{told:#?}"
    );
    only(
        (
            ANALYSIS,
            "mean = \"dead_filters\"",
            "mean = \"state_collapsed\"",
        ),
        "analysis.toml:*:1: estimate `dead`: measure `state_collapsed` is a recorded number for each `step`",
        &["name `step` in `by`"],
    );
}

#[test]
fn sql_is_marked_where_it_is_written() {
    only(
        (ANALYSIS, "where = \"layer = 0\"", "where = \"layr = 0\""),
        "analysis.toml:*:10: no column `layr`; did you mean `layer`?",
        &["^^^^"],
    );
    let view = "[views]\nmine = \"\"\"\nSELECT trial,\n  AVG(layer) AS x FROM filters GROUP BY trial\"\"\"\n[measures.dead_first_layer]";
    let told = told(&[
        (ANALYSIS, "[measures.dead_first_layer]", view),
        (ANALYSIS, "table = \"filters\"", "table = \"mine\""),
    ]);
    // It is told of the view, and not again of the measure that asks it.
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].starts_with("analysis.toml:*:3: AVG is an aggregate of reals"),
        "{told:#?}"
    );
}

#[test]
fn words_that_a_column_never_holds_are_told_in_sql() {
    let population = |condition: &str| {
        let measures = "[measures.dead_first_layer]";
        format!("[populations]\nmine = \"{condition}\"\n\n{measures}")
    };
    let from = "[measures.dead_first_layer]";
    for (condition, place, words) in [
        (
            "outcome = 'wrking'",
            "analysis.toml:*:19: ",
            "`outcome` is never 'wrking'; did you mean `working`?",
        ),
        (
            "arm IN ('rates', 'rate')",
            "analysis.toml:*:26: ",
            "`arm` is never 'rate'; did you mean `rates`?",
        ),
    ] {
        only((ANALYSIS, from, &population(condition)), place, &[words]);
    }
    let fine = population("outcome <> 'diverged' AND arm = 'rates'");
    assert_eq!(told(&[(ANALYSIS, from, &fine)]), [""; 0]);
}
