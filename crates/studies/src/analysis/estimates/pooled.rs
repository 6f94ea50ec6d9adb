//! Estimates by a measure's own statistic, and counts of exact claims.

use super::{Asked, Found};
use crate::analysis::Evaluation;
use crate::analysis::error::{AnalysisError, sql_error};
use crate::analysis::grammar::Statistic;
use crate::statistics::{Bounds, Interval, count, logit_ratio, replicates_of};

impl Asked<'_> {
    /// The measure's own statistic; one of exact counts says events and opportunities too.
    pub(super) fn mean(&self, measure: &str) -> Result<Found, String> {
        let summary = self.summary(measure)?;
        let exact = self.evaluation.measured[measure].statistic == Statistic::Exact;
        let counted = |(events, all): (Option<f64>, f64)| Some((events? as u64, all as u64));
        Ok(Found {
            bounds: summary.bounds,
            n: summary.n,
            values: summary.values,
            counted: summary.sums.filter(|_| exact).and_then(counted),
        })
    }

    /// Events of opportunities over all networks: of an exact claim, whose one event refutes it, so
    /// that there is no interval.
    pub(super) fn count(&self, measure: &str) -> Result<Found, String> {
        let Some((Some(events), all)) = self.summary(measure)?.sums else {
            return Err(format!(
                "measure `{measure}` is not one of `numerator` and `denominator`"
            ));
        };
        let counted = (events as u64, all as u64);
        Ok(Found {
            counted: Some(counted),
            ..Found::new(count(counted.0, counted.1), self.replicates())
        })
    }

    /// Events per unit at risk and epoch: the measure's numerators are the units that changed by the
    /// next look (deaths, revivals), its denominators the units at risk at a look (alive, dead),
    /// looks being one epoch apart. A unit that changes and changes back between two looks is not
    /// seen.
    pub(super) fn hazard(&self, measure: &str) -> Result<Found, String> {
        let parts = self.summary(measure)?.parts;
        let n = replicates_of(&parts);
        Ok(Found::new(logit_ratio(&parts).of_networks(n), n))
    }
}

/// The bounds that a special table says.
pub(super) fn given(
    name: &str,
    sql: &str,
    evaluation: &Evaluation<'_>,
) -> Result<Found, AnalysisError> {
    let key = format!("estimates: `{name}`");
    let frame = evaluation
        .catalog
        .query_of(&key, sql)
        .map_err(sql_error(&key))?;
    if frame.rows() != 1 {
        let problem = format!("`given` gives {} rows; one says the bounds", frame.rows());
        return Err(AnalysisError::unfit(key, problem));
    }
    let number = |column: &str| Ok::<f64, AnalysisError>(frame.reals(column)?[0]);
    let interval = |low: &str, high: &str| {
        let (low, high) = (number(low)?, number(high)?);
        Ok::<Interval, AnalysisError>(Interval { low, high })
    };
    let bounds = Bounds {
        value: number("value")?,
        interval95: interval("low95", "high95")?,
        interval997: interval("low997", "high997")?,
    };
    let counts = frame.has("events") && frame.has("opportunities");
    let counted = if counts {
        Some((number("events")? as u64, number("opportunities")? as u64))
    } else {
        None
    };
    Ok(Found {
        counted,
        ..Found::new(bounds, number("n")? as usize)
    })
}
