//! `stopped-weights`: whether all weights change at each step, why some do not, and whether it is
//! always the same ones.

mod causes;
mod estimates;
mod findings;
mod intervals;
#[cfg(test)]
pub(crate) mod made_up;
mod networks;
mod overlaps;
mod raster;

use self::networks::Networks;
use super::{Results, Study, StudyError};
use crate::figures::Figure;
use crate::figures::stopped_weights as figures;
use crate::predictions::Estimate;
use crate::table::Table;

/// 900 steps, many networks.
const SHORT: &str = "short";
/// The regime of the question: 20,000 steps.
const LONG: &str = "long";
/// The same initial networks, other orders of the batches.
const ORDERS: &str = "orders";
/// Steps between two snapshots; the last in `long` only.
const INTERVALS: [u32; 4] = [1, 10, 100, 1000];
/// The optimizer that the predictions speak of.
const PREDICTED: &str = "Momentum";

/// The study.
#[derive(Clone, Copy, Debug)]
pub struct StoppedWeights;

impl Study for StoppedWeights {
    fn name(&self) -> &'static str {
        "stopped-weights"
    }

    fn spec(&self) -> &'static str {
        include_str!("../../../../studies/stopped-weights/study.toml")
    }

    fn tables(&self, results: &Results) -> Result<Vec<Table>, StudyError> {
        let networks = Networks::read(results)?;
        Ok(vec![intervals::outcomes(&networks)])
    }

    fn estimates(&self, results: &Results) -> Result<Vec<Estimate>, StudyError> {
        let networks = Networks::read(results)?;
        Ok(estimates::estimates(
            &networks,
            &results.bootstrap(networks.replicates()),
            &results.bootstrap(networks.initial_networks()),
        ))
    }

    fn figures(&self, results: &Results) -> Result<Vec<Figure>, StudyError> {
        let networks = Networks::read(results)?;
        let provenance = &results.provenance;
        let bootstrap = results.bootstrap(networks.replicates());
        let orders = results.bootstrap(networks.initial_networks());
        let causes = causes::table(&networks, &bootstrap);
        let intervals = intervals::table(&networks, &bootstrap);
        let raster = raster::table(&networks);
        let overlap = overlaps::table(&networks, &bootstrap, &orders);
        Ok(vec![
            figures::causes::draw(causes, provenance)?,
            figures::intervals::draw(intervals, provenance)?,
            figures::raster::draw(raster, provenance)?,
            figures::overlap::draw(overlap, provenance)?,
        ])
    }

    fn findings(&self, tables: &[Table]) -> Result<Vec<String>, StudyError> {
        findings::findings(tables)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::checks;

    #[test]
    fn estimates_have_the_names_that_the_predictions_use() {
        let estimates = StoppedWeights.estimates(&made_up::results()).unwrap();
        for name in checks::predicted(&StoppedWeights) {
            let found = estimates.iter().find(|estimate| estimate.name == name);
            assert!(found.unwrap().value.is_finite(), "{name}");
        }
    }

    #[test]
    fn published_tables_and_figures_are_complete_and_the_same_twice() {
        let results = made_up::results();
        let files = checks::published_twice(&StoppedWeights, &results);
        assert!(files >= 4 * 5 + 4);
    }
}
