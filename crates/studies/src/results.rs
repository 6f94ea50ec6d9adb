//! What the trials of one study gave, as frames.

use std::collections::BTreeSet;

use crate::frames::sql::Budget;
use crate::frames::{FrameError, Tables};
use crate::provenance::Provenance;
use crate::statistics::Bootstrap;

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
    /// The recorded tables.
    pub tables: Tables,
    /// Whether they are of a version that is smaller than the full study or changed, and may lack
    /// what its files name.
    pub partial: bool,
    /// What the statements of an analysis may take; without, as much as they do.
    pub budget: Option<Budget>,
}

impl Results {
    /// These tables, with where they come from.
    pub fn new(tables: Tables, provenance: Provenance) -> Self {
        Self {
            provenance,
            tables,
            partial: false,
            budget: None,
        }
    }

    /// Those of the trials before one: a study without what was added to it later.
    ///
    /// # Errors
    /// If a table does not say its trials.
    pub fn before(&self, trial: usize) -> Result<Self, FrameError> {
        let trials = self.tables.trials.integers("trial")?.into_iter().flatten();
        self.of(&trials.filter(|one| *one < trial as i64).collect())
    }

    /// Those of some seeds, the first and the last.
    ///
    /// # Errors
    /// If a table does not say its trials, or `trials` no seeds.
    pub fn of_seeds(&self, [first, last]: [u32; 2]) -> Result<Self, FrameError> {
        let seeds = i64::from(first)..=i64::from(last);
        let trials = &self.tables.trials;
        let replicates = trials.integers("replicate")?.into_iter();
        let trials = trials.integers("trial")?.into_iter().zip(replicates);
        let fits = |(trial, replicate): (Option<i64>, Option<i64>)| {
            trial.filter(|_| replicate.is_some_and(|one| seeds.contains(&one)))
        };
        self.of(&trials.filter_map(fits).collect())
    }

    /// Those of some trials.
    fn of(&self, trials: &BTreeSet<i64>) -> Result<Self, FrameError> {
        Ok(Self {
            tables: self.tables.of(trials)?,
            ..self.clone()
        })
    }

    /// The resamples of so many replicates: the same for every table of these results, so that
    /// they agree.
    pub fn bootstrap(&self, replicates: u32) -> Bootstrap {
        Bootstrap::new(replicates, self.provenance.seed)
    }
}
