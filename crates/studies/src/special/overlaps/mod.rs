//! `overlaps`: whether it is always the same weights that stop, two sets of stopped weights (or of
//! dead filters) of healthy networks against chance within each layer: (in common - by chance) /
//! (at most - by chance), 1 where one set holds the other, 0 at chance, missing where a set is
//! empty.
//!
//! Columns: `kind` (successive: a network's set and the one compared before; orders: the same
//! initial weights and split, other orders of the batches, at the end; draws: other initial weights
//! and splits, at the end), `arm`, `optimizer`, `set` (all; awake: of filters that were dead at
//! neither comparison; dead filters), `interval` (steps over which the weights are stopped; missing
//! for filters), `step` (updates done), `replicate` (missing over all of them), `value`, `low95`,
//! `high95`, `low997`, `high997`, `n` (seeds that have one). Arms with several orders of the batches
//! are compared across these, others with themselves.

mod common;
mod network;
mod pairs;
mod rows;

use common::Common;
use network::{Network, read};
use pairs::{Pairs, Sets};
use rows::{Place, Rows};

use crate::frames::{Frame, FrameError};
use crate::results::Results;
use crate::statistics::{Bootstrap, FEWEST};

/// One row a comparison over networks, and one a network or initial network.
///
/// # Errors
/// If the results lack a column.
pub fn frame(results: &Results) -> Result<Frame, FrameError> {
    let networks = read(results)?;
    let all: Vec<&Network> = networks.iter().collect();
    let bootstrap = results.bootstrap(seeds(&all));
    let mut rows = Rows::default();
    let mut crossed = Rows::default();
    for cell in cells(&networks) {
        if cell.iter().any(|network| network.order > 0) {
            orders(&mut crossed, &cell, &results.bootstrap(seeds(&cell)));
        } else {
            successive(&mut rows, &cell, &bootstrap);
        }
    }
    rows.followed_by(crossed).frame()
}

/// Seeds of the networks.
fn seeds(networks: &[&Network]) -> u32 {
    let seeds = networks.iter().map(|network| network.replicate + 1);
    seeds.max().unwrap_or(0)
}

/// The networks of each arm and optimizer, in the order of the trials, each by seed.
fn cells(networks: &[Network]) -> Vec<Vec<&Network>> {
    let mut cells: Vec<Vec<&Network>> = Vec::new();
    for network in networks {
        let is_own = |cell: &&mut Vec<&Network>| {
            cell[0].arm == network.arm && cell[0].optimizer == network.optimizer
        };
        match cells.iter_mut().find(is_own) {
            Some(cell) => cell.push(network),
            None => cells.push(vec![network]),
        }
    }
    for cell in &mut cells {
        cell.sort_by_key(|network| network.replicate);
    }
    cells
}

/// The weights stopped at one comparison and at the one before.
fn successive<'a>(rows: &mut Rows<'a>, networks: &[&'a Network], bootstrap: &Bootstrap) {
    let healthy: Vec<&'a Network> = networks.iter().copied().filter(|own| own.healthy).collect();
    let Some(first) = healthy.first() else {
        return;
    };
    let few = seeds(networks) < FEWEST;
    for interval in first.probed.intervals() {
        for step in first.probed.steps().into_iter().skip(1) {
            for (set, prefix) in [("all", ""), ("awake", "awake ")] {
                let mut values = vec![f64::NAN; bootstrap.replicates() as usize];
                for network in &healthy {
                    let number = |what: &str| {
                        let what = format!("{interval} {prefix}kept{what}");
                        network.probed.number(step, &what)
                    };
                    let common = Common {
                        both: number(""),
                        by_chance: number(" by chance"),
                        at_most: number(" at most"),
                    };
                    values[network.replicate as usize] = common.corrected();
                }
                let place = Place {
                    kind: "successive",
                    arm: &first.arm,
                    optimizer: &first.optimizer,
                    set,
                    interval: Some(interval),
                    step,
                };
                rows.push(place, bootstrap.mean(&values), &values, few);
            }
        }
    }
}

/// Networks with the same initial weights, and networks with others.
fn orders<'a>(rows: &mut Rows<'a>, networks: &[&'a Network], bootstrap: &Bootstrap) {
    let first = networks[0];
    let steps = networks.iter().filter_map(|own| own.probed.steps().pop());
    let step = steps.max().unwrap_or(0);
    let stopped = first.probed.intervals().into_iter().map(Sets::Stopped);
    for sets in [Sets::Dead].into_iter().chain(stopped) {
        let (set, interval) = match sets {
            Sets::Dead => ("dead filters", None),
            Sets::Stopped(interval) => ("all", Some(interval)),
        };
        let pairs = Pairs::count(networks, sets);
        let each = pairs.each();
        let of = |kind| Place {
            kind,
            arm: &first.arm,
            optimizer: &first.optimizer,
            set,
            interval,
            step,
        };
        rows.push(of("orders"), pairs.same(bootstrap), &each, true);
        rows.push(of("draws"), pairs.different(bootstrap), &each, false);
    }
}
