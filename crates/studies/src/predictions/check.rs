//! What a list of predictions must be before a study is run on it.

use super::{Claim, Kind, Prediction};

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
}

/// Checks the predictions of one study: exactly one primary where there are any, names that differ,
/// claims that can come out either way.
///
/// # Errors
/// The first that does not fit.
pub fn check(predictions: &[Prediction]) -> Result<(), PredictionError> {
    for (index, prediction) in predictions.iter().enumerate() {
        if predictions[..index]
            .iter()
            .any(|other| other.id == prediction.id)
        {
            return Err(PredictionError::Twice {
                id: prediction.id.clone(),
            });
        }
        if let Some(expected) = fault(prediction.claim) {
            return Err(PredictionError::Claim {
                id: prediction.id.clone(),
                claim: prediction.claim.to_string(),
                expected,
            });
        }
    }
    let primaries: Vec<String> = predictions
        .iter()
        .filter(|prediction| prediction.kind == Kind::Primary)
        .map(|prediction| prediction.id.clone())
        .collect();
    if !predictions.is_empty() && primaries.len() != 1 {
        return Err(PredictionError::Primaries {
            count: primaries.len(),
            ids: primaries,
        });
    }
    Ok(())
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
        for study in STUDIES {
            let spec: Spec = toml::from_str(study.spec()).unwrap();
            check(&spec.predictions).unwrap_or_else(|error| panic!("{}: {error}", study.name()));
        }
    }

    #[test]
    fn what_cannot_be_judged_is_named() {
        let primary = prediction("one", Kind::Primary, Claim::Above(0.0));
        let message = |list: &[Prediction]| check(list).unwrap_err().to_string();
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(std::slice::from_ref(&primary)), Ok(()));
        assert!(message(&[primary.clone(), primary.clone()]).contains("`one`"));
        let second = prediction("two", Kind::Primary, Claim::Below(0.0));
        assert!(message(&[primary.clone(), second]).contains("2 primary predictions (one, two)"));
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
}
