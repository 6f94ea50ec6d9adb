//! The published tables.

use super::deaths::{Death, Part, Trace};
use super::{MOST, of_working, pooled};
use crate::statistics::{Bootstrap, Bounds};
use crate::study::pooled::Pooled;
use crate::study::{Results, StudyError};
use crate::table::Table;

/// Steps of a window.
const STEPS: usize = 20;

/// The name of an arm in words.
fn optimizer(arm: &str) -> &'static str {
    if arm == "momentum" {
        "Momentum 0.9"
    } else {
        "Plain SGD"
    }
}

/// Every followed death.
pub(super) fn deaths(deaths: &[Death]) -> Table {
    let real = |of: &dyn Fn(&Death) -> f64| deaths.iter().map(of).collect::<Vec<f64>>();
    let integer = |of: &dyn Fn(&Death) -> i64| deaths.iter().map(of).collect::<Vec<i64>>();
    let part = |part| real(&move |death: &Death| death.dying.share(part));
    Table::new("deaths", "One row a followed death.")
        .text(
            "arm",
            "Optimizer.",
            deaths.iter().map(|death| death.arm.clone()).collect(),
        )
        .real("learning_rate", "Learning rate.", real(&|d| d.rate))
        .integer("replicate", "Number of the seed.", integer(&|d| i64::from(d.replicate)))
        .integer("layer", "Convolution, from 1.", integer(&|d| i64::from(d.layer)))
        .integer("filter", "Filter of the layer, from 0.", integer(&|d| i64::from(d.filter)))
        .integer(
            "step",
            "Step of its death: the first after its last activity in a training batch at which it is dead on the whole training set.",
            integer(&|d| i64::from(d.step)),
        )
        .real(
            "last_active",
            "Last step whose training batch made it active.",
            real(&|d| d.last_active),
        )
        .column(
            "working",
            "Whether its network works at the end; only then it enters estimates and figures.",
            crate::table::Values::Flag(deaths.iter().map(|death| death.works).collect()),
        )
        .real(
            "highest",
            "Largest pre-activation over the training set, at its highest in the window.",
            real(&|d| d.dying.highest()),
        )
        .real("drop", "From there to its death.", real(&|d| d.dying.drop()))
        .real("weights_share", "Share of the drop by its own weights.", part(Part::Weights))
        .real("bias_share", "Share by its own bias.", part(Part::Bias))
        .real("inputs_share", "Share by its inputs from below.", part(Part::Inputs))
        .real(
            "steps_90",
            "Fewest steps that make 90% of the drop.",
            real(&|d| d.dying.steps_for(MOST)),
        )
        .real(
            "largest_update",
            "Largest update (Euclidean length) of its own weights and bias in the window.",
            real(&|d| d.dying.largest_update()),
        )
        .real(
            "control_largest_update",
            "The same of the surviving filter beside it.",
            real(&|d| d.control.largest_update()),
        )
}

/// How many deaths there were and how many were followed, by cell and layer.
pub(super) fn counts(results: &Results, deaths: &[Death]) -> Result<Table, StudyError> {
    let rows = &results.probes;
    let mut cells: Vec<(String, f64, u32, f64)> = Vec::new();
    if rows.rows() > 0 {
        let (arm, rate) = (rows.texts("arm")?, rows.reals("learning_rate")?);
        let (layer, quantity) = (rows.reals("layer")?, rows.texts("quantity")?);
        let value = rows.reals("value")?;
        for row in (0..rows.rows()).filter(|&row| quantity[row] == "candidates") {
            let layer = layer[row] as u32 + 1;
            let known = cells
                .iter_mut()
                .find(|cell| cell.0 == arm[row] && cell.1 == rate[row] && cell.2 == layer);
            match known {
                Some(cell) => cell.3 += value[row],
                None => cells.push((arm[row].clone(), rate[row], layer, value[row])),
            }
        }
    }
    let count = |cell: &(String, f64, u32, f64), working: bool| {
        let of_cell = deaths
            .iter()
            .filter(|death| death.arm == cell.0 && death.rate == cell.1 && death.layer == cell.2);
        of_cell.filter(|death| death.works || !working).count() as i64
    };
    Ok(Table::new(
        "counts",
        "One row a cell and layer: filters dead at the end that had been active in a training batch, and how many of these deaths were followed.",
    )
    .text("arm", "Optimizer.", cells.iter().map(|cell| cell.0.clone()).collect())
    .real("learning_rate", "Learning rate.", cells.iter().map(|cell| cell.1).collect())
    .integer("layer", "Convolution, from 1.", cells.iter().map(|cell| i64::from(cell.2)).collect())
    .integer("candidates", "Such filters, in all networks that did not diverge.", cells.iter().map(|cell| cell.3 as i64).collect())
    .integer("followed", "Deaths followed.", cells.iter().map(|cell| count(cell, false)).collect())
    .integer("followed_in_working", "Of these, in networks that work at the end.", cells.iter().map(|cell| count(cell, true)).collect()))
}

