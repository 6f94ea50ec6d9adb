//! Estimates by a measure's own statistic, and counts of exact claims.

use super::{At, Found};
use crate::analysis::Evaluation;
use crate::analysis::error::{AnalysisError, sql_error};
use crate::analysis::grammar::{EstimateSpec, Statistic};
use crate::statistics::{Bounds, Interval, count as count_of, hazard as hazard_of};

/// The measure's own statistic; one of exact counts says events and opportunities too.
pub(super) fn mean(
    spec: &EstimateSpec,
    measure: &str,
    at: &At,
    evaluation: &Evaluation<'_>,
) -> Result<Found, String> {
    let summary = evaluation.summary(spec, measure, at)?;
    let exact = evaluation.measured[measure].statistic == Statistic::Exact;
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
pub(super) fn count(
    spec: &EstimateSpec,
    measure: &str,
    at: &At,
    evaluation: &Evaluation<'_>,
) -> Result<Found, String> {
    let summary = evaluation.summary(spec, measure, at)?;
    let Some((Some(events), all)) = summary.sums else {
        return Err(format!(
            "measure `{measure}` is not one of `numerator` and `denominator`"
        ));
    };
    let counted = (events as u64, all as u64);
    let bounds = count_of(counted.0, counted.1);
    Ok(Found {
        counted: Some(counted),
        ..Found::new(bounds, evaluation.networks.replicates() as usize)
    })
}

/// Events per unit at risk and epoch: the measure's numerators are the events, its denominators
/// the units at risk in an epoch.
pub(super) fn hazard(
    spec: &EstimateSpec,
    measure: &str,
    at: &At,
    evaluation: &Evaluation<'_>,
) -> Result<Found, String> {
    let rows = evaluation.parts(spec, measure, at)?;
    let found = hazard_of(&rows, 1.0).per_epoch;
    Ok(Found::new(found.bounds, found.n))
}

/// The bounds that a special table says.
pub(super) fn given(
    name: &str,
    sql: &str,
    evaluation: &Evaluation<'_>,
) -> Result<Found, AnalysisError> {
    let key = format!("estimates: `{name}`");
    let frame = evaluation.catalog.query(sql).map_err(sql_error(&key))?;
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
