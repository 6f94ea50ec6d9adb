//! What a study is to the program, and the list of them.

mod activation;
pub mod arm;
mod born_dead;
pub mod cells;
#[cfg(test)]
mod checks;
pub mod effects;
pub mod estimated;
pub mod fates;
mod initialization;
mod learning_rate;
pub mod listing;
#[cfg(test)]
mod made_up;
mod mechanism;
pub mod networks;
pub mod normal;
mod optimizer;
mod permanence;
pub mod pooled;
pub(crate) mod stopped_weights;
mod when_filters_die;

use crate::aggregate::{AggregateError, Frame};
use crate::figures::{Figure, FigureError};
use crate::predictions::Estimate;
use crate::statistics::Bootstrap;
use crate::table::{Table, TableError};

/// A study: its specification, and how tables, estimates, figures and sentences follow from the
/// results. Everything here is a pure function of the results.
pub trait Study: Sync {
    /// The study's name, also of its folders: `learning-rate`.
    fn name(&self) -> &'static str;

    /// The text of `studies/NAME/study.toml`, embedded with `include_str!`.
    fn spec(&self) -> &'static str;

    /// Summaries over replicates that are worth publishing beside the figures' own tables.
    ///
    /// # Errors
    /// If the results lack a column.
    fn tables(&self, results: &Results) -> Result<Vec<Table>, StudyError>;

    /// The numbers that predictions refer to.
    ///
    /// # Errors
    /// If the results lack a column.
    fn estimates(&self, results: &Results) -> Result<Vec<Estimate>, StudyError>;

    /// The figures, in the order of the README.
    ///
    /// # Errors
    /// If the results lack a column or a picture cannot be drawn.
    fn figures(&self, results: &Results) -> Result<Vec<Figure>, StudyError>;

    /// What was found: the sentences of the README, the answer first, with their numbers filled in
    /// from the published tables (the study's own, those behind its figures, `estimates` and
    /// `predictions`) and from nothing else, so that a test can hold one against the other.
    ///
    /// # Errors
    /// If a table or column is missing.
    fn findings(&self, tables: &[Table]) -> Result<Vec<String>, StudyError>;
}

/// All studies, in the order of `mortality list`. A new study is one line here.
pub const STUDIES: &[&dyn Study] = &[
    &learning_rate::LearningRate,
    &stopped_weights::StoppedWeights,
    &mechanism::Mechanism,
    &permanence::Permanence,
    &initialization::Initialization,
    &activation::Activation,
    &when_filters_die::WhenFiltersDie,
    &optimizer::Optimizer,
    &born_dead::BornDead,
];

/// What the trials of one study gave.
///
/// Every frame starts with the same columns: `trial` (index in the study), `arm`, `cell` (index
/// of the combination of settings), `replicate`, and one column for each setting that the
/// study's grids vary, named by the last part of its path (`learning_rate`, `momentum`,
/// `pixels`). Rows are ordered by trial, then as recorded.
#[derive(Clone, Debug)]
pub struct Results {
    /// Where they come from.
    pub provenance: Provenance,
    /// One row a trial: the fields of [`cnn::record::TrialRow`].
    pub trials: Frame,
    /// One row a trial, census and layer: the fields of [`cnn::record::CensusRow`].
    pub censuses: Frame,
    /// One row a trial and filter: the fields of [`cnn::record::FilterRow`].
    pub filters: Frame,
    /// One row a trial and number that a probe measured: the fields of
    /// [`cnn::record::ProbeRow`]; no rows in a study without probes.
    pub probes: Frame,
}

impl Results {
    /// The resamples of so many replicates: the same for every table of these results, so that
    /// they agree.
    pub fn bootstrap(&self, replicates: u32) -> Bootstrap {
        Bootstrap::new(replicates, self.provenance.seed)
    }
}

/// Where results come from; it stands inside every figure.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Provenance {
    /// The study's name.
    pub study: String,
    /// blake3 of the specification as it was run, in hexadecimal.
    pub spec: String,
    /// Master seed.
    pub seed: u64,
    /// Replicates of the cell that has most.
    pub replicates: u32,
    /// Trials.
    pub trials: usize,
    /// blake3 over the digests of all trials' results, in hexadecimal.
    pub results: String,
    /// Version of the program.
    pub version: String,
}

/// Why a study could not be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The results do not hold what the study asks for.
    #[error(transparent)]
    Aggregate(#[from] AggregateError),
    /// A figure could not be drawn.
    #[error(transparent)]
    Figure(#[from] FigureError),
    /// The published tables do not hold what a sentence asks for.
    #[error(transparent)]
    Table(#[from] TableError),
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::report;
    use crate::table::named;

    /// What a study's README and the workspace's say follows from the committed tables. A study
    /// that has published nothing yet says nothing yet.
    #[test]
    fn readmes_and_published_tables_agree() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let readme = |path: &Path| fs::read_to_string(root.join(path)).unwrap();
        for study in STUDIES {
            let folder = root.join("figures").join(study.name());
            let own = readme(&Path::new("studies").join(study.name()).join("README.md"));
            let own = report::readme::part(&own, "findings").unwrap();
            let all = readme(Path::new("README.md"));
            let answer = report::readme::part(&all, study.name()).unwrap();
            if !folder.exists() {
                assert!(own.is_empty() && answer.is_empty(), "{}", study.name());
                continue;
            }
            let tables = report::files::read_tables(&folder).unwrap();
            let findings = study.findings(&tables).unwrap();
            let predictions = named(&tables, report::PREDICTIONS).unwrap();
            let expected = report::findings(&findings, predictions).unwrap();
            assert_eq!(own, expected.trim(), "{}", study.name());
            assert_eq!(answer, report::answer(&findings), "{}", study.name());
        }
    }
}
