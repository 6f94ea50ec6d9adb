//! Where the results of a plan come from.

use cnn::trial::{NUMERICS_VERSION, RECORD_VERSION};

use super::Plan;
use crate::provenance::{Licence, Provenance, Versions};

impl Plan {
    /// Where results of so many trials with this digest come from, with as many replicates in the
    /// cell that has most.
    pub fn provenance(&self, replicates: u32, trials: usize, results: String) -> Provenance {
        let amendments = self.additions.iter().map(|one| one.amended.clone());
        let amendments: Vec<_> = amendments.collect();
        Provenance {
            study: self.study.name().into(),
            spec: self.digest.clone(),
            lock: self.study.locked(amendments.len()),
            analysis: self.study.analysis_digest(),
            amendments,
            data: self.data(),
            seed: self.seed,
            replicates,
            trials,
            results,
            version: env!("CARGO_PKG_VERSION").into(),
            versions: Some(Versions {
                numerics: NUMERICS_VERSION,
                records: RECORD_VERSION,
            }),
            changes: self.changes.clone(),
            licence: self.study.place().is_none().then_some(Licence::CcBy),
        }
    }
}
