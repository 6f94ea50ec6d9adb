//! The published tables.

use super::counts::Counts;
use super::seeds;
use crate::statistics::{Bootstrap, Bounds};
use crate::study::pooled::ratio;
use crate::table::Table;

/// Series: own weights and bias the same bits when it woke.
pub(super) const UNCHANGED: &str = "Own parameters unchanged";
/// Series: the inputs carried at least half.
pub(super) const INPUTS: &str = "Inputs carried at least half";

/// An arm in words.
fn name(arm: &str) -> String {
    match arm {
        "plain" => "Plain SGD",
        "momentum" => "Momentum 0.9",
        "l2-weights" => "L2 on weights",
        "l2-everything" => "L2 on everything",
        "adam" => "Adam",
        "permuted" => "Plain SGD, pixels permuted",
        other => other,
    }
    .into()
}

/// Each value once, in the order of first appearance.
fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut all = Vec::new();
    for value in values {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all
}

fn layers(counts: &[Counts]) -> Vec<u32> {
    let mut layers = distinct(counts.iter().map(|count| count.layer));
    layers.sort_unstable();
    layers
}

/// Columns of a table of shares.
#[derive(Default)]
struct Shares {
    value: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    events: Vec<f64>,
    opportunities: Vec<f64>,
    n: Vec<i64>,
}

impl Shares {
    fn push(&mut self, bootstrap: &Bootstrap, rows: &[(u32, f64, f64)]) {
        let bounds: Bounds = ratio(bootstrap, rows);
        self.value.push(bounds.value);
        self.low.push(bounds.interval95.low);
        self.high.push(bounds.interval95.high);
        self.events.push(rows.iter().map(|row| row.1).sum());
        self.opportunities.push(rows.iter().map(|row| row.2).sum());
        self.n
            .push(seeds(rows.iter().filter(|row| row.2 > 0.0).map(|row| row.0)) as i64);
    }

    fn onto(self, table: Table, what: &str, events: &str, opportunities: &str) -> Table {
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
            .real("events", events, self.events)
            .real("opportunities", opportunities, self.opportunities)
            .integer("n", "Seeds with such filters.", self.n)
    }
}

/// The table behind the figure of revivals.
pub(super) fn revivals(counts: &[Counts], bootstrap: &Bootstrap) -> Table {
    let (mut facet, mut row) = (Vec::new(), Vec::new());
    let mut shares = Shares::default();
    for layer in layers(counts) {
        for arm in distinct(counts.iter().map(|count| &count.arm)) {
            let own = counts.iter().filter(|c| c.layer == layer && c.arm == *arm);
            let rows: Vec<_> = own.map(|c| (c.replicate, c.revived, c.dead)).collect();
            facet.push(format!("Convolution {layer}"));
            row.push(name(arm));
            shares.push(bootstrap, &rows);
        }
    }
    let series = vec!["Alive one epoch later".to_owned(); row.len()];
    let table = Table::new(
        "revivals",
        "One row a layer and arm: filters dead at the end of an epoch, and one epoch later.",
    )
    .text("facet", "Layer.", facet)
    .text("row", "Optimizer and data.", row)
    .text("series", "What is counted.", series);
    shares.onto(
        table,
        "Share alive one epoch later.",
        "Alive one epoch later.",
        "Dead at the end of an epoch, in a network that works then, one epoch before the end or earlier.",
    )
}