/// Columns of estimates with their intervals.
#[derive(Default)]
struct Measured {
    value: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    deaths: Vec<i64>,
    n: Vec<i64>,
}

impl Measured {
    fn push(&mut self, bounds: Bounds, of: &Pooled) {
        self.value.push(bounds.value);
        self.low.push(bounds.interval95.low);
        self.high.push(bounds.interval95.high);
        self.deaths.push(of.len() as i64);
        self.n.push(of.replicates() as i64);
    }

    fn onto(self, table: Table, what: &str) -> Table {
        table
            .real("value", what, self.value)
            .real(
                "low95",
                "Lower end of its 95% interval over seeds.",
                self.low,
            )
            .real(
                "high95",
                "Upper end of its 95% interval over seeds.",
                self.high,
            )
            .integer("deaths", "Deaths.", self.deaths)
            .integer("n", "Seeds with such a death.", self.n)
    }
}

/// Layers in which deaths were followed.
fn layers(deaths: &[Death]) -> Vec<u32> {
    let mut layers: Vec<u32> = of_working(deaths).map(|death| death.layer).collect();
    layers.sort_unstable();
    layers.dedup();
    layers
}

/// The table behind the figure of causes.
pub(super) fn causes(deaths: &[Death], bootstrap: &Bootstrap) -> Table {
    let mut cells: Vec<(String, f64)> = Vec::new();
    for death in deaths {
        let cell = (death.arm.clone(), death.rate);
        if !cells.contains(&cell) {
            cells.push(cell);
        }
    }
    let (mut facet, mut row, mut series) = (Vec::new(), Vec::new(), Vec::new());
    let mut measured = Measured::default();
    for layer in layers(deaths) {
        let all = std::iter::once(None).chain(cells.iter().map(Some));
        for cell in all {
            let own = of_working(deaths).filter(|death| {
                death.layer == layer
                    && cell.is_none_or(|cell| death.arm == cell.0 && death.rate == cell.1)
            });
            for part in Part::ALL {
                let of = pooled(own.clone(), |death| death.dying.share(part));
                facet.push(format!("Convolution {layer}"));
                row.push(cell.map_or("All".into(), |(arm, rate)| {
                    format!("{}, rate {rate}", optimizer(arm))
                }));
                series.push(part.name().to_owned());
                measured.push(of.median(bootstrap), &of);
            }
        }
    }
    let table = Table::new("causes", "One row a layer, cell and part of the drop.")
        .text("facet", "Layer.", facet)
        .text("row", "Optimizer and rate.", row)
        .text("series", "Part.", series);
    measured.onto(table, "Median over deaths of the share of the drop.")
}

