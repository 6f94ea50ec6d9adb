//! Rows of the table `overlap`, as they are drawn.

use crate::figures::FigureError;
use crate::figures::layout::first_seen;
use crate::figures::marks::Measured;
use crate::table::Table;

pub(super) struct Row {
    pub kind: String,
    pub optimizer: usize,
    pub set: String,
    pub interval: Option<f64>,
    pub single: bool,
    pub measured: Measured,
    pub n: f64,
}

pub(super) struct Shown {
    pub optimizers: Vec<String>,
    pub rows: Vec<Row>,
}

impl Shown {
    pub fn read(table: &Table) -> Result<Self, FigureError> {
        let (kind, arm) = (table.words("kind")?, table.words("arm")?);
        let (names, set) = (table.words("optimizer")?, table.words("set")?);
        let number = |name: &str| table.numbers(name);
        let (interval, step) = (number("interval")?, number("step")?);
        let (replicate, n) = (number("replicate")?, number("n")?);
        let (value, low, high) = (number("value")?, number("low95")?, number("high95")?);
        let mut optimizers = Vec::new();
        let rows: Vec<Row> = (0..kind.len())
            .filter(|&row| arm[row] != "short")
            .map(|row| Row {
                kind: kind[row].clone(),
                optimizer: first_seen(&mut optimizers, &names[row]),
                set: set[row].clone(),
                interval: interval[row].is_finite().then_some(interval[row]),
                single: replicate[row].is_finite(),
                measured: Measured {
                    x: step[row],
                    y: value[row],
                    low: low[row],
                    high: high[row],
                },
                n: n[row],
            })
            .collect();
        if rows.is_empty() {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "the table has no rows of the arms `long` and `orders`".into(),
            });
        }
        Ok(Self { optimizers, rows })
    }

    pub fn successive(
        &self,
        optimizer: usize,
        set: &str,
        interval: f64,
        single: bool,
    ) -> Vec<Measured> {
        let own = self.rows.iter().filter(|row| {
            row.kind == "successive"
                && row.optimizer == optimizer
                && row.set == set
                && row.interval == Some(interval)
                && row.single == single
        });
        own.map(|row| row.measured).collect()
    }

    pub fn across(&self, kind: &str, interval: Option<f64>, single: bool) -> Vec<&Row> {
        let own = self
            .rows
            .iter()
            .filter(|row| row.kind == kind && row.interval == interval && row.single == single);
        own.collect()
    }
}
