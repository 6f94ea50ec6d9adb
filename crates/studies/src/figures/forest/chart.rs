//! The table behind a figure of effects, as it is drawn.

use std::fmt::Write as _;

use super::range::Range;
use crate::figures::FigureError;
use crate::figures::layout::first_seen;
use crate::figures::scale::number;
use crate::table::Table;

/// One estimate, or the value of a single network.
pub(super) struct Effect {
    pub facet: usize,
    pub row: usize,
    pub series: usize,
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub n: f64,
}

impl Effect {
    /// Whether the interval reaches to one side of the value only.
    pub fn is_one_sided(&self) -> bool {
        (self.low == self.value) != (self.high == self.value)
    }

    /// "-0.3 (-1.2 to 0.4)", to one decimal.
    fn words(&self) -> String {
        let one = |value: f64| {
            let rounded = libm::round(10.0 * value) / 10.0;
            let text = number(rounded);
            if text.contains('.') {
                text
            } else {
                format!("{text}.0")
            }
        };
        if self.low.is_finite() && self.high.is_finite() {
            let (value, low, high) = (one(self.value), one(self.low), one(self.high));
            format!("{value} ({low} to {high})")
        } else {
            one(self.value)
        }
    }
}

/// All that is drawn, in the units of the axis.
pub(super) struct Chart {
    pub facets: Vec<String>,
    pub rows: Vec<String>,
    pub series: Vec<String>,
    pub effects: Vec<Effect>,
    /// Single networks.
    pub dots: Vec<Effect>,
    pub range: Range,
    /// Whether the axis ends where it was told to.
    pub cut: bool,
}

/// Numbers printed beside a panel.
pub(super) struct Column {
    pub heading: &'static str,
    /// One a facet and row.
    pub cells: Vec<Vec<String>>,
}

impl Chart {
    pub fn read(
        table: &Table,
        factor: f64,
        window: Option<(f64, f64)>,
    ) -> Result<Self, FigureError> {
        let (facet, row) = (table.words("facet")?, table.words("row")?);
        let series = table.words("series")?;
        let value = table.numbers("value")?;
        let (low, high) = (table.numbers("low95")?, table.numbers("high95")?);
        let n = table.numbers("n")?;
        let (mut facets, mut rows, mut all_series) = (Vec::new(), Vec::new(), Vec::new());
        let single: Vec<bool> = if table.has("replicate") {
            let replicate = table.numbers("replicate")?;
            replicate.iter().map(|value| value.is_finite()).collect()
        } else {
            vec![false; n.len()]
        };
        let (mut effects, mut dots) = (Vec::new(), Vec::new());
        for i in 0..n.len() {
            let effect = Effect {
                facet: first_seen(&mut facets, &facet[i]),
                row: first_seen(&mut rows, &row[i]),
                series: first_seen(&mut all_series, &series[i]),
                value: factor * value[i],
                low: factor * low[i],
                high: factor * high[i],
                n: n[i],
            };
            if single[i] { &mut dots } else { &mut effects }.push(effect);
        }
        let all = effects.iter().chain(&dots);
        let values = all.flat_map(|e: &Effect| [e.value, e.low, e.high]);
        let range = Range::of(values, window).ok_or_else(|| FigureError {
            figure: table.name.clone(),
            reason: "no row has a value other than 0".into(),
        })?;
        Ok(Self {
            facets,
            rows,
            series: all_series,
            effects,
            dots,
            range,
            cut: window.is_some(),
        })
    }

    /// The estimates of a row in a panel that have a value.
    pub fn estimates(&self, facet: usize, row: usize) -> impl Iterator<Item = &Effect> {
        let own = move |e: &&Effect| (e.facet, e.row) == (facet, row) && e.value.is_finite();
        self.effects.iter().filter(own)
    }

    /// What is printed beside panels: all numbers where the axis is cut, n where it varies.
    pub fn columns(&self) -> Vec<Column> {
        let cells = |of: &dyn Fn(usize, usize) -> String| -> Vec<Vec<String>> {
            let row = |facet| (0..self.rows.len()).map(|row| of(facet, row)).collect();
            (0..self.facets.len()).map(row).collect()
        };
        let mut columns = Vec::new();
        if self.cut {
            columns.push(Column {
                heading: "mean (95% interval)",
                cells: cells(&|facet, row| {
                    let words: Vec<String> =
                        self.estimates(facet, row).map(Effect::words).collect();
                    words.join("; ")
                }),
            });
        }
        let (least, most) = self.networks();
        if self.cut || least < most {
            columns.push(Column {
                heading: "n",
                cells: cells(&|facet, row| {
                    let (least, most) = spread(self.estimates(facet, row).map(|e| e.n));
                    match (least, most) {
                        _ if least > most => String::new(),
                        _ if least == most => most.to_string(),
                        _ => format!("{least}\u{2013}{most}"),
                    }
                }),
            });
        }
        if self.cut && !self.dots.is_empty() {
            columns.push(Column {
                heading: "beyond",
                cells: cells(&|facet, row| {
                    let own = |e: &&Effect| (e.facet, e.row) == (facet, row);
                    let mut all = self.dots.iter().filter(own).peekable();
                    if all.peek().is_none() {
                        return String::new();
                    }
                    let beyond = all.filter(|e| self.range.side(e.value) != 0).count();
                    beyond.to_string()
                }),
            });
        }
        columns
    }

    /// Fewest and most networks behind an estimate.
    pub fn networks(&self) -> (f64, f64) {
        let shown = self.effects.iter().filter(|e| e.value.is_finite());
        spread(shown.map(|effect| effect.n))
    }

    /// What is to be seen, in words.
    pub fn description(&self, title: &str, axis: &str) -> String {
        let mut text = format!("{title}. Rows of estimates with intervals; {axis}. ");
        for e in &self.effects {
            let (facet, row, series) = (
                &self.facets[e.facet],
                &self.rows[e.row],
                &self.series[e.series],
            );
            let _ = if !e.value.is_finite() {
                write!(text, "{facet}, {row}, {series}: none. ")
            } else if e.low.is_finite() && e.high.is_finite() {
                let (value, low, high) = (e.value, e.low, e.high);
                write!(
                    text,
                    "{facet}, {row}, {series}: {value:.2} ({low:.2} to {high:.2}). "
                )
            } else {
                write!(text, "{facet}, {row}, {series}: {:.2}. ", e.value)
            };
        }
        text.trim_end().into()
    }
}

/// Least and largest; the least above the largest where there are none.
fn spread(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::MAX, 0.0), |(least, most), value| {
        (least.min(value), f64::max(most, value))
    })
}
