//! The rows of a tidy table: one over networks, and one for each of them.

use crate::analysis::Evaluation;
use crate::analysis::grammar::TableSpec;
use crate::analysis::level::Level;
use crate::analysis::measured::Summary;
use crate::table::{Table, Values};

/// One row of a tidy table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// One level for each column in front.
    pub(super) levels: Vec<Level>,
    pub(super) measure: String,
    pub(super) replicate: Option<i64>,
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) deviation: f64,
    pub(super) n: i64,
    pub(super) sums: Option<(Option<f64>, f64)>,
    pub(super) limit: f64,
}

#[derive(Default)]
pub(super) struct Rows {
    /// Names of the columns in front.
    pub(super) by: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// The row over networks, and a row for each of them where it is said which seed is the first.
pub(super) fn row(
    levels: &[Level],
    measure: &str,
    summary: &Summary,
    first: Option<u32>,
) -> Vec<Row> {
    let defined: Vec<f64> = summary
        .values
        .iter()
        .copied()
        .filter(|v| v.is_finite())
        .collect();
    let over = Row {
        levels: levels.to_vec(),
        measure: measure.into(),
        replicate: None,
        value: summary.bounds.value,
        low: summary.bounds.interval95.low,
        high: summary.bounds.interval95.high,
        deviation: crate::statistics::standard_deviation(&defined),
        n: summary.n as i64,
        sums: summary.sums,
        limit: summary.limit,
    };
    let mut rows = vec![over];
    if let Some(first) = first {
        let values = summary.values.iter().enumerate();
        rows.extend(
            values
                .filter(|(_, value)| value.is_finite())
                .map(|(replicate, value)| Row {
                    levels: levels.to_vec(),
                    measure: measure.into(),
                    replicate: Some(i64::from(first) + replicate as i64),
                    value: *value,
                    low: f64::NAN,
                    high: f64::NAN,
                    deviation: f64::NAN,
                    n: 1,
                    sums: None,
                    limit: f64::NAN,
                }),
        );
    }
    rows
}

impl Rows {
    pub(super) fn into_table(
        self,
        name: &str,
        spec: &TableSpec,
        evaluation: &Evaluation<'_>,
    ) -> Table {
        let rows = &self.rows;
        let real = |of: fn(&Row) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
        let mut table = Table::new(name, &spec.words);
        for (at, by) in self.by.iter().enumerate() {
            let levels = rows.iter().map(|row| row.levels[at].as_str().to_owned());
            table = table.text(by, &evaluation.words(by), levels.collect());
        }
        table = table.text(
            "measure",
            &evaluation.measures(rows.iter().map(|row| row.measure.as_str())),
            rows.iter().map(|row| row.measure.clone()).collect(),
        );
        if rows.iter().any(|row| row.replicate.is_some()) {
            table = table.column(
                "replicate",
                "Number of the seed; empty for the row over networks.",
                Values::Integer(rows.iter().map(|row| row.replicate).collect()),
            );
        }
        table = table
            .real(
                "value",
                "By the measure's statistic.",
                real(|row| row.value),
            )
            .real(
                "low95",
                "Lower end of its 95% interval (over seeds; exact for shares of networks; empty where \
                 too few have a value or all have the same).",
                real(|row| row.low),
            )
            .real("high95", "Its upper end.", real(|row| row.high));
        if rows.iter().any(|row| !row.limit.is_nan()) {
            table = table.real(
                "limit_of_networks",
                "Exact 95% limit of networks, where a share is 0 (or 1) in all of them: so many \
                 may have any (or must have all).",
                real(|row| row.limit),
            );
        }
        if rows.iter().any(|row| !row.deviation.is_nan()) {
            table = table.real(
                "standard_deviation",
                "Between networks.",
                real(|row| row.deviation),
            );
        }
        table = table.integer(
            "n",
            "Networks that have a value; of what is pooled, seeds.",
            rows.iter().map(|row| row.n).collect(),
        );
        if rows.iter().any(|row| row.sums.is_some()) {
            let sum = |of: fn((Option<f64>, f64)) -> f64| {
                rows.iter()
                    .map(|row| row.sums.map_or(f64::NAN, of))
                    .collect()
            };
            let numerator = |sums: (Option<f64>, f64)| sums.0.unwrap_or(f64::NAN);
            table = table
                .real(
                    "numerator",
                    "Sum over networks; empty for a median.",
                    sum(numerator),
                )
                .real(
                    "denominator",
                    "Sum over networks; of a median the number of things.",
                    sum(|sums| sums.1),
                );
        }
        table
    }
}
