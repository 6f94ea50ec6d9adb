//! `optimizer`: how many filters each optimizer kills, at comparable rates and at equal progress,
//! and how far dead filters coast.

mod cells;
mod coasting;
mod estimates;
mod findings;
mod progress;

use self::cells::{Cell, Family};
use super::networks::Networks;
use super::{Results, Study, StudyError, fates};
use crate::figures::fates::FatesWords;
use crate::figures::forest::ForestWords;
use crate::figures::optimizer as figures;
use crate::figures::{Figure, fates as fates_figure, forest};
use crate::predictions::Estimate;
use crate::table::Table;

/// The study.
#[derive(Clone, Copy, Debug)]
pub struct Optimizer;

impl Study for Optimizer {
    fn name(&self) -> &'static str {
        "optimizer"
    }

    fn spec(&self) -> &'static str {
        include_str!("../../../../studies/optimizer/study.toml")
    }

    fn tables(&self, results: &Results) -> Result<Vec<Table>, StudyError> {
        let networks = cells::read(results)?;
        let bootstrap = results.bootstrap(networks.replicates());
        Ok(vec![cells::table(&networks, &bootstrap)])
    }

    fn estimates(&self, results: &Results) -> Result<Vec<Estimate>, StudyError> {
        let networks = cells::read(results)?;
        let bootstrap = results.bootstrap(networks.replicates());
        let filters = coasting::read(results)?;
        Ok(estimates::estimates(&networks, &bootstrap, &filters))
    }

    fn figures(&self, results: &Results) -> Result<Vec<Figure>, StudyError> {
        let networks = cells::read(results)?;
        let bootstrap = results.bootstrap(networks.replicates());
        let provenance = &results.provenance;
        let of = |family: Family| Networks {
            all: networks
                .all
                .iter()
                .filter(|network| network.key.family() == family)
                .cloned()
                .collect(),
            layers: networks.layers,
        };
        let label = |cell: &Cell| (cell.heading(), cell.optimizer.clone());
        let sgd = fates::table(EFFECTIVE.name, &of(Family::Sgd), &bootstrap, label);
        let adam = fates::table(ADAM.name, &of(Family::Adam), &bootstrap, label);
        let progress = progress::table(&networks, &bootstrap, &progress::losses(results)?);
        let coasting = coasting::table(&coasting::read(results)?);
        Ok(vec![
            fates_figure::draw(sgd, EFFECTIVE, provenance)?,
            fates_figure::draw(adam, ADAM, provenance)?,
            forest::draw(progress, 100.0, &[], PROGRESS, provenance)?,
            figures::coasting::draw(coasting, provenance)?,
        ])
    }

    fn findings(&self, tables: &[Table]) -> Result<Vec<String>, StudyError> {
        findings::findings(tables)
    }
}

const EFFECTIVE: FatesWords<'_> = FatesWords {
    name: "effective-rate",
    title: "Fates of filters under SGD, momentum and Nesterov at equal effective rate",
    caption: "What becomes of filters under plain SGD, momentum 0.9 and Nesterov's form of it at \
              equal effective rate, learning rate / (1 \u{2212} momentum).",
};

const ADAM: FatesWords<'_> = FatesWords {
    name: "adam",
    title: "Fates of filters under Adam and AdamW",
    caption: "What becomes of filters under Adam (epsilon 1e\u{2212}8 and beta2 0.999 unless the \
              label says otherwise) and AdamW (weight decay 0.01) at three learning rates.",
};

const PROGRESS: ForestWords<'_> = ForestWords {
    name: "progress",
    title: "Dead filters at the first census with a training loss of at most 0.5 and 0.1",
    caption: "Share of filters dead at equal progress: at the first census at which the loss over \
              the training set is at most 0.5 (left) and 0.1 (right), over the networks that reach \
              it; rows without a marker are of cells in which none does. Numbers after the names \
              are learning rates. Censuses stand at steps 0, 1, 2, 5, 10, 20, 45, 90, 180, 360, \
              540, 765 and 900.",
    axis: "Dead filters (%)",
    window: None,
    threshold: "",
    missing: "no network gets there",
};

#[cfg(test)]
mod tests;
