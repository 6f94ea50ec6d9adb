//! Every kind of panel, drawn from tables that are made up.

use resvg::usvg::{Group, Node, Text};

use super::compose;
use crate::figures::export::Picture;
use crate::figures::spec::{FigureSpec, OneOrMore, Value, Width};
use crate::figures::synthetic::{provenance, save};
use crate::figures::{Figure, FigureError};
use crate::table::Table;

/// A long table: two activations, three rates, three states of filters, ten steps, and four
/// networks each.
pub(super) fn cells() -> Table {
    const ACTIVATIONS: [&str; 2] = ["ReLU", "Leaky ReLU 0.01"];
    let mut keys: [Vec<String>; 4] = Default::default();
    let (mut step, mut value) = (Vec::new(), Vec::new());
    let (mut low, mut high, mut n) = (Vec::new(), Vec::new(), Vec::new());
    for (index, activation) in ACTIVATIONS.into_iter().enumerate() {
        for rate in ["0.032", "0.2", "0.32"] {
            for at in 0..10 {
                let share = rate.parse::<f64>().unwrap() * f64::from(at) / 10.0;
                let dead = if index == 0 { share } else { 0.0 };
                for (measure, value_of) in [
                    ("dead", dead),
                    ("silent", share - dead),
                    ("live", 0.9 - share),
                    ("collapsed", 0.1),
                ] {
                    for replicate in ["", "0", "1", "2", "3"] {
                        let single = !replicate.is_empty();
                        let keyed = [activation, rate, measure, replicate];
                        for (column, key) in keys.iter_mut().zip(keyed) {
                            column.push(key.into());
                        }
                        step.push(100 * at);
                        let missing = rate == "0.32" && index == 1 && at == 9;
                        value.push(if missing { f64::NAN } else { value_of });
                        let around = if value_of == 0.0 { 0.0 } else { 0.02 };
                        low.push(if single { f64::NAN } else { value_of - around });
                        high.push(if single { f64::NAN } else { value_of + 0.05 });
                        n.push(if single { 1 } else { 4 - i64::from(missing) });
                    }
                }
            }
        }
    }
    let [activation, rate, measure, replicate] = keys;
    Table::new("cells", "Made up.")
        .text("activation", "Function.", activation)
        .text("learning_rate", "Rate.", rate)
        .integer("step", "Step.", step.into_iter().map(i64::from).collect())
        .text("measure", "What.", measure)
        .text("replicate", "Seed.", replicate)
        .real("value", "Mean.", value)
        .real("low95", "Lower.", low)
        .real("high95", "Upper.", high)
        .integer("n", "Networks.", n)
}

/// One figure of each kind.
pub(super) const FIGURES: &str = r#"
[forest]
title = "Shares at the end"
width = 183
caption = ""
[[forest.panels]]
mark = "forest"
table = "cells"
where = { step = 900, measure = ["dead", "silent"] }
missing = "no working network"
encoding.y = { field = "activation" }
encoding.x = { field = "value", title = "Filters (%)", scale = { percent = true } }
encoding.color = { field = "measure" }
encoding.column = { field = "learning_rate", title = "Rate" }
rules = [{ x = 5, title = "Margin" }]

[bars]
title = "Fates"
width = 183
caption = ""
[[bars.panels]]
mark = "bars"
table = "cells"
where = { step = 900, measure = ["dead", "silent", "live", "collapsed"] }
encoding.y = { field = "activation" }
encoding.x = { field = "value", title = "Filters (%)", scale = { percent = true } }
encoding.color = { field = "measure" }
encoding.column = { field = "learning_rate", title = "Rate" }
layers = [{ mark = "interval", where = { measure = "dead" }, title = "95% interval of dead" }]

[areas]
title = "States over steps"
width = 183
caption = ""
[[areas.panels]]
mark = "areas"
table = "cells"
where = { measure = ["dead", "silent", "live", "collapsed"] }
encoding.x = { field = "step", title = "Training step", scale = { type = "log1p" } }
encoding.y = { field = "value", title = "Filters (%)", scale = { percent = true } }
encoding.color = { field = "measure" }
encoding.row = { field = "activation" }
encoding.column = { field = "learning_rate", title = "Rate" }
rules = [{ x = 765, title = "Annealing begins" }]

[curves]
title = "Dead and silent filters over steps, by rate"
width = 183
caption = ""
across = 2
[[curves.panels]]
mark = "curves"
table = "cells"
where = { measure = "dead" }
encoding.x = { field = "step", title = "Training step" }
encoding.y = { field = "value", title = "Dead filters (% of all)", scale = { percent = true } }
encoding.color = { field = "learning_rate", title = "Rate" }
encoding.column = { field = "activation" }
[[curves.panels]]
mark = "curves"
table = "cells"
where = { measure = "silent" }
title = "Silent and not dead, in a title that takes two lines"
encoding.x = { field = "step", title = "Training step" }
encoding.y = { field = "value", title = "Silent filters (%)", scale = { percent = true } }
encoding.color = { field = "learning_rate", title = "Rate" }
encoding.column = { field = "activation" }
rules = [{ y = 20, label = "20%" }]

