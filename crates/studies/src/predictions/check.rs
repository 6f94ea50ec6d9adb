//! What a list of predictions must be before a study is run on it.

use super::{Claim, Kind, Prediction};
use crate::messages::fault_of_name;
use crate::messages::hint;

/// A prediction that could never be judged, or a list that the level of the primaries forbids.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PredictionError {
    /// The primaries' level is made for one a study.
    #[error("{count} primary predictions ({}): a study has one", ids.join(", "))]
    Primaries {
        /// How many there are.
        count: usize,
        /// Which.
        ids: Vec<String>,
    },
    /// Two predictions of one name.
    #[error("two predictions are called `{id}`")]
    Twice {
        /// The name.
        id: String,
    },
    /// A threshold that no interval can lie on one side of.
    #[error("prediction `{id}` claims `{claim}`: {expected}")]
    Claim {
        /// The prediction.
        id: String,
        /// Its claim, in words.
        claim: String,
        /// What would be right.
        expected: &'static str,
    },
    /// A name that cannot stand in a table.
    #[error("the `id` of a prediction, {id:?}, {fault}")]
    Name {
        /// The name.
        id: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// An estimate that the study does not make.
    #[error("prediction `{id}` rests on `{estimate}`, and there is no such estimate{hint}")]
    Estimate {
        /// The prediction.
        id: String,
        /// What it names.
        estimate: String,
        /// The nearest name, or all.
        hint: String,
    },
}

impl PredictionError {
    /// The key of a prediction that is to blame.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Primaries { .. } => "kind",
            Self::Twice { .. } | Self::Name { .. } => "id",
            Self::Claim { .. } => "claim",
            Self::Estimate { .. } => "estimate",
        }
    }
}

/// Checks the predictions of one study: exactly one primary where there are any, names that differ,
/// claims that can come out either way. What does not fit, each with the prediction's place in the
/// list; empty if all fit.
pub fn check(predictions: &[Prediction]) -> Vec<(usize, PredictionError)> {
    let mut found = Vec::new();
    for (index, prediction) in predictions.iter().enumerate() {
        let id = || prediction.id.clone();
        if let Some(fault) = fault_of_name(&prediction.id) {
            found.push((index, PredictionError::Name { id: id(), fault }));
        }
        let before = &predictions[..index];
        if before.iter().any(|other| other.id == prediction.id) {
            found.push((index, PredictionError::Twice { id: id() }));
        }
        if let Some(expected) = fault(prediction.claim) {
            let claim = prediction.claim.to_string();
            let id = id();
            found.push((
                index,
                PredictionError::Claim {
                    id,
                    claim,
                    expected,
                },
            ));
        }
    }
    let primary = |prediction: &&Prediction| prediction.kind == Kind::Primary;
    let primaries: Vec<String> = predictions
        .iter()
        .filter(primary)
        .map(|prediction| prediction.id.clone())
        .collect();
    if !predictions.is_empty() && primaries.len() != 1 {
        // The second is one too many; where there is none, any could be it.
        let second = predictions.iter().enumerate().filter(|(_, p)| primary(p));
        let index = second.map(|(index, _)| index).nth(1).unwrap_or(0);
        let count = primaries.len();
        found.push((
            index,
            PredictionError::Primaries {
                count,
                ids: primaries,
            },
        ));
    }
    found
}

/// The predictions whose estimate is none of those that the study makes, each with its place in
/// the list.
pub fn unknown(predictions: &[Prediction], estimates: &[&str]) -> Vec<(usize, PredictionError)> {
    let unknown = predictions
        .iter()
        .enumerate()
        .filter(|(_, prediction)| !estimates.contains(&prediction.estimate.as_str()));
    unknown
        .map(|(index, prediction)| {
            let error = PredictionError::Estimate {
                id: prediction.id.clone(),
                estimate: prediction.estimate.clone(),
                hint: hint(&prediction.estimate, estimates.iter().copied()),
            };
            (index, error)
        })
        .collect()
}

fn fault(claim: Claim) -> Option<&'static str> {
    match claim {
        Claim::AtLeast(threshold)
        | Claim::AtMost(threshold)
        | Claim::Above(threshold)
        | Claim::Below(threshold) => (!threshold.is_finite()).then_some("a finite number"),
        Claim::Within([from, to]) => {
            let ordered = from.is_finite() && to.is_finite() && from < to;
            (!ordered).then_some("two finite numbers, the smaller first")
        }
        Claim::Never(least) => {
            (least == 0).then_some("at least 1 opportunity, or nothing is shown")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::STUDIES;

    fn prediction(id: &str, kind: Kind, claim: Claim) -> Prediction {
        Prediction {
            id: id.into(),
            kind,
            sentence: String::new(),
            source: String::new(),
            estimate: "e".into(),
            claim,
            minimum_replicates: 0,
        }
    }

    #[test]
    fn the_predictions_of_every_study_can_be_judged() {
        #[derive(serde::Deserialize)]
        struct Spec {
            predictions: Vec<Prediction>,
        }
        for study in STUDIES.iter().filter(|study| study.has_design()) {
            let spec: Spec = toml::from_str(study.spec()).unwrap();
            assert_eq!(check(&spec.predictions), [], "{}", study.name());
        }
    }

    #[test]
    fn what_cannot_be_judged_is_named() {
        let primary = prediction("one", Kind::Primary, Claim::Above(0.0));
        let message = |list: &[Prediction]| {
            let found = check(list).into_iter();
            let found: Vec<String> = found.map(|(index, e)| format!("{index}: {e}")).collect();
            found.join("; ")
        };
        assert_eq!(message(&[]), "");
        assert_eq!(message(std::slice::from_ref(&primary)), "");
        assert!(message(&[primary.clone(), primary.clone()]).contains("`one`"));
        let second = prediction("two", Kind::Primary, Claim::Below(0.0));
        assert!(message(&[primary.clone(), second]).contains("2 primary predictions (one, two)"));
        let both = [
            prediction("a", Kind::Exploratory, Claim::Never(0)),
            primary.clone(),
        ];
        let both = [both[0].clone(), both[1].clone(), both[1].clone()];
        let said = message(&both);
        for part in [
            "0: prediction `a` claims",
            "2: two predictions",
            "2: 2 primary",
        ] {
            assert!(said.contains(part), "{said}");
        }
        let control = prediction("a\nb", Kind::Primary, Claim::Above(0.0));
        assert!(message(&[control]).contains("control character"));
        let none = prediction("two", Kind::Exploratory, Claim::Below(0.0));
        assert!(message(&[none]).contains("0 primary"));
        for claim in [
            Claim::AtLeast(f64::NAN),
            Claim::AtMost(f64::INFINITY),
            Claim::Within([0.01, -0.01]),
            Claim::Never(0),
        ] {
            let wrong = prediction("two", Kind::Exploratory, claim);
            assert!(
                message(&[primary.clone(), wrong]).contains("`two` claims"),
                "{claim:?}"
            );
        }
    }

    #[test]
    fn an_estimate_that_there_is_not_is_named_with_those_there_are() {
        let one = prediction("one", Kind::Primary, Claim::Above(0.0));
        assert_eq!(unknown(std::slice::from_ref(&one), &["e", "f"]), []);
        let found = unknown(&[one], &["dead", "silent"]);
        let said = found[0].1.to_string();
        assert!(
            said.contains("`e`, and there is no such estimate; there are `dead`, `silent`"),
            "{said}"
        );
    }
}
