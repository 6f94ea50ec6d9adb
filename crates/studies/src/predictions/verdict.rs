//! How predictions come out.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Claim, Estimate, Kind, Prediction, PredictionError, unknown};
use crate::messages::counted;

/// What became of a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The whole judging interval lies on the claimed side.
    Supported,
    /// The whole judging interval lies on the other side.
    Refuted,
    /// Neither, or too few replicates or opportunities.
    Undecided,
}

/// A prediction with the estimate that judges it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// What was predicted.
    pub prediction: Prediction,
    /// What came out.
    pub estimate: Estimate,
    /// Lower end of the interval that judges.
    pub low: f64,
    /// Upper end of the interval that judges.
    pub high: f64,
    /// How it comes out.
    pub outcome: Outcome,
    /// Why it is undecided; nothing if it is decided.
    pub reason: Option<String>,
}

/// Judges each prediction by the estimate that it names.
///
/// # Errors
/// If there is no estimate of that name.
pub fn judge_all(
    predictions: &[Prediction],
    estimates: &[Estimate],
) -> Result<Vec<Verdict>, PredictionError> {
    let names: Vec<&str> = estimates.iter().map(|e| e.name.as_str()).collect();
    if let Some((_, error)) = unknown(predictions, &names).into_iter().next() {
        return Err(error);
    }
    let judge = |prediction: &Prediction| {
        let found = estimates.iter().find(|e| e.name == prediction.estimate);
        found.map(|estimate| judge(prediction, estimate))
    };
    Ok(predictions.iter().filter_map(judge).collect())
}

/// Judges a prediction: a primary one by the 99.7% interval, an exploratory one by the 95%
/// interval, an exact claim by its count. Every comparison with a limit that is not known fails,
/// so that an undefined interval decides nothing.
pub fn judge(prediction: &Prediction, estimate: &Estimate) -> Verdict {
    let (low, high) = match prediction.kind {
        Kind::Primary => (estimate.low997, estimate.high997),
        Kind::Exploratory => (estimate.low95, estimate.high95),
    };
    let (events, opportunities) = (
        estimate.events.unwrap_or(0),
        estimate.opportunities.unwrap_or(0),
    );
    let (holds, fails) = match prediction.claim {
        Claim::AtLeast(threshold) => (low >= threshold, high < threshold),
        Claim::AtMost(threshold) => (high <= threshold, low > threshold),
        Claim::Above(threshold) => (low > threshold, high <= threshold),
        Claim::Below(threshold) => (high < threshold, low >= threshold),
        Claim::Within([from, to]) => (low >= from && high <= to, high < from || low > to),
        Claim::Never(least) => (events == 0 && opportunities >= least, events > 0),
    };
    let enough = estimate.n >= prediction.minimum_replicates;
    let outcome = match (enough, holds, fails) {
        (true, true, _) => Outcome::Supported,
        (true, _, true) => Outcome::Refuted,
        _ => Outcome::Undecided,
    };
    let reason = if !enough {
        let least = prediction.minimum_replicates;
        Some(format!(
            "{}, {least} needed",
            counted(estimate.n, "replicate")
        ))
    } else if outcome != Outcome::Undecided {
        None
    } else if let Claim::Never(least) = prediction.claim {
        Some(format!("{opportunities} opportunities, {least} needed"))
    } else if estimate.value.is_nan() {
        Some("the estimate is undefined: no working network to measure it on".into())
    } else if low.is_nan() || high.is_nan() {
        Some("too few working networks for an interval".into())
    } else {
        Some("the interval lies on both sides".into())
    };
    Verdict {
        prediction: prediction.clone(),
        estimate: estimate.clone(),
        low,
        high,
        outcome,
        reason,
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Supported => "supported",
            Self::Refuted => "refuted",
            Self::Undecided => "undecided",
        })
    }
}

#[cfg(test)]
mod tests;
