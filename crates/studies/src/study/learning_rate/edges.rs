//! The table `edges`: the rates that other studies take from this one.

use super::networks::Networks;
use super::rates::{edge, nearest};
use crate::statistics::exact_share;
use crate::table::{Table, Values};

/// One row a condition.
pub(super) fn table(networks: &Networks) -> Table {
    let (mut momentum, mut pixels) = (Vec::new(), Vec::new());
    let mut rates_of: [Vec<f64>; 4] = Default::default();
    let (mut working, mut n) = (Vec::new(), Vec::new());
    let (mut low, mut high) = (Vec::new(), Vec::new());
    for condition in &networks.conditions {
        let rates = networks.rates(condition);
        let found = edge(networks, condition, &rates);
        let at = |index: Option<usize>| index.map_or(f64::NAN, |index| rates[index]);
        let share_of_edge = |share: f64| found.map(|index| nearest(&rates, share * rates[index]));
        let above = found
            .map(|index| index + 1)
            .filter(|index| *index < rates.len());
        let columns = [
            at(share_of_edge(0.1)),
            at(share_of_edge(0.5)),
            at(found),
            at(above),
        ];
        for (column, rate) in rates_of.iter_mut().zip(columns) {
            column.push(rate);
        }
        let cell = found.map_or_else(Vec::new, |index| networks.cell(condition, rates[index]));
        let works = cell.iter().filter(|network| network.works()).count();
        let share = exact_share(works as u64, cell.len() as u64);
        momentum.push(condition.momentum);
        pixels.push(condition.pixels.clone());
        working.push(found.map(|_| works as i64));
        n.push(found.map(|_| cell.len() as i64));
        low.push(share.interval95.low);
        high.push(share.interval95.high);
    }
    let [lowest, half, edge, above] = rates_of;
    Table::new(
        "edges",
        "One row a condition: the learning rates that other studies take from this one. Empty \
         where no rate keeps three quarters of the networks working.",
    )
    .real("momentum", "Momentum of SGD; 0 is plain SGD.", momentum)
    .text(
        "pixels",
        "Scaling of the pixels: raw or standardized.",
        pixels,
    )
    .real(
        "low",
        "The rate of the grid nearest to a tenth of the edge.",
        lowest,
    )
    .real(
        "half_edge",
        "The rate of the grid nearest to half the edge.",
        half,
    )
    .real(
        "edge",
        "The highest rate of the grid at which at least three quarters of the networks work at \
         the end.",
        edge,
    )
    .real(
        "above",
        "The next rate of the grid; empty if the edge is its highest, and so may lie beyond it.",
        above,
    )
    .column(
        "working",
        "Networks that work at the edge.",
        Values::Integer(working),
    )
    .column("n", "Networks at the edge.", Values::Integer(n))
    .real(
        "low95",
        "Lower end of the exact 95% interval of the share that works there.",
        low,
    )
    .real("high95", "Its upper end.", high)
}
