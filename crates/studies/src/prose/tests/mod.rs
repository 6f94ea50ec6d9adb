//! Templates over tables made by hand.

mod numbers;
mod refusals;

use super::*;
use crate::messages;
use crate::table::{ESTIMATES, PREDICTIONS, Table, Values};

fn text(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// Two activations at two of three rates, with a row a network; three estimates, one judged.
fn page() -> Page {
    let none = f64::NAN;
    let cells = Table::new("cells", "")
        .text(
            "activation",
            "",
            text(&["ReLU", "ReLU", "GELU", "GELU", "GELU"]),
        )
        .real("learning_rate", "", vec![0.032, 0.32, 0.032, 0.32, 0.32])
        .text("layer", "", text(&["1", "1", "1", "1", "1"]))
        .text("measure", "", text(&["silent"; 5]))
        .column(
            "replicate",
            "",
            Values::Integer(vec![None, None, None, None, Some(0)]),
        )
        .real("value", "", vec![0.0, 0.396, 0.013, none, 0.5])
        .real("low95", "", vec![0.0, 0.334, 0.0, none, none])
        .real("high95", "", vec![0.369, 0.458, 0.03, none, none])
        .column(
            "n",
            "",
            Values::Integer(vec![Some(8), Some(20), Some(8), Some(0), Some(1)]),
        );
    let estimates = Table::new(ESTIMATES, "")
        .text("name", "", text(&["minus", "minus", "tau"]))
        .text(
            "of",
            "",
            text(&[
                "activation = GELU, learning_rate = 0.032",
                "activation = GELU, learning_rate = 0.32",
                "",
            ]),
        )
        .real("value", "", vec![-0.176, 0.002, 3.324])
        .real("low95", "", vec![-0.276, -0.002, 2.99])
        .real("high95", "", vec![-0.076, 0.004, f64::INFINITY])
        .column("events", "", Values::Integer(vec![None, None, Some(0)]))
        .column(
            "opportunities",
            "",
            Values::Integer(vec![None, None, Some(2_132_553)]),
        );
    let predictions = Table::new(PREDICTIONS, "")
        .text("id", "", text(&["gelu-is-equal", "order"]))
        .text("estimate", "", text(&["gelu_minus_relu_edge", "tau"]))
        .real("value", "", vec![0.002, 3.324])
        .real("low", "", vec![-0.02, 2.9])
        .real("high", "", vec![0.014, 3.5])
        .text("level", "", text(&["99.7%", "95%"]))
        .text("outcome", "", text(&["undecided", "supported"]));
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    Page {
        tables: [cells, estimates, predictions].into(),
        factors: [
            Factor {
                name: "activation".into(),
                levels: text(&["ReLU", "GELU", "Tanh"]),
                present: text(&["ReLU", "GELU"]),
                names: vec![],
                labels: vec![pair("GELU", "the GELU")],
            },
            Factor {
                name: "learning_rate".into(),
                levels: text(&["0.032", "0.2", "0.32"]),
                present: text(&["0.032", "0.32"]),
                names: vec![
                    pair("low", "0.032"),
                    pair("half", "0.2"),
                    pair("edge", "0.32"),
                ],
                labels: vec![],
            },
        ]
        .into(),
        estimates: ["minus".to_owned(), "tau".into(), "only_published".into()].into(),
        declared: [Declared {
            name: "gelu_minus_relu_edge".into(),
            estimate: "minus".into(),
            of: "activation = GELU, learning_rate = 0.32".into(),
        }]
        .into(),
        shapes: [].into(),
        partial: false,
    }
}

fn source(template: &str) -> Source {
    Source::of(&messages::Source::new("findings.md.jinja", template))
}

fn shown(template: &str) -> Result<String, ProseError> {
    render(&source(template), &page())
}

fn refused(template: &str) -> String {
    match shown(template) {
        Ok(text) => panic!("`{template}` gave `{text}`"),
        Err(error) => error.to_string(),
    }
}
