//! What the trials of one study gave, as frames.

use crate::frames::Tables;
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
}

impl Results {
    /// The resamples of so many replicates: the same for every table of these results, so that
    /// they agree.
    pub fn bootstrap(&self, replicates: u32) -> Bootstrap {
        Bootstrap::new(replicates, self.provenance.seed)
    }
}