[tiles]
title = "Silent at the end"
width = 183
caption = ""
[[tiles.panels]]
mark = "tiles"
table = "cells"
where = { step = [800, 900], measure = "silent" }
encoding.x = { field = "learning_rate", title = "Learning rate" }
encoding.y = { field = "activation" }
encoding.color = { field = "value", scale = { percent = true } }
encoding.column = { field = "step", title = "Step" }
layers = [{ mark = "text", where = { measure = "dead" }, title = "dead" }]

[scatter]
title = "Value against step"
width = 183
caption = ""
[[scatter.panels]]
mark = "scatter"
table = "cells"
where = { measure = "live" }
encoding.x = { field = "step", title = "Step", scale = { type = "log" } }
encoding.y = { field = "value", title = "Share", scale = { type = "log" } }
encoding.color = { field = "activation" }
rules = [{ diagonal = true, title = "Equal" }]

[raster]
title = "States by rate and step"
width = 183
caption = ""
[[raster.panels]]
mark = "raster"
table = "raster"
encoding.x = { field = "step", title = "Training step" }
encoding.y = { field = "filter", title = "Filter" }
encoding.color = { field = "state" }
encoding.row = { field = "layer", title = "Convolution" }
"#;

fn raster() -> Table {
    let cells = (0..2).flat_map(|layer| (0..6 + 4 * layer).map(move |filter| (layer, filter)));
    let cells: Vec<_> = cells
        .flat_map(|(l, f)| (1..=5).map(move |s| (l, f, s)))
        .collect();
    let state = |&(layer, filter, step): &(i64, i64, i64)| match (layer + filter + step) % 4 {
        0 => "dead",
        1 => "stalled",
        2 => "few",
        _ => "",
    };
    Table::new("raster", "Made up.")
        .integer("layer", "", cells.iter().map(|c| c.0 + 1).collect())
        .integer("filter", "", cells.iter().map(|c| c.1 + 1).collect())
        .integer("step", "", cells.iter().map(|c| 4000 * c.2).collect())
        .text("state", "", cells.iter().map(|c| state(c).into()).collect())
}

pub(super) fn specs() -> std::collections::BTreeMap<String, FigureSpec> {
    toml::from_str(FIGURES).unwrap()
}

pub(super) fn draw(name: &str, spec: &FigureSpec) -> Result<Figure, FigureError> {
    let tables = [cells(), raster()];
    compose(
        name,
        spec,
        &tables,
        &|_, _| None,
        "A caption.".into(),
        &provenance(),
    )
}

fn texts(group: &Group) -> Vec<&Text> {
    let nodes = group.children().iter();
    nodes
        .flat_map(|node| match node {
            Node::Text(text) => vec![text.as_ref()],
            Node::Group(inner) => texts(inner),
            _ => Vec::new(),
        })
        .collect()
}

#[test]
fn every_kind_is_the_same_bytes_twice_in_both_widths_and_no_words_overlap() {
    for (name, mut spec) in specs() {
        for width in [Width::ONE, Width::TWO] {
            spec.width = width;
            let name = format!("{name}-{}", width.millimetres());
            let figure = draw(&name, &spec).unwrap();
            assert_eq!(figure.svg, draw(&name, &spec).unwrap().svg, "{name}");
            assert_eq!(figure.caption, "A caption.");
            save(&figure);
            let tree = Picture::of(&figure).unwrap().tree;
            let all = texts(tree.root());
            assert!(all.len() > 5, "{name}");
            for (index, one) in all.iter().enumerate() {
                let a = one.abs_bounding_box();
                let sheet = tree.size();
                let inside = a.left() >= 0.0 && a.right() <= sheet.width();
                assert!(
                    inside && a.top() >= 0.0 && a.bottom() <= sheet.height(),
                    "{name}"
                );
                for other in &all[..index] {
                    let b = other.abs_bounding_box();
                    let apart = a.left() >= b.right() || b.left() >= a.right();
                    let said = |text: &Text| text.chunks()[0].text().to_owned();
                    assert!(
                        // Boxes reach from ascent to descent: more than any letter does.
                        apart || a.top() + 0.9 >= b.bottom() || b.top() + 0.9 >= a.bottom(),
                        "{name}: {} and {}",
                        said(one),
                        said(other)
                    );
                }
            }
        }
    }
}

#[test]
fn legends_name_what_occurs_and_alt_text_says_what_is_seen() {
    let specs = specs();
    let areas = draw("areas", &specs["areas"]).unwrap().svg;
    for seen in [
        ">\nDead\n",
        ">\nSilent, not dead\n",
        ">\nAnnealing begins\n",
    ] {
        assert_eq!(areas.matches(seen).count(), 1, "{seen}");
    }
    let mut without = specs["areas"].clone();
    let leaky = Value::Word("Leaky ReLU 0.01".into());
    let filter = &mut without.panels[0].filter;
    filter.insert("activation".into(), OneOrMore::One(leaky));
    let without = draw("areas", &without).unwrap().svg;
    assert!(!without.contains(">\nDead\n"));
    assert!(areas.contains("ReLU, Rate 0.2: at the end (900) Dead 18; Live 72; Collapsed 10."));
    let forest = draw("forest", &specs["forest"]).unwrap().svg;
    assert!(forest.contains("no working network"));
    assert!(forest.contains("Exact 95% limit"));
}
