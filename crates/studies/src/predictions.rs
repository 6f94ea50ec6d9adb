//! Predictions as a spec states them, and the estimates that judge them.

mod check;
mod table;
mod verdict;

pub use check::{PredictionError, check, unknown};
pub use table::predictions_table;
pub use verdict::{Verdict, judge, judge_all};

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::statistics::Bounds;

/// A prediction, committed before the study is run and never edited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// Short name, unique within the study.
    pub id: String,
    /// Whether it is the study's one primary prediction.
    pub kind: Kind,
    /// The sentence tested.
    pub sentence: String,
    /// Who said it, and where.
    pub source: String,
    /// Name of the estimate that decides.
    pub estimate: String,
    /// What is claimed of that estimate.
    pub claim: Claim,
    /// Replicates below which the outcome is undecided whatever the interval.
    #[serde(default)]
    pub minimum_replicates: usize,
}

/// How a prediction is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// At the 99.7% interval; one a study.
    Primary,
    /// At the 95% interval, and labelled so.
    Exploratory,
}

/// What is claimed of an estimate, e.g. `claim = { at_least = 0.4 }`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// The value is this or more.
    AtLeast(f64),
    /// The value is this or less.
    AtMost(f64),
    /// The value is more than this: an interval that ends there does not show it.
    Above(f64),
    /// The value is less than this.
    Below(f64),
    /// The value lies between the two (an equivalence).
    Within([f64; 2]),
    /// No event in at least this many opportunities; refuted by one.
    Never(u64),
}

/// A number that a study estimates over its replicates, with the intervals that judge it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The name by which predictions refer to it.
    pub name: String,
    /// What it is, with its unit.
    pub description: String,
    /// The point estimate.
    pub value: f64,
    /// Replicates (seeds) it rests on.
    pub n: usize,
    /// Lower end of the 95% interval.
    pub low95: f64,
    /// Upper end of the 95% interval.
    pub high95: f64,
    /// Lower end of the 99.7% interval.
    pub low997: f64,
    /// Upper end of the 99.7% interval.
    pub high997: f64,
    /// Events counted, where the estimate is of an exact claim.
    pub events: Option<u64>,
    /// Opportunities for an event.
    pub opportunities: Option<u64>,
}

impl Estimate {
    /// An estimate over `n` replicates with the intervals of a bootstrap.
    pub fn new(name: &str, description: &str, bounds: Bounds, n: usize) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            value: bounds.value,
            n,
            low95: bounds.interval95.low,
            high95: bounds.interval95.high,
            low997: bounds.interval997.low,
            high997: bounds.interval997.high,
            events: None,
            opportunities: None,
        }
    }

    /// Whether another has the same point, intervals and counts; what is missing is the same.
    pub fn same(&self, other: &Self) -> bool {
        let ends = |one: &Self| [one.low95, one.high95, one.low997, one.high997];
        let numbers = |one: &Self| [one.value].into_iter().chain(ends(one));
        let counts = |one: &Self| (one.n, one.events, one.opportunities);
        let same = |(one, other): (f64, f64)| one == other || (one.is_nan() && other.is_nan());
        numbers(self).zip(numbers(other)).all(same) && counts(self) == counts(other)
    }

    /// A count of events among opportunities, for an exact claim.
    #[must_use]
    pub fn counting(mut self, events: u64, opportunities: u64) -> Self {
        (self.events, self.opportunities) = (Some(events), Some(opportunities));
        self
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Primary => "primary",
            Self::Exploratory => "exploratory",
        })
    }
}

impl Kind {
    /// The level of the interval that judges.
    pub fn level(self) -> &'static str {
        match self {
            Self::Primary => "99.7%",
            Self::Exploratory => "95%",
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(threshold) => write!(f, "at least {threshold}"),
            Self::AtMost(threshold) => write!(f, "at most {threshold}"),
            Self::Above(threshold) => write!(f, "above {threshold}"),
            Self::Below(threshold) => write!(f, "below {threshold}"),
            Self::Within([from, to]) => write!(f, "within {from} and {to}"),
            Self::Never(least) => write!(f, "never in at least {least}"),
        }
    }
}
