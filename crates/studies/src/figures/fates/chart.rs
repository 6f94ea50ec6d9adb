//! The table behind a figure of fates, as it is drawn.

use std::fmt::Write as _;

use super::{FATES, SILENT};
use crate::figures::FigureError;
use crate::figures::layout::first_seen;
use crate::table::Table;

/// One bar.
pub(super) struct Bar {
    pub facet: usize,
    pub arm: usize,
    /// Percentages, one a fate.
    pub shares: Vec<f64>,
    pub low: f64,
    pub high: f64,
    pub n: f64,
}

/// All bars.
pub(super) struct Chart {
    pub facets: Vec<String>,
    pub arms: Vec<String>,
    pub bars: Vec<Bar>,
}

impl Chart {
    pub fn read(table: &Table) -> Result<Self, FigureError> {
        let (facet, arm) = (table.words("facet")?, table.words("arm")?);
        let shares = FATES
            .iter()
            .map(|(column, ..)| table.numbers(column))
            .collect::<Result<Vec<_>, _>>()?;
        let (low, high) = (table.numbers("dead_low95")?, table.numbers("dead_high95")?);
        let n = table.numbers("n")?;
        if n.is_empty() {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "the table has no rows".into(),
            });
        }
        let (mut facets, mut arms) = (Vec::new(), Vec::new());
        let bars = (0..n.len())
            .map(|row| Bar {
                facet: first_seen(&mut facets, &facet[row]),
                arm: first_seen(&mut arms, &arm[row]),
                shares: shares.iter().map(|share| 100.0 * share[row]).collect(),
                low: 100.0 * low[row],
                high: 100.0 * high[row],
                n: n[row],
            })
            .collect();
        Ok(Self { facets, arms, bars })
    }

    /// Whether any filter is silent and not dead: never with ReLU.
    pub fn has_silent(&self) -> bool {
        let silent = FATES.iter().position(|(column, ..)| *column == SILENT);
        silent.is_some_and(|index| self.bars.iter().any(|bar| bar.shares[index] > 0.0))
    }

    pub fn networks(&self) -> String {
        let (least, most) = self
            .bars
            .iter()
            .fold((f64::MAX, 0.0f64), |(least, most), bar| {
                (least.min(bar.n), most.max(bar.n))
            });
        if least == most {
            most.to_string()
        } else {
            format!("{least} to {most}")
        }
    }

    pub fn description(&self, title: &str) -> String {
        let mut text = format!("{title}. Stacked bars. ");
        for bar in &self.bars {
            let parts: Vec<String> = FATES
                .iter()
                .zip(&bar.shares)
                .filter(|(_, share)| **share >= 0.05)
                .map(|((_, words, _), share)| format!("{} {share:.1}%", words.to_lowercase()))
                .collect();
            let (facet, arm) = (&self.facets[bar.facet], &self.arms[bar.arm]);
            let _ = write!(text, "{facet}, {arm}: {}. ", parts.join(", "));
        }
        text.trim_end().into()
    }
}