/// The table behind the figure of causes.
pub(super) fn waking(counts: &[Counts], bootstrap: &Bootstrap) -> Table {
    type Of = fn(&Counts) -> f64;

    let (mut facet, mut row, mut series) = (Vec::new(), Vec::new(), Vec::new());
    let mut shares = Shares::default();
    let kinds: [(&str, Of); 2] = [
        (UNCHANGED, |count| count.revived_unchanged),
        (INPUTS, Counts::revived_by_inputs),
    ];
    for layer in layers(counts) {
        for arm in distinct(counts.iter().map(|count| &count.arm)) {
            for (kind, of) in kinds {
                let own = counts.iter().filter(|c| c.layer == layer && c.arm == *arm);
                let rows: Vec<_> = own.map(|c| (c.replicate, of(c), c.revived)).collect();
                facet.push(format!("Convolution {layer}"));
                row.push(name(arm));
                series.push(kind.to_owned());
                shares.push(bootstrap, &rows);
            }
        }
    }
    let table = Table::new("waking", "One row a layer, arm and kind of revival.")
        .text("facet", "Layer.", facet)
        .text("row", "Optimizer and data.", row)
        .text("series", "Kind.", series);
    shares.onto(
        table,
        "Share of the revivals that are of this kind.",
        "Revivals of this kind; not whole where only a part was split.",
        "Revivals from one epoch to the next.",
    )
}

/// Revivals by rate.
pub(super) fn by_rate(counts: &[Counts], bootstrap: &Bootstrap) -> Table {
    let cells = distinct(counts.iter().map(|c| (c.arm.clone(), c.rate, c.layer)));
    let mut shares = Shares::default();
    let (mut changed, mut collapsed) = (Vec::new(), Vec::new());
    for cell in &cells {
        let own = || {
            counts
                .iter()
                .filter(|c| (&c.arm, c.rate, c.layer) == (&cell.0, cell.1, cell.2))
        };
        let rows: Vec<_> = own().map(|c| (c.replicate, c.revived, c.dead)).collect();
        shares.push(bootstrap, &rows);
        changed.push(own().map(|c| c.changed).sum());
        collapsed.push(own().map(|c| c.dead_in_collapse).sum());
    }
    let table = Table::new("by-rate", "One row an arm, rate and layer.")
        .text(
            "arm",
            "Optimizer and data.",
            cells.iter().map(|cell| name(&cell.0)).collect(),
        )
        .real(
            "learning_rate",
            "Learning rate.",
            cells.iter().map(|cell| cell.1).collect(),
        )
        .integer(
            "layer",
            "Convolution, from 1.",
            cells.iter().map(|cell| i64::from(cell.2)).collect(),
        );
    shares
        .onto(
            table,
            "Share of the dead that are alive one epoch later.",
            "Alive one epoch later.",
            "Dead at the end of an epoch, in a network that works then.",
        )
        .real(
            "changed",
            "Dead at the ends of two epochs in a row, own weights or bias not the same bits.",
            changed,
        )
        .real(
            "dead_in_collapse",
            "Dead at the end of an epoch in a collapsed network; not among the others.",
            collapsed,
        )
}

/// Filters by what happened to them, in whatever network.
pub(super) fn filters(counts: &[Counts]) -> Table {
    let cells = distinct(counts.iter().map(|c| (c.arm.clone(), c.layer)));
    let sum = |of: fn(&Counts) -> f64| {
        let cell = |cell: &(String, u32)| {
            let own = counts
                .iter()
                .filter(|c| c.arm == cell.0 && c.layer == cell.1);
            own.map(of).sum::<f64>() as i64
        };
        cells.iter().map(cell).collect::<Vec<i64>>()
    };
    Table::new("filters", "One row an arm and layer: numbers of filters, of all its networks.")
        .text("arm", "Optimizer and data.", cells.iter().map(|cell| name(&cell.0)).collect())
        .integer("layer", "Convolution, from 1.", cells.iter().map(|cell| i64::from(cell.1)).collect())
        .integer("dead", "Dead at the end of some epoch but the last.", sum(|c| c.filters_dead))
        .integer("revived", "Of these, alive at the end of a later one.", sum(|c| c.filters_revived))
        .integer(
            "changed",
            "Of these, own weights or bias not the same bits at the ends of two epochs in a row at which it was dead.",
            sum(|c| c.filters_changed),
        )
}
