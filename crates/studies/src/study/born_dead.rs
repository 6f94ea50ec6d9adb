//! `born-dead`: how many networks and filters are dead before the first step, against the
//! published bounds.

mod bounds;
mod counts;
mod estimates;
mod findings;
mod known;

use self::counts::Counts;
use super::{Results, Study, StudyError};
use crate::figures::Figure;
use crate::figures::born_dead as figures;
use crate::predictions::Estimate;
use crate::table::Table;

/// The study.
#[derive(Clone, Copy, Debug)]
pub struct BornDead;

impl Study for BornDead {
    fn name(&self) -> &'static str {
        "born-dead"
    }

    fn spec(&self) -> &'static str {
        include_str!("../../../../studies/born-dead/study.toml")
    }

    fn tables(&self, results: &Results) -> Result<Vec<Table>, StudyError> {
        let counts = Counts::read(results)?;
        Ok(vec![counts.filters_table(), known::table(&counts)])
    }

    fn estimates(&self, results: &Results) -> Result<Vec<Estimate>, StudyError> {
        Ok(estimates::estimates(&Counts::read(results)?))
    }

    fn figures(&self, results: &Results) -> Result<Vec<Figure>, StudyError> {
        let counts = Counts::read(results)?;
        let provenance = &results.provenance;
        Ok(vec![figures::depth::draw(
            counts.networks_table(),
            provenance,
        )?])
    }

    fn findings(&self, tables: &[Table]) -> Result<Vec<String>, StudyError> {
        findings::findings(tables)
    }
}

#[cfg(test)]
mod tests;
