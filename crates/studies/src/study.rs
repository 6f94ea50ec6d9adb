//! What a study is to the program, and the list of them.

mod learning_rate;

use crate::aggregate::{AggregateError, Frame};
use crate::figures::{Figure, FigureError};
use crate::predictions::Estimate;
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
pub const STUDIES: &[&dyn Study] = &[&learning_rate::LearningRate];

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