/// The table behind the figure of traces.
pub(super) fn traces(deaths: &[Death], bootstrap: &Bootstrap) -> Table {
    type Of = fn(&Death) -> &Trace;

    let (mut layer_of, mut who_of, mut quantity_of) = (Vec::new(), Vec::new(), Vec::new());
    let mut before_of: Vec<i64> = Vec::new();
    let mut measured = Measured::default();
    let whos: [(&str, Of); 2] = [("dying", |d| &d.dying), ("surviving", |d| &d.control)];
    for layer in layers(deaths) {
        for (who, trace) in whos {
            for (quantity, of) in QUANTITIES {
                for before in (0..=STEPS).rev() {
                    let here = of_working(deaths).filter(|death| death.layer == layer);
                    let values = pooled(here, |death| of(trace(death), before));
                    layer_of.push(i64::from(layer));
                    who_of.push(who.to_owned());
                    quantity_of.push((*quantity).to_owned());
                    before_of.push(before as i64);
                    measured.push(values.median(bootstrap), &values);
                }
            }
        }
    }
    let table = Table::new(
        "traces",
        "One row a layer, kind of filter, quantity and step before death.",
    )
    .integer("layer", "Convolution, from 1.", layer_of)
    .text("who", "dying, or surviving: its control over the same steps.", who_of)
    .text(
        "quantity",
        "largest: largest pre-activation over the training set, as a share of its highest value in the window; own, inputs: the part of its change since the beginning of the window by own weights and bias, or by inputs, as a share of that value; update: length of the last update of own weights and bias.",
        quantity_of,
    )
    .integer("steps_before", "Steps before death.", before_of);
    measured.onto(table, "Median over deaths.")
}

/// A quantity of a trace so many steps before its end.
type Quantity = fn(&Trace, usize) -> f64;

const QUANTITIES: &[(&str, Quantity)] = &[
    ("largest", |trace, before| {
        let index = trace.largest.len().checked_sub(before + 1);
        index.map_or(f64::NAN, |index| trace.largest[index] / trace.highest())
    }),
    ("own", |trace, before| {
        let own = trace.weights.iter().zip(&trace.bias).map(|(w, b)| w + b);
        up_to(trace, &own.collect::<Vec<f64>>(), before)
    }),
    ("inputs", |trace, before| {
        up_to(trace, &trace.inputs, before)
    }),
    ("update", |trace, before| {
        let index = trace.update.len().checked_sub(before + 1);
        index.map_or(f64::NAN, |index| trace.update[index])
    }),
];

/// Sum of the changes from the beginning of a window to so many steps before its end, as a share
/// of the highest value.
fn up_to(trace: &Trace, changes: &[f64], before: usize) -> f64 {
    match trace.largest.len().checked_sub(before + 1) {
        Some(index) => changes.iter().take(index).sum::<f64>() / trace.highest(),
        None => f64::NAN,
    }
}

/// The table behind the figure of distributions: shares of deaths up to a value.
pub(super) fn spread(deaths: &[Death], bootstrap: &Bootstrap) -> Table {
    type Of = fn(&Death) -> f64;

    let (mut quantity_of, mut layer_of, mut up_to) = (Vec::new(), Vec::new(), Vec::new());
    let mut measured = Measured::default();
    let shares: Vec<f64> = (-10..=30)
        .map(|twentieth| f64::from(twentieth) / 20.0)
        .collect();
    let steps: Vec<f64> = (1..=STEPS).map(|step| step as f64).collect();
    let kinds: [(&str, Of, &[f64]); 2] = [
        ("own_share", |death| death.dying.own_share(), &shares),
        ("steps_90", |death| death.dying.steps_for(MOST), &steps),
    ];
    for (quantity, of, values) in kinds {
        for layer in layers(deaths) {
            let here = of_working(deaths).filter(|death| death.layer == layer);
            let all = pooled(here, of);
            for &value in values {
                quantity_of.push(quantity.to_owned());
                layer_of.push(i64::from(layer));
                up_to.push(value);
                // A share that is a twentieth but for rounding belongs to it.
                measured.push(all.share(bootstrap, |v| v <= value + 1e-9), &all);
            }
        }
    }
    let table = Table::new("spread", "One row a quantity, layer and value.")
        .text(
            "quantity",
            "own_share: share of the drop by own weights and bias; steps_90: fewest steps that make 90% of the drop.",
            quantity_of,
        )
        .integer("layer", "Convolution, from 1.", layer_of)
        .real("up_to", "The value.", up_to);
    measured.onto(table, "Share of deaths with at most this value.")
}
