//! The table behind a figure of effects ([`crate::figures::forest`]), while it grows.

use crate::statistics::Bounds;
use crate::table::{Table, Values};

/// Rows of means with intervals, and of the single networks behind them.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    facet: Vec<String>,
    row: Vec<String>,
    series: Vec<String>,
    replicate: Vec<Option<i64>>,
    value: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    n: Vec<i64>,
}

impl Effects {
    /// Adds an effect: `bounds` over `n` networks or pairs of them.
    pub fn push(&mut self, place: (&str, &str, &str), bounds: Bounds, n: usize) {
        let interval = (bounds.interval95.low, bounds.interval95.high);
        self.add(place, None, bounds.value, interval, n as i64);
    }

    /// Adds an effect and the values of its replicates (`NaN` where one has none).
    pub fn push_with_networks(
        &mut self,
        place: (&str, &str, &str),
        bounds: Bounds,
        values: &[f64],
    ) {
        let defined = values.iter().filter(|value| value.is_finite()).count();
        self.push(place, bounds, defined);
        for (replicate, value) in values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
            let unknown = (f64::NAN, f64::NAN);
            self.add(place, Some(replicate as i64), *value, unknown, 1);
        }
    }

    fn add(
        &mut self,
        (facet, row, series): (&str, &str, &str),
        replicate: Option<i64>,
        value: f64,
        (low, high): (f64, f64),
        n: i64,
    ) {
        self.facet.push(facet.into());
        self.row.push(row.into());
        self.series.push(series.into());
        self.replicate.push(replicate);
        self.value.push(value);
        self.low.push(low);
        self.high.push(high);
        self.n.push(n);
    }

    /// The table; `description` says what a row is, `value` what it measures.
    pub fn into_table(self, name: &str, description: &str, value: &str) -> Table {
        Table::new(name, description)
            .text("facet", "Panel.", self.facet)
            .text("row", "Row.", self.row)
            .text("series", "Which of several estimates.", self.series)
            .column(
                "replicate",
                "Number of the seed; empty for the mean over seeds.",
                Values::Integer(self.replicate),
            )
            .real("value", value, self.value)
            .real(
                "low95",
                "Lower end of the 95% interval of the mean (percentile bootstrap over seeds; \
                 exact where a share is 0 or 1 in all networks).",
                self.low,
            )
            .real("high95", "Its upper end.", self.high)
            .integer("n", "Networks, or pairs of networks.", self.n)
    }
}
