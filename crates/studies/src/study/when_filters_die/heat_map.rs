//! The table `heat-map`: one row a cell of the crossed design.

use super::Cell;
use super::design::Design;
use crate::statistics::{Bootstrap, Fate, median};
use crate::study::arm::printed;
use crate::study::cells::{share, working};
use crate::study::networks::{Networks, Outcome};
use crate::table::Table;

/// One row a cell.
pub(super) fn table(networks: &Networks<Cell>, bootstrap: &Bootstrap) -> Table {
    let cells = Design::of(networks).cells();
    let bounds = |of: fn(&crate::study::networks::Lives) -> f64| {
        let mean = |cell: &Cell| {
            let values =
                networks.values(cell, |network| working(network, share(network, None, of)));
            bootstrap.mean_of_shares(&values)
        };
        cells.iter().map(mean).collect::<Vec<_>>()
    };
    let (silent, dead) = (
        bounds(|lives| lives.silent_at_end),
        bounds(|lives| lives.dead_at_end),
    );
    let count = |outcome: Option<Outcome>| -> Vec<i64> {
        let of = |cell: &Cell| {
            let own = networks.cell(|key| key == cell);
            let fits = own
                .iter()
                .filter(|network| outcome.is_none_or(|outcome| network.outcome == outcome));
            fits.count() as i64
        };
        cells.iter().map(of).collect()
    };
    let deaths = |cell: &Cell| -> Vec<f64> {
        let own = networks.cell(|key| key == cell);
        let fates = own
            .iter()
            .flat_map(|network| network.fates.iter().flatten());
        fates
            .filter_map(|fate| match fate {
                Fate::Died { by, .. } => Some(f64::from(*by)),
                _ => None,
            })
            .collect()
    };
    let deaths: Vec<Vec<f64>> = cells.iter().map(deaths).collect();
    Table::new("heat-map", "One row a cell of the crossed design.")
        .real(
            "learning_rate",
            "Before annealing.",
            cells.iter().map(|cell| cell.rate).collect(),
        )
        .text(
            "initialization",
            "How the first weights and biases are drawn.",
            cells
                .iter()
                .map(|cell| printed(&cell.initialization))
                .collect(),
        )
        .text(
            "activation",
            "After each convolution.",
            cells.iter().map(|cell| cell.activation.clone()).collect(),
        )
        .real(
            "silent",
            "Mean share of filters silent at the end, over networks that work.",
            silent.iter().map(|bounds| bounds.value).collect(),
        )
        .real(
            "silent_low95",
            "Lower end of its 95% interval over seeds.",
            silent.iter().map(|bounds| bounds.interval95.low).collect(),
        )
        .real(
            "silent_high95",
            "Its upper end.",
            silent.iter().map(|bounds| bounds.interval95.high).collect(),
        )
        .real(
            "dead",
            "Mean share of filters dead at the end, over networks that work.",
            dead.iter().map(|bounds| bounds.value).collect(),
        )
        .integer(
            "final_deaths",
            "Filters that died for good, in networks that work.",
            deaths.iter().map(|deaths| deaths.len() as i64).collect(),
        )
        .real(
            "median_final_death",
            "Median over these of the census by which they had died; empty without any.",
            deaths.iter().map(|deaths| median(deaths)).collect(),
        )
        .integer(
            "collapsed",
            "Networks that collapsed for good.",
            count(Some(Outcome::Collapsed)),
        )
        .integer(
            "diverged",
            "Networks that diverged.",
            count(Some(Outcome::Diverged)),
        )
        .integer("n", "Networks.", count(None))
}
