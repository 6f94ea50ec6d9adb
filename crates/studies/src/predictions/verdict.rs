//! How predictions come out.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Claim, Estimate, Kind, Prediction};

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

/// A prediction that names an estimate which its study does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("prediction `{prediction}` names the estimate `{estimate}`, which the study does not have")]
pub struct NoEstimate {
    /// The prediction's id.
    pub prediction: String,
    /// The estimate's name.
    pub estimate: String,
}

/// Judges each prediction by the estimate that it names.
///
/// # Errors
/// If there is no estimate of that name.
pub fn judge_all(
    predictions: &[Prediction],
    estimates: &[Estimate],
) -> Result<Vec<Verdict>, NoEstimate> {
    let judge = |prediction: &Prediction| {
        let found = estimates.iter().find(|e| e.name == prediction.estimate);
        let estimate = found.ok_or_else(|| NoEstimate {
            prediction: prediction.id.clone(),
            estimate: prediction.estimate.clone(),
        })?;
        Ok(judge(prediction, estimate))
    };
    predictions.iter().map(judge).collect()
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
        Some(format!("{} replicates, {least} needed", estimate.n))
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
mod tests {
    use super::*;

    fn outcome(claim: Claim, kind: Kind, (low95, high95): (f64, f64)) -> Outcome {
        let prediction = Prediction {
            id: "p".into(),
            kind,
            sentence: String::new(),
            source: String::new(),
            estimate: "e".into(),
            claim,
            minimum_replicates: 8,
        };
        let estimate = Estimate {
            name: "e".into(),
            description: String::new(),
            value: f64::midpoint(low95, high95),
            n: 16,
            low95,
            high95,
            low997: low95 - 0.1,
            high997: high95 + 0.1,
            events: None,
            opportunities: None,
        };
        judge(&prediction, &estimate).outcome
    }

    #[test]
    fn the_whole_interval_decides() {
        let at_least = Claim::AtLeast(0.4);
        assert_eq!(
            outcome(at_least, Kind::Exploratory, (0.45, 0.5)),
            Outcome::Supported
        );
        assert_eq!(
            outcome(at_least, Kind::Primary, (0.45, 0.5)),
            Outcome::Undecided
        );
        assert_eq!(
            outcome(at_least, Kind::Primary, (0.1, 0.2)),
            Outcome::Refuted
        );
        assert_eq!(
            outcome(Claim::AtMost(0.4), Kind::Primary, (0.1, 0.2)),
            Outcome::Supported
        );
        let within = Claim::Within([-0.01, 0.01]);
        assert_eq!(
            outcome(within, Kind::Exploratory, (-0.005, 0.01)),
            Outcome::Supported
        );
        assert_eq!(
            outcome(within, Kind::Exploratory, (0.0, 0.02)),
            Outcome::Undecided
        );
        assert_eq!(
            outcome(within, Kind::Exploratory, (0.02, 0.03)),
            Outcome::Refuted
        );
        assert_eq!(
            outcome(at_least, Kind::Primary, (f64::NAN, 1.0)),
            Outcome::Undecided
        );
        assert_eq!(
            outcome(at_least, Kind::Primary, (f64::NAN, 0.1)),
            Outcome::Refuted
        );
    }

    #[test]
    fn a_strict_claim_is_not_shown_by_an_interval_that_ends_at_its_threshold() {
        let judged = |claim, ends| outcome(claim, Kind::Exploratory, ends);
        assert_eq!(judged(Claim::Above(0.0), (0.1, 0.2)), Outcome::Supported);
        assert_eq!(judged(Claim::Above(0.0), (0.0, 0.2)), Outcome::Undecided);
        assert_eq!(judged(Claim::Above(0.0), (0.0, 0.0)), Outcome::Refuted);
        assert_eq!(judged(Claim::Below(0.0), (-0.2, -0.1)), Outcome::Supported);
        assert_eq!(judged(Claim::Below(0.0), (-0.2, 0.0)), Outcome::Undecided);
        assert_eq!(judged(Claim::Below(0.0), (0.0, 0.1)), Outcome::Refuted);
    }

    #[test]
    fn undecided_has_a_reason() {
        let prediction = Prediction {
            id: "p".into(),
            kind: Kind::Primary,
            sentence: String::new(),
            source: String::new(),
            estimate: "e".into(),
            claim: Claim::AtLeast(0.4),
            minimum_replicates: 8,
        };
        let estimate = Estimate {
            name: "e".into(),
            description: String::new(),
            value: 0.4,
            n: 16,
            low95: 0.35,
            high95: 0.45,
            low997: 0.3,
            high997: 0.5,
            events: None,
            opportunities: None,
        };
        let reason = |estimate: Estimate| judge(&prediction, &estimate).reason;
        let sides = reason(estimate.clone()).unwrap();
        assert!(sides.contains("both sides"));
        let few = Estimate {
            n: 2,
            ..estimate.clone()
        };
        assert_eq!(reason(few).unwrap(), "2 replicates, 8 needed");
        let open = Estimate {
            low997: f64::NAN,
            ..estimate.clone()
        };
        assert!(reason(open).unwrap().contains("too few working networks"));
        let undefined = Estimate {
            value: f64::NAN,
            low997: f64::NAN,
            ..estimate.clone()
        };
        assert!(reason(undefined).unwrap().contains("undefined"));
        let clear = Estimate {
            low997: 0.41,
            ..estimate
        };
        assert_eq!(reason(clear), None);
    }

    #[test]
    fn an_exact_claim_needs_its_opportunities_and_falls_by_one_event() {
        let mut prediction = Prediction {
            id: "p".into(),
            kind: Kind::Exploratory,
            sentence: String::new(),
            source: String::new(),
            estimate: "e".into(),
            claim: Claim::Never(50),
            minimum_replicates: 0,
        };
        let mut estimate = Estimate {
            name: "e".into(),
            description: String::new(),
            value: 0.0,
            n: 16,
            low95: f64::NAN,
            high95: f64::NAN,
            low997: f64::NAN,
            high997: f64::NAN,
            events: Some(0),
            opportunities: Some(50),
        };
        let judged = |p: &Prediction, e: &Estimate| judge(p, e).outcome;
        assert_eq!(judged(&prediction, &estimate), Outcome::Supported);
        prediction.minimum_replicates = 17;
        assert_eq!(judged(&prediction, &estimate), Outcome::Undecided);
        prediction.minimum_replicates = 0;
        estimate.opportunities = Some(49);
        assert_eq!(judged(&prediction, &estimate), Outcome::Undecided);
        estimate.events = Some(1);
        assert_eq!(judged(&prediction, &estimate), Outcome::Refuted);
    }

    #[test]
    fn an_estimate_that_does_not_exist_is_named() {
        let prediction = Prediction {
            id: "p".into(),
            kind: Kind::Primary,
            sentence: String::new(),
            source: String::new(),
            estimate: "lost".into(),
            claim: Claim::AtMost(1.0),
            minimum_replicates: 0,
        };
        let error = judge_all(&[prediction], &[]).unwrap_err();
        assert!(error.to_string().contains("`lost`"));
    }
}
