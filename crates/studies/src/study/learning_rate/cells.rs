//! The published table `dose-response`, read back as one value a cell.

use crate::figures::learning_rate::Condition;
use crate::report::numbers::{percent, percent_with_interval};
use crate::study::StudyError;
use crate::table::Table;

/// A mean share over networks with its 95% interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    pub(super) mean: f64,
    low: f64,
    high: f64,
}

impl Share {
    const UNKNOWN: Self = Self {
        mean: f64::NAN,
        low: f64::NAN,
        high: f64::NAN,
    };

    /// `12.3%`
    pub(super) fn short(self) -> String {
        percent(self.mean)
    }

    /// `12.3% (10.1 to 14.9%)`
    pub(super) fn long(self) -> String {
        percent_with_interval(self.mean, self.low, self.high)
    }
}

/// One condition at one rate: means over its networks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) condition: Condition,
    pub(super) rate: f64,
    rows: Vec<(String, String, Share)>,
}

impl Cell {
    /// All cells, condition by condition in the table's order, rates increasing.
    pub(super) fn read(table: &Table) -> Result<Vec<Self>, StudyError> {
        let conditions = Condition::of_rows(table)?;
        let (quantity, layer) = (table.words("quantity")?, table.words("layer")?);
        let (rate, replicate) = (table.numbers("learning_rate")?, table.numbers("replicate")?);
        let (value, low, high) = (
            table.numbers("value")?,
            table.numbers("low95")?,
            table.numbers("high95")?,
        );
        let mut cells: Vec<Self> = Vec::new();
        for condition in Condition::distinct(&conditions) {
            let mut own: Vec<Self> = Vec::new();
            let means = (0..conditions.len())
                .filter(|&row| conditions[row] == condition && replicate[row].is_nan());
            for row in means {
                let known = own.iter().position(|cell| cell.rate == rate[row]);
                let index = known.unwrap_or(own.len());
                if known.is_none() {
                    own.push(Self {
                        condition: condition.clone(),
                        rate: rate[row],
                        rows: Vec::new(),
                    });
                }
                let share = Share {
                    mean: value[row],
                    low: low[row],
                    high: high[row],
                };
                let key = (quantity[row].clone(), layer[row].clone(), share);
                own[index].rows.push(key);
            }
            own.sort_by(|a, b| a.rate.total_cmp(&b.rate));
            cells.append(&mut own);
        }
        Ok(cells)
    }

    /// A quantity of a layer (`1`, ..., `all`, or empty for one of the network).
    pub(super) fn get(&self, quantity: &str, layer: &str) -> Share {
        let found = self
            .rows
            .iter()
            .find(|row| row.0 == quantity && row.1 == layer);
        found.map_or(Share::UNKNOWN, |row| row.2)
    }

    /// Dead filters of all layers, in working networks.
    pub(super) fn dead(&self) -> Share {
        self.get("dead_filters", "all")
    }

    /// Accuracy on held-out images after annealing, over all networks.
    pub(super) fn accuracy(&self) -> Share {
        self.get("held_out_accuracy", "")
    }

    /// Share of networks that work at the end.
    pub(super) fn working(&self) -> f64 {
        self.get("working", "").mean
    }

    /// Learning rate / (1 - momentum).
    pub(super) fn effective(&self) -> f64 {
        self.condition.effective(self.rate)
    }

    /// The layers that it has values of, without `all`.
    pub(super) fn layers(&self) -> Vec<&str> {
        let mut layers: Vec<&str> = self
            .rows
            .iter()
            .filter(|row| row.0 == "dead_filters" && row.1 != "all")
            .map(|row| row.1.as_str())
            .collect();
        layers.sort_unstable();
        layers
    }
}

/// The edge of a condition: the cell of the highest rate at which at least three quarters of the
/// networks work. `cells` are of one condition, rates increasing.
pub(super) fn edge<'a>(cells: &[&'a Cell]) -> Option<&'a Cell> {
    cells
        .iter()
        .rev()
        .find(|cell| cell.working() >= 0.75)
        .copied()
}
