//! `when-filters-die`: learning rate, initialization and activation crossed.

mod deaths;
mod design;
mod effects;
mod estimates;
mod findings;
mod heat_map;
mod occupancy;

use super::networks::Networks;
use super::{Results, Study, StudyError, cells, listing};
use crate::figures::forest::{self, ForestWords};
use crate::figures::{Figure, when_filters_die as figures};
use crate::predictions::Estimate;
use crate::table::Table;

/// The study.
#[derive(Clone, Copy, Debug)]
pub struct WhenFiltersDie;

/// The cell of a network.
#[derive(Clone, Debug, PartialEq)]
struct Cell {
    rate: f64,
    initialization: String,
    activation: String,
}

const LABELS: [cells::Label<Cell>; 3] = [
    ("learning_rate", "Before annealing.", |cell| {
        cell.rate.to_string()
    }),
    (
        "initialization",
        "How the first weights and biases are drawn.",
        |cell| cell.initialization.clone(),
    ),
    ("activation", "After each convolution.", |cell| {
        cell.activation.clone()
    }),
];

impl Study for WhenFiltersDie {
    fn name(&self) -> &'static str {
        "when-filters-die"
    }

    fn spec(&self) -> &'static str {
        include_str!("../../../../studies/when-filters-die/study.toml")
    }

    fn tables(&self, results: &Results) -> Result<Vec<Table>, StudyError> {
        let networks = read(results)?;
        Ok(vec![
            cells::table(
                &networks,
                &results.bootstrap(networks.replicates()),
                &LABELS,
            ),
            listing::table(&networks, &LABELS),
        ])
    }

    fn estimates(&self, results: &Results) -> Result<Vec<Estimate>, StudyError> {
        let networks = read(results)?;
        let bootstrap = results.bootstrap(networks.replicates());
        Ok(estimates::estimates(&networks, &bootstrap))
    }

    fn figures(&self, results: &Results) -> Result<Vec<Figure>, StudyError> {
        let networks = read(results)?;
        let bootstrap = results.bootstrap(networks.replicates());
        let provenance = &results.provenance;
        let levels = effects::levels(&networks, &bootstrap);
        let sizes = effects::sizes(&networks, &bootstrap);
        let annealing = networks.annealing_step();
        Ok(vec![
            figures::heat_map::draw(heat_map::table(&networks, &bootstrap), provenance)?,
            forest::draw(levels, 100.0, &[], LEVELS, provenance)?,
            forest::draw(sizes, 100.0, &[], SIZES, provenance)?,
            figures::occupancy::draw(
                occupancy::table(&networks, &bootstrap),
                annealing,
                provenance,
            )?,
            figures::final_deaths::draw(deaths::table(&networks, &bootstrap), provenance)?,
        ])
    }

    fn findings(&self, tables: &[Table]) -> Result<Vec<String>, StudyError> {
        findings::findings(tables)
    }
}

const LEVELS: ForestWords<'_> = ForestWords {
    name: "levels",
    title: "Main effects of learning rate, initialization and activation, level by level",
    caption: "Main effects in the crossed design of 3 learning rates, 3 initializations and 3 \
              activations (27 cells): mean over the 9 cells of a level minus the mean over all. \
              Silent or lost: share of filters silent on the whole training set at the end, those \
              of collapsed and diverged networks counted as lost. Dead: share of filters dead at \
              the end of networks that work; missing where a cell has no such network. Accuracy: \
              held-out, after annealing, of all networks.",
    axis: "Difference from the mean over all cells (points)",
    window: None,
    threshold: "",
    missing: "",
};

const SIZES: ForestWords<'_> = ForestWords {
    name: "sizes",
    title: "Sizes of main effects and interactions of learning rate, initialization and activation",
    caption: "Sizes of main effects and interactions (\u{d7}) in the crossed design: root mean \
              square of an effect over the cells, so that the squares add up to the variance of \
              the 27 cell means. A size is never below 0, and noise alone makes it positive. \
              Quantities as in the figure of levels.",
    axis: "Size of the effect (points)",
    window: None,
    threshold: "",
    missing: "",
};

fn read(results: &Results) -> Result<Networks<Cell>, StudyError> {
    Networks::read(results, |trials| {
        let rate = trials.reals("learning_rate")?;
        let (initialization, activation) =
            (trials.texts("initialization")?, trials.texts("activation")?);
        let cell = |((rate, initialization), activation)| Cell {
            rate,
            initialization,
            activation,
        };
        let settings = rate.into_iter().zip(initialization).zip(activation);
        Ok(settings.map(cell).collect())
    })
}

#[cfg(test)]
mod tests;
