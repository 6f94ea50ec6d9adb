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
//! Paths with a dot stand in quotes. Keys of a grid are taken in alphabetical order. What is added
//! to a study later stands in files of its own ([`Amendment`]); all of them together are one design
//! ([`Written`]).

mod amendment;
mod written;

pub use amendment::{Amendment, amendment};
pub use written::{File, Written};

use std::collections::{BTreeMap, BTreeSet};

use cnn::architecture::Layer;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;
use toml::de::DeTable;

use crate::messages::{At, Problem, Problems, Source, fault_of_name, hint};
use crate::predictions::{self, Prediction};
use crate::schema;

/// Seeds of a cell, at most: the interval of a share is then below 1 point wide, and their trials
/// would take months.
const MOST_REPLICATES: u32 = 100_000;

/// Whether a specification is over the trials of other studies (`[pool]`) and has no design.
pub fn is_pool(source: &Source) -> bool {
    source.has(&[At::Key("pool")])
}

/// A study's specification.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
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
    #[schemars(with = "cnn::settings::TrialSettings")]
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
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// Unique within the study.
    pub name: String,
    /// Seeds of each cell.
    pub replicates: u32,
    /// Path and value, for the whole arm.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Json>")]
    pub set: toml::Table,
    /// Path and values.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Vec<Json>>")]
    pub grid: toml::Table,
}

/// A small version of the study: fewer seeds, arms and values, never other ones.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quick {
    /// Seeds of each cell, at most.
    pub replicates: u32,
    /// Names of the arms that stay; all if there are none.
    #[serde(default)]
    pub arms: Vec<String>,
    /// Path and the values that stay, of those in the arms' grids (named ones by their label).
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Vec<Json>>")]
    pub grid: toml::Table,
}

impl Spec {
    /// The specification of a study whose results come from elsewhere.
    pub fn without_design(name: &str, question: &str, predictions: &[Prediction]) -> Self {
        Self {
            name: name.into(),
            question: question.into(),
            sentence: String::new(),
            source: String::new(),
            pilot: String::new(),
            precision: String::new(),
            base: toml::Table::new(),
            arms: Vec::new(),
            quick: Quick {
                replicates: 1,
                arms: Vec::new(),
                grid: toml::Table::new(),
            },
            predictions: predictions.to_vec(),
        }
    }

    /// Reads and checks a specification; its base must be a complete trial.
    ///
    /// # Errors
    /// Everything that is wrong with it: what is not TOML, keys that are missing or not known,
    /// what cannot be run or judged, each with file, line and key.
    pub fn read(source: &Source) -> Result<Self, Problems> {
        #[derive(Deserialize)]
        struct Base {
            #[expect(
                dead_code,
                reason = "only whether it can be read is asked, and where not"
            )]
            base: cnn::settings::TrialSettings,
        }
        let refused = |error: toml::de::Error| Problems::from(source.refused(&error));
        let mut problems = schema::problems(source, &schema::of::<Self>());
        layers(source, &mut problems);
        problems.or(())?;
        let spec: Self = toml::from_str(&source.text).map_err(refused)?;
        let mut problems = Problems::default();
        problems.take(toml::from_str::<Base>(&source.text).map_err(refused));
        spec.check(source, &mut problems);
        problems.or(spec)
    }

    fn check(&self, source: &Source, problems: &mut Problems) {
        let mut wrong = |at: &[At<'_>], title: String| problems.add(source.error(at, title));
        if let Some(fault) = fault_of_name(&self.name) {
            wrong(&[At::Key("name")], format!("`name` {fault}"));
        } else if self.name.contains(['/', '\\']) || self.name.starts_with('.') {
            let title = "`name` is the name of a folder too: it has no path separator, and does not \
                         begin with a dot";
            wrong(&[At::Key("name")], title.into());
        }
        if self.arms.is_empty() {
            wrong(&[], "no arm: a study has at least one `[[arms]]`".into());
        }
        let mut names = BTreeSet::new();
        for (index, arm) in self.arms.iter().enumerate() {
            let at = |key| [At::Key("arms"), At::Index(index), At::Key(key)];
            if let Some(fault) = fault_of_name(&arm.name) {
                wrong(&at("name"), format!("the arm's `name` {fault}"));
            }
            if !names.insert(arm.name.as_str()) {
                wrong(&at("name"), format!("two arms are called `{}`", arm.name));
            }
            if let Some(fault) = fault_of_replicates(arm.replicates) {
                let title = format!("arm `{}`: `replicates` {fault}", arm.name);
                wrong(&at("replicates"), title);
            }
        }
        if let Some(fault) = fault_of_replicates(self.quick.replicates) {
            let at = [At::Key("quick"), At::Key("replicates")];
            wrong(&at, format!("`quick.replicates` {fault}"));
        }
        for (index, arm) in self.quick.arms.iter().enumerate() {
            if !names.contains(arm.as_str()) {
                let at = [At::Key("quick"), At::Key("arms"), At::Index(index)];
                let hint = hint(arm, names.iter().copied());
                wrong(&at, format!("`quick.arms`: no arm `{arm}`{hint}"));
            }
        }
        wrong_predictions(&[], &self.predictions, &mut wrong);
    }
}

/// What is wrong with the predictions of a file that stand behind those of others.
fn wrong_predictions(
    before: &[Prediction],
    own: &[Prediction],
    wrong: &mut impl FnMut(&[At<'_>], String),
) {
    for (index, error) in predictions::check(&[before, own].concat()) {
        // What stands before them was checked where it stands.
        let Some(index) = index.checked_sub(before.len()) else {
            continue;
        };
        let at = [
            At::Key("predictions"),
            At::Index(index),
            At::Key(error.key()),
        ];
        wrong(&at, error.to_string());
    }
}

/// Whether each text among the base's layers is one.
fn layers(source: &Source, problems: &mut Problems) {
    let Ok(document) = DeTable::parse(&source.text) else {
        return;
    };
    let architecture = document.get_ref().get("base").and_then(|base| {
        let base = base.get_ref().as_table()?;
        base.get("architecture")?.get_ref().as_array()
    });
    for layer in architecture.into_iter().flat_map(|layers| layers.iter()) {
        if let Some(Err(error)) = layer.get_ref().as_str().map(str::parse::<Layer>) {
            problems.add(Problem::at(source, layer.span(), error.to_string()));
        }
    }
    problems.sort();
}

fn fault_of_replicates(replicates: u32) -> Option<String> {
    match replicates {
        0 => Some("must be at least 1".into()),
        1..=MOST_REPLICATES => None,
        _ => Some(format!(
            "must be at most {MOST_REPLICATES}: that many networks tell a share to a third of a \
             point, and take months"
        )),
    }
}

#[cfg(test)]
#[path = "spec/tests.rs"]
mod tests;
