//! The table `occupancy`: the state of all filters at each census.

use super::networks::{Network, Networks, Outcome};
use super::rates::shown;
use crate::statistics::{Bootstrap, mean};
use crate::table::Table;

/// The columns of shares, in the order of the table.
const STATES: [&str; 5] = ["dead", "cut_off", "live", "collapsed", "diverged"];

/// One row a condition, shown rate and census.
pub(super) fn table(networks: &Networks, bootstrap: &Bootstrap) -> Table {
    let (mut momentum, mut pixels) = (Vec::new(), Vec::new());
    let (mut rates, mut names, mut steps) = (Vec::new(), Vec::new(), Vec::new());
    let mut states: [Vec<f64>; 5] = Default::default();
    let (mut low, mut high, mut n) = (Vec::new(), Vec::new(), Vec::new());
    for condition in &networks.conditions {
        for (rate, name) in shown(networks, condition) {
            let cell = networks.cell(condition, rate);
            for step in census_steps(&cell) {
                let shares: Vec<[f64; 5]> = cell
                    .iter()
                    .map(|network| occupancy(network, step))
                    .collect();
                for (index, column) in states.iter_mut().enumerate() {
                    let own: Vec<f64> = shares.iter().map(|shares| shares[index]).collect();
                    column.push(mean(&own));
                }
                let dead: Vec<f64> = shares.iter().map(|shares| shares[0]).collect();
                let interval = bootstrap.mean_of_shares(&dead).interval95;
                low.push(interval.low);
                high.push(interval.high);
                momentum.push(condition.momentum);
                pixels.push(condition.pixels.clone());
                rates.push(rate);
                names.push(name.to_owned());
                steps.push(i64::from(step));
                n.push(cell.len() as i64);
            }
        }
    }
    let mut table = Table::new(
        "occupancy",
        "One row a condition, learning rate and census: shares of the filters of all layers and \
         networks in each state; they add up to 1.",
    )
    .real("momentum", "Momentum of SGD; 0 is plain SGD.", momentum)
    .text(
        "pixels",
        "Scaling of the pixels: raw or standardized.",
        pixels,
    )
    .real("learning_rate", "Before annealing.", rates)
    .text("rate_name", "What the rate is to its condition.", names)
    .integer("step", "Updates done.", steps);
    let words = [
        "Dead, in networks that work at this census.",
        "Cut off, in networks that work at this census.",
        "Neither, in networks that work at this census.",
        "In networks that are collapsed at this census.",
        "In networks that have diverged.",
    ];
    for ((name, words), values) in STATES.iter().zip(words).zip(states) {
        table = table.real(name, words, values);
    }
    table
        .real(
            "dead_low95",
            "Lower end of the 95% interval of `dead`.",
            low,
        )
        .real("dead_high95", "Its upper end.", high)
        .integer("n", "Networks.", n)
}

/// The grid of censuses: the longest that a network of the cell has (a diverged one has fewer).
pub(super) fn census_steps(cell: &[&Network]) -> Vec<u32> {
    let longest = cell.iter().max_by_key(|network| network.censuses.len());
    let censuses = longest.iter().flat_map(|network| &network.censuses);
    censuses.map(|census| census.step).collect()
}

/// Shares of a network's filters in each state at a census.
fn occupancy(network: &Network, step: u32) -> [f64; 5] {
    let census = network.censuses.iter().find(|census| census.step == step);
    let diverged =
        network.outcome == Outcome::Diverged && network.lost_step.is_none_or(|lost| lost <= step);
    match census {
        Some(census) if !diverged => match census.outcome {
            Outcome::Working => {
                let filters = census.total(None, |count| count.filters);
                let dead = census.total(None, |count| count.dead) / filters;
                let cut_off = census.total(None, |count| count.cut_off) / filters;
                [dead, cut_off, 1.0 - dead - cut_off, 0.0, 0.0]
            }
            Outcome::Collapsed => [0.0, 0.0, 0.0, 1.0, 0.0],
            Outcome::Diverged => [0.0, 0.0, 0.0, 0.0, 1.0],
        },
        _ => [0.0, 0.0, 0.0, 0.0, 1.0],
    }
}
