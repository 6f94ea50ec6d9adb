//! What the trials of one study gave, as frames.

use crate::frames::{Frame, Tables};
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
    /// These tables, with where they come from.
    pub fn new(tables: Tables, provenance: Provenance) -> Self {
        Self {
            provenance,
            trials: tables.trials,
            censuses: tables.censuses,
            filters: tables.filters,
            probes: tables.probes,
        }
    }

    /// The recorded tables; columns are shared, not copied.
    pub fn tables(&self) -> Tables {
        Tables {
            trials: self.trials.clone(),
            censuses: self.censuses.clone(),
            filters: self.filters.clone(),
            probes: self.probes.clone(),
        }
    }

    /// The resamples of so many replicates: the same for every table of these results, so that
    /// they agree.
    pub fn bootstrap(&self, replicates: u32) -> Bootstrap {
        Bootstrap::new(replicates, self.provenance.seed)
    }
}
