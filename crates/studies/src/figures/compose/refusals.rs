//! What is wrong with a specification, in words.

use super::check;
use super::tests::{FIGURES, draw, specs};
use crate::figures::spec::FigureSpec;

#[test]
fn what_a_table_lacks_is_named_with_the_nearest_name() {
    let wrong = |from: &str, to: &str| -> String {
        let text = FIGURES.replace(from, to);
        let specs: std::collections::BTreeMap<String, FigureSpec> = toml::from_str(&text).unwrap();
        draw("curves", &specs["curves"]).unwrap_err().to_string()
    };
    let column = wrong(
        "field = \"step\", title = \"Training step\" }",
        "field = \"steps\" }",
    );
    assert_eq!(
        column,
        "figure curves: `panels[0].encoding.x.field`: table `cells` has no column `steps`; \
         did you mean `step`?"
    );
    let measure = wrong(
        "measure = \"silent\" }\ntitle",
        "measure = \"silenr\" }\ntitle",
    );
    assert!(
        measure.contains("panel 2 (curves)") && measure.contains("`silent`"),
        "{measure}"
    );
    let none = wrong(
        "where = { measure = \"dead\" }\nenc",
        "where = { step = 7 }\nenc",
    );
    assert!(none.contains("step = 7"), "{none}");
    let twice = wrong("where = { measure = \"dead\" }\nenc", "enc");
    assert!(
        twice.contains("they differ in `measure` (dead, silent)"),
        "{twice}"
    );
    let words = wrong("field = \"step\", title", "field = \"activation\", title");
    assert!(words.contains("`ReLU`, which is no number"), "{words}");
}

#[test]
fn all_that_is_wrong_is_said_at_once_and_before_there_is_a_table() {
    let specs = specs();
    let columns = [("cells", Some(vec!["activation", "value", "measure"]))];
    let problems = check(&specs["curves"], &columns);
    let keys: Vec<&str> = problems
        .iter()
        .map(|problem| problem.key.as_str())
        .collect();
    assert_eq!(
        keys,
        [
            "panels[0].encoding.x.field",
            "panels[0].encoding.color.field",
            "panels[1].encoding.x.field",
            "panels[1].encoding.color.field",
        ]
    );
    for (from, to, key) in [
        (
            "percent = true } }\nencoding.color",
            "domain = [1, 1] } }\nencoding.color",
            "domain",
        ),
        ("rules = [{ y = 20,", "rules = [{", "rules[0]"),
        (
            "title = \"Silent and",
            "height = 0.0\ntitle = \"Silent and",
            "height",
        ),
    ] {
        let text = FIGURES.replace(from, to);
        let specs: std::collections::BTreeMap<String, FigureSpec> = toml::from_str(&text).unwrap();
        let error = draw("curves", &specs["curves"]).unwrap_err().to_string();
        assert!(error.contains(key), "{error}");
    }
}

#[test]
fn unknown_words_and_widths_are_refused() {
    let read = |from: &str, to: &str| {
        let text = FIGURES.replacen(from, to, 1);
        let read: Result<std::collections::BTreeMap<String, FigureSpec>, _> = toml::from_str(&text);
        read.unwrap_err().to_string()
    };
    assert!(read("width = 183", "width = 120").contains("89 or 183 mm"));
    assert!(read("mark = \"forest\"", "mark = \"pie\"").contains("`forest`, `bars`"));
    assert!(read("encoding.y", "encoding.z").contains("unknown field `z`"));
    let schema = schemars::schema_for!(FigureSpec);
    let schema = serde_json::to_string(&schema).unwrap();
    assert!(schema.contains("\"enum\":[89,183]"));
}
