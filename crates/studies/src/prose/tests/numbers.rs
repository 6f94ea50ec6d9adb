//! What comes out.

use super::super::{Page, Shape, render};
use super::{page, shown, source};

fn says(template: &str, expected: &str) {
    match shown(template) {
        Ok(text) => assert_eq!(text, expected, "{template}"),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn numbers_stand_with_their_intervals() {
    let edge = r#"{% set c = cell("cells", activation="ReLU", learning_rate="edge") %}"#;
    says(
        &format!("{edge}{{{{ c | percent }}}}"),
        "39.6% (33.4 to 45.8%)",
    );
    says(
        &format!("{edge}{{{{ c.value | percent }}}} of {{{{ c.n }}}}"),
        "39.6% of 20",
    );
    says(
        &format!("{edge}{{{{ c.low }}}} at {{{{ c.learning_rate }}}}"),
        "0.334 at 0.32",
    );
    says(
        r#"{{ estimate("tau") | number }}"#,
        "3.32 (2.99 to \u{221e})",
    );
    says(r#"{{ estimate("tau").opportunities | whole }}"#, "2132553");
    says(r#"{{ estimate("tau").opportunities }}"#, "2132553");
    says(
        "{{ -0.25 | points }} {{ 0.123 | percent }}",
        "\u{2212}25.0 points 12.3%",
    );
    says(
        r#"{{ 'finite' if estimate("tau") is finite else 'infinite' }}"#,
        "finite",
    );
    says(
        r#"{{ 'finite' if estimate("tau").high is finite else 'infinite' }}"#,
        "infinite",
    );
    says(
        "{{ -2.7 | whole }} {{ 0.12345 }} {{ -3 }}",
        "\u{2212}3 0.123 \u{2212}3",
    );
}

#[test]
fn estimates_are_found_by_keys_and_by_the_word_of_a_prediction() {
    let by_keys = r#"estimate("minus", activation="GELU", learning_rate=0.32)"#;
    let by_word = r#"estimate("gelu_minus_relu_edge")"#;
    for estimate in [by_keys, by_word] {
        says(
            &format!("{{{{ {estimate} | points }}}}"),
            "0.2 points (\u{2212}0.2 to 0.4)",
        );
        // The interval that judges is that of its prediction.
        says(
            &format!("{{{{ {estimate}.judging | points }}}} {{{{ {estimate}.judging.level }}}}"),
            "0.2 points (\u{2212}2.0 to 1.4) 99.7%",
        );
    }
    says(r#"{{ estimate("tau").judging.high }}"#, "3.5");
    let family =
        r#"{% for e in estimates("minus") %}{{ e.learning_rate }} {{ e | points }}; {% endfor %}"#;
    says(
        family,
        "0.032 \u{2212}17.6 points (\u{2212}27.6 to \u{2212}7.6); \
         0.32 0.2 points (\u{2212}0.2 to 0.4); ",
    );
    says(
        r#"{% set p = prediction("gelu-is-equal") %}{{ verdict(p.id) }}: {{ p | points }}"#,
        "undecided: 0.2 points (\u{2212}2.0 to 1.4)",
    );
}

#[test]
fn words_follow_the_whole_interval() {
    let asked = |value: &str| {
        format!(
            "{{% set x = {value} %}}{{{{ 'fewer' if x is below(0) else 'more' if x is above(0) \
             else 'not decided' }}}}, {{{{ 'same' if x is within(-0.01, 0.01) else 'other' if x is \
             outside(-0.01, 0.01) else 'not decided' }}}}"
        )
    };
    let at =
        |rate: &str| format!(r#"estimate("minus", activation="GELU", learning_rate="{rate}")"#);
    says(&asked(&at("low")), "fewer, other");
    says(&asked(&at("edge")), "not decided, same");
    says(
        &asked(&format!("{}.judging", at("edge"))),
        "not decided, not decided",
    );
    says(&asked("0.02"), "more, other");
    // Without an interval nothing is decided, whatever the number.
    let single = r#"cell("cells", activation="GELU", learning_rate="edge", replicate=0)"#;
    says(&asked(single), "not decided, not decided");
}

#[test]
fn rows_come_in_the_order_of_the_table_and_without_single_networks() {
    let all = r#"{% for r in rows("cells", activation=["GELU", "ReLU"]) %}{{ r.activation | label }} {% endfor %}"#;
    says(all, "ReLU ReLU the GELU the GELU ");
    let one = r#"{% for r in rows("cells", replicate=0) %}{{ r.value }}{% endfor %}"#;
    says(one, "0.5");
    says(
        r#"{{ rows("cells", learning_rate="edge") | list("activation") }}"#,
        "ReLU and the GELU",
    );
    says(
        r#"{{ rows("cells") | count }} {{ rows("cells", replicate=0) | count }}"#,
        "4 1",
    );
    says(
        r#"{{ ["a", "b", "c"] | list }} {{ "as text" | upper_first }}"#,
        "a, b and c As text",
    );
    says(
        r#"{{ levels("learning_rate") | list }} {{ level("learning_rate", "half") }}"#,
        "0.032 and 0.32 0.2",
    );
}

#[test]
fn what_this_version_lacks_is_a_missing_value() {
    let half = r#"cell("cells", activation="ReLU", learning_rate="half")"#;
    says(
        &format!("{{{{ {half} | percent }}}}, {{{{ {half}.n }}}}"),
        "n/a, n/a",
    );
    says(
        &format!("{{{{ 'there' if {half} is known else 'not there' }}}}"),
        "not there",
    );
    let tanh = r#"estimate("minus", activation="Tanh", learning_rate="low")"#;
    says(&format!("{{{{ {tanh} | points }}}}"), "n/a");
    says(&format!("{{{{ {tanh}.judging | points }}}}"), "n/a");
    says(r#"{{ estimate("only_published") | number }}"#, "n/a");
    says(
        r#"{{ rows("cells", activation="Tanh") | list("activation") }}"#,
        "",
    );
    // No network works there: a row without a value.
    let lost = r#"cell("cells", activation="GELU", learning_rate="edge")"#;
    says(
        &format!("{{{{ {lost} | percent }}}} {{{{ {lost}.n }}}}"),
        "n/a 0",
    );
    says(
        &format!("{{{{ 'zero' if {lost}.value == 0 else 'no' }}}}"),
        "no",
    );
    says(
        &format!("{{{{ 'less' if {lost} is below(1) else 'no' }}}}"),
        "no",
    );
}

/// What a smaller version lacks altogether: a column, a measure, a row of an open key.
#[test]
fn what_only_the_full_study_has_is_a_missing_value() {
    let mut page = page();
    let columns = [
        "activation",
        "learning_rate",
        "layer",
        "measure",
        "value",
        "low95",
        "numerator",
    ];
    let values = [(
        "measure".to_owned(),
        vec!["silent".to_owned(), "dead".into()],
    )];
    page.shapes = [Shape {
        name: "cells".into(),
        columns: columns.map(str::to_owned).to_vec(),
        values: values.into(),
        ..Shape::default()
    }]
    .into();
    let shown = |template: &str, page: &Page| render(&source(template), page);
    let edge = r#"cell("cells", activation="ReLU", learning_rate="edge", measure="silent")"#;
    let lacking = format!("{{{{ {edge}.numerator }}}} {{{{ {edge}.value | percent }}}}");
    assert_eq!(shown(&lacking, &page).unwrap(), "n/a 39.6%");
    let dead =
        r#"{{ cell("cells", activation="ReLU", learning_rate="edge", measure="dead") | percent }}"#;
    assert_eq!(shown(dead, &page).unwrap(), "n/a");
    let none = r#"{{ rows("cells", numerator=3) | count }}"#;
    assert_eq!(shown(none, &page).unwrap(), "0");
    // A row that there could be is missing in a smaller version, and a mistake in the full one.
    let open =
        r#"{{ cell("cells", activation="ReLU", learning_rate="edge", layer="2") | percent }}"#;
    let mut known = page.clone();
    known.shapes = [Shape {
        values: [("layer".to_owned(), vec!["1".to_owned(), "2".into()])].into(),
        ..known.shapes[0].clone()
    }]
    .into();
    assert_eq!(shown(open, &known).unwrap(), "n/a");
    page.partial = true;
    let step =
        r#"{{ cell("cells", activation="ReLU", learning_rate="edge", value=0.7) | percent }}"#;
    assert_eq!(shown(step, &page).unwrap(), "n/a");
    page.partial = false;
    let error = shown(step, &page).unwrap_err().to_string();
    assert!(error.contains("no row of `cells` has"), "{error}");
}

#[test]
fn lines_of_statements_leave_no_lines() {
    says("{% if true %}\n- a\n  {% endif %}\n- b\n", "- a\n- b");
    says(
        "{% macro at(r) %}at {{ r }}{% endmacro %}\n{{ at(0.5) }}",
        "at 0.5",
    );
    says(
        "{{ 'a' if false }}{{ {'low': 'the low rate'}['low'] }}",
        "the low rate",
    );
}
