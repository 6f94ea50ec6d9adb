//! The table behind the figures over rates: what came out of each cell, and of each network.

use super::Condition;
use crate::figures::FigureError;
use crate::figures::marks::Measured;
use crate::table::Table;

/// One value of one cell: a mean over its networks, or that of one network.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub(super) condition: Condition,
    pub(super) quantity: String,
    pub(super) layer: String,
    /// Missing for a mean.
    pub(super) replicate: Option<u32>,
    /// Networks that a mean is over.
    pub(super) n: usize,
    /// Learning rate, and percentages.
    pub(super) measured: Measured,
}

/// All rows of the table `dose-response`, and what tells them apart.
///
/// One row a condition, rate, quantity, layer and replicate, or the mean over replicates where
/// `replicate` is missing. Columns: `momentum`, `pixels`, `learning_rate`, `quantity`
/// (`dead_filters`, `dead_units`, `held_out_accuracy`, `held_out_accuracy_before_annealing`,
/// `working`, `collapsed`, `diverged`), `layer` (`1`, `2`, ..., `all`; empty for quantities of
/// the network), `replicate`, `value`, `low95`, `high95` (shares from 0 to 1), `n` (networks
/// that the mean is over).
pub(super) struct Responses {
    pub(super) all: Vec<Response>,
    pub(super) conditions: Vec<Condition>,
    pub(super) layers: Vec<String>,
    /// Networks a cell.
    pub(super) networks: usize,
}

impl Responses {
    /// Reads the table.
    ///
    /// # Errors
    /// If it lacks a column or has no rows.
    pub(super) fn read(table: &Table) -> Result<Self, FigureError> {
        let conditions = Condition::of_rows(table)?;
        let quantity = table.words("quantity")?;
        let layer = table.words("layer")?;
        let column = |name| table.numbers(name);
        let (rate, replicate, n) = (column("learning_rate")?, column("replicate")?, column("n")?);
        let (value, low, high) = (column("value")?, column("low95")?, column("high95")?);
        let all: Vec<Response> = (0..conditions.len())
            .map(|i| Response {
                condition: conditions[i].clone(),
                quantity: quantity[i].clone(),
                layer: layer[i].clone(),
                replicate: replicate[i].is_finite().then_some(replicate[i] as u32),
                n: n[i] as usize,
                measured: Measured {
                    x: rate[i],
                    y: 100.0 * value[i],
                    low: 100.0 * low[i],
                    high: 100.0 * high[i],
                },
            })
            .collect();
        if all.is_empty() {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "the table has no rows".into(),
            });
        }
        let mut layers: Vec<String> = layer
            .iter()
            .filter(|layer| !layer.is_empty() && *layer != "all")
            .cloned()
            .collect();
        layers.sort();
        layers.dedup();
        Ok(Self {
            networks: all
                .iter()
                .filter(|row| row.quantity == "working")
                .map(|row| row.n)
                .max()
                .unwrap_or(0),
            conditions: Condition::distinct(&conditions),
            layers,
            all,
        })
    }

    /// Means over networks, by increasing rate.
    pub(super) fn means(
        &self,
        condition: &Condition,
        quantity: &str,
        layer: &str,
    ) -> Vec<Measured> {
        let mut means: Vec<Measured> = self
            .select(condition, quantity, layer)
            .filter(|row| row.replicate.is_none())
            .map(|row| row.measured)
            .collect();
        means.sort_by(|a, b| a.x.total_cmp(&b.x));
        means
    }

    /// Rate and value of single networks, rate by rate.
    pub(super) fn replicates(
        &self,
        condition: &Condition,
        quantity: &str,
        layer: &str,
    ) -> Vec<(f64, f64)> {
        self.select(condition, quantity, layer)
            .filter(|row| row.replicate.is_some())
            .map(|row| (row.measured.x, row.measured.y))
            .collect()
    }

    /// The rows of one quantity and layer of a condition.
    pub(super) fn select<'a>(
        &'a self,
        condition: &'a Condition,
        quantity: &'a str,
        layer: &'a str,
    ) -> impl Iterator<Item = &'a Response> {
        self.all.iter().filter(move |row| {
            row.condition == *condition && row.quantity == quantity && row.layer == layer
        })
    }

    /// The conditions' names in a row.
    pub(super) fn labels(&self) -> String {
        let labels: Vec<String> = self.conditions.iter().map(Condition::label).collect();
        labels.join("; ")
    }
}
