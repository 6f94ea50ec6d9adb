//! What a study asks for: the file `studies/NAME/study.toml`.
//!
//! ```toml
//! name = "example"
//! question = "..."
//! sentence = "..."           # that somebody said
//! source = "..."             # who, and where
//!
//! [base]                     # a complete trial: the fields of `TrialSettings`
//! architecture = ["conv 16 3x3", "relu", "global_average_pool", "linear 10"]
//! data = { set = "digits", pixels = "raw" }
//! optimizer = { kind = "sgd", momentum = 0.0 }
//! schedule = { learning_rate = 0.1, epochs = 20 }
//!
//! [[arms]]                   # each a grid over the base
//! name = "raw"
//! replicates = 16
//! [arms.set]                 # path = value, for the whole arm
//! "data.pixels" = "raw"
//! [arms.grid]                # path = values; the last varies fastest
//! "schedule.learning_rate" = [0.1, 0.2]
//! optimizer = [              # a table or list needs a name: it stands in the results
//!     { label = "SGD", value = { kind = "sgd", momentum = 0.9 } },
//!     { label = "Adam", value = { kind = "adam" } },
//! ]
//! activation = [             # a name of its own that sets several paths
//!     { label = "ReLU", set = { "schedule.batch_size" = 32 } },
//! ]
//!
//! [quick]                    # a smaller version with a part of the same trials
//! replicates = 2
//! arms = ["raw"]
//! grid = { "schedule.learning_rate" = [0.1], optimizer = ["Adam"] }
//! ```
//!
//! Paths with a dot stand in quotes. Keys of a grid are taken in alphabetical order.

mod names;
mod source;

pub(crate) use names::hint;
pub use names::nearest;
pub(crate) use source::explain;
pub use source::{At, Source};

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::predictions::{self, Prediction};

/// A study's specification.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The study's name.
    pub name: String,
    /// What it asks.
    pub question: String,
    /// What somebody said about it.
    pub sentence: String,
    /// Who, and where.
    pub source: String,
    /// What was known when the predictions were written.
    #[serde(default)]
    pub pilot: String,
    /// The precision that its seeds buy.
    #[serde(default)]
    pub precision: String,
    /// A complete trial, which the arms change.
    pub base: toml::Table,
    /// Grids over the base.
    pub arms: Vec<Arm>,
    /// The small version.
    pub quick: Quick,
    /// What is predicted.
    #[serde(default)]
    pub predictions: Vec<Prediction>,
}

/// A grid over the base.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// Unique within the study.
    pub name: String,
    /// Seeds of each cell.
    pub replicates: u32,
    /// Path and value, for the whole arm.
    #[serde(default)]
    pub set: toml::Table,
    /// Path and values.
    #[serde(default)]
    pub grid: toml::Table,
}

/// A small version of the study: fewer seeds, arms and values, never other ones.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quick {
    /// Seeds of each cell, at most.
    pub replicates: u32,
    /// Names of the arms that stay; all if there are none.
    #[serde(default)]
    pub arms: Vec<String>,
    /// Path and the values that stay, of those in the arms' grids (named ones by their label).
    #[serde(default)]
    pub grid: toml::Table,
}

/// A specification that cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct SpecError {
    /// File and line, or the option of the command line.
    pub place: String,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl Spec {
    /// Reads and checks a specification; its base must be a complete trial.
    ///
    /// # Errors
    /// If it is not TOML, has a key that is not known, or states what cannot be run or judged. The
    /// error names file, line and key.
    pub fn read(source: &Source) -> Result<Self, SpecError> {
        #[derive(Deserialize)]
        struct Base {
            #[expect(
                dead_code,
                reason = "only whether it can be read is asked, and where not"
            )]
            base: cnn::settings::TrialSettings,
        }
        let spec: Self = toml::from_str(&source.text).map_err(|error| source.refuse(&error))?;
        toml::from_str::<Base>(&source.text).map_err(|error| source.refuse(&error))?;
        spec.check(source)?;
        Ok(spec)
    }

    fn check(&self, source: &Source) -> Result<(), SpecError> {
        let wrong = |at: &[At<'_>], problem: String| Err(source.error(at, problem));
        if self.arms.is_empty() {
            return wrong(&[], "no arm: a study has at least one `[[arms]]`".into());
        }
        let mut names = BTreeSet::new();
        for (index, arm) in self.arms.iter().enumerate() {
            let at = |key| [At::Key("arms"), At::Index(index), At::Key(key)];
            if !names.insert(arm.name.as_str()) {
                return wrong(&at("name"), format!("two arms are called `{}`", arm.name));
            }
            if arm.replicates == 0 {
                let problem = format!("arm `{}`: `replicates` must be at least 1", arm.name);
                return wrong(&at("replicates"), problem);
            }
        }
        if self.quick.replicates == 0 {
            let at = [At::Key("quick"), At::Key("replicates")];
            return wrong(&at, "`quick.replicates` must be at least 1".into());
        }
        for arm in &self.quick.arms {
            if !names.contains(arm.as_str()) {
                let at = [At::Key("quick"), At::Key("arms")];
                let hint = names::hint(arm, names.iter().copied());
                return wrong(&at, format!("`quick.arms` names the arm `{arm}`{hint}"));
            }
        }
        predictions::check(&self.predictions)
            .or_else(|error| wrong(&[At::Key("predictions")], error.to_string()))
    }
}

#[cfg(test)]
#[path = "spec/tests.rs"]
mod tests;
