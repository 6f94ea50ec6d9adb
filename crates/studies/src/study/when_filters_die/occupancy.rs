//! The table `occupancy`: the state of all filters at each census, cell by cell.

use super::Cell;
use super::design::Design;
use crate::statistics::{Bootstrap, mean};
use crate::study::arm::printed;
use crate::study::networks::{Network, Networks, Outcome};
use crate::table::Table;

/// The columns of shares, in the order of the table.
const STATES: [(&str, &str); 6] = [
    ("dead", "Dead, in networks that work at this census."),
    (
        "silent",
        "Silent and not dead, in networks that work at this census.",
    ),
    ("cut_off", "Cut off, in networks that work at this census."),
    (
        "live",
        "None of these, in networks that work at this census.",
    ),
    (
        "collapsed",
        "In networks that are collapsed at this census.",
    ),
    ("diverged", "In networks that have diverged."),
];

/// One row a cell and census.
pub(super) fn table(networks: &Networks<Cell>, bootstrap: &Bootstrap) -> Table {
    let (mut rates, mut steps, mut n) = (Vec::new(), Vec::new(), Vec::new());
    let (mut initializations, mut activations) = (Vec::new(), Vec::new());
    let mut states: [Vec<f64>; STATES.len()] = Default::default();
    let (mut low, mut high) = (Vec::new(), Vec::new());
    for cell in Design::of(networks).cells() {
        let own = networks.cell(|key| *key == cell);
        for step in census_steps(&own) {
            let shares: Vec<[f64; STATES.len()]> =
                own.iter().map(|network| state(network, step)).collect();
            for (index, column) in states.iter_mut().enumerate() {
                let values: Vec<f64> = shares.iter().map(|shares| shares[index]).collect();
                column.push(mean(&values));
            }
            let silent: Vec<f64> = shares.iter().map(|shares| shares[0] + shares[1]).collect();
            let interval = bootstrap.mean_of_shares(&silent).interval95;
            low.push(interval.low);
            high.push(interval.high);
            rates.push(cell.rate);
            initializations.push(printed(&cell.initialization));
            activations.push(cell.activation.clone());
            steps.push(i64::from(step));
            n.push(own.len() as i64);
        }
    }
    let mut table = Table::new(
        "occupancy",
        "One row a cell and census: shares of the filters of all layers and networks in each \
         state; they add up to 1.",
    )
    .real("learning_rate", "Before annealing.", rates)
    .text(
        "initialization",
        "How the first weights and biases are drawn.",
        initializations,
    )
    .text("activation", "After each convolution.", activations)
    .integer("step", "Updates done.", steps);
    for ((name, words), values) in STATES.into_iter().zip(states) {
        table = table.real(name, words, values);
    }
    table
        .real(
            "silent_low95",
            "Lower end of the 95% interval of `dead` + `silent`.",
            low,
        )
        .real("silent_high95", "Its upper end.", high)
        .integer("n", "Networks.", n)
}

/// The grid of censuses: the longest that a network of the cell has.
pub(super) fn census_steps(cell: &[&Network<Cell>]) -> Vec<u32> {
    let longest = cell.iter().max_by_key(|network| network.censuses.len());
    let censuses = longest.iter().flat_map(|network| &network.censuses);
    censuses.map(|census| census.step).collect()
}

/// Shares of a network's filters in each state at a census.
fn state(network: &Network<Cell>, step: u32) -> [f64; STATES.len()] {
    let census = network.censuses.iter().find(|census| census.step == step);
    let diverged =
        network.outcome == Outcome::Diverged && network.lost_step.is_none_or(|lost| lost <= step);
    match census {
        Some(census) if !diverged => match census.outcome {
            Outcome::Working => {
                let filters = census.total(None, |count| count.filters);
                let dead = census.total(None, |count| count.dead) / filters;
                let silent = census.total(None, |count| count.silent) / filters - dead;
                let cut_off = census.total(None, |count| count.cut_off) / filters;
                [
                    dead,
                    silent,
                    cut_off,
                    1.0 - dead - silent - cut_off,
                    0.0,
                    0.0,
                ]
            }
            Outcome::Collapsed => [0.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            Outcome::Diverged => [0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
        },
        _ => [0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    }
}
