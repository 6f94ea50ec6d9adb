//! The table `losses`: how many networks collapse or diverge, and what came before it.

use super::networks::{Network, Networks, Outcome};
use crate::statistics::{exact_share, median};
use crate::table::Table;

/// The share of dead filters that the sentence under test claims.
const CLAIM: f64 = 0.4;

/// One row a condition and rate.
pub(super) fn table(networks: &Networks) -> Table {
    let (mut momentum, mut pixels, mut rates) = (Vec::new(), Vec::new(), Vec::new());
    let mut counts: [Vec<i64>; 9] = Default::default();
    let mut limits: [Vec<f64>; 4] = Default::default();
    let mut step = Vec::new();
    for condition in &networks.conditions {
        for rate in networks.rates(condition) {
            let cell = networks.cell(condition, rate);
            let n = cell.len();
            let count =
                |of: &dyn Fn(&Network) -> bool| cell.iter().filter(|network| of(network)).count();
            let lost = |network: &Network| !network.works();
            let collapsed = count(&|network| network.outcome == Outcome::Collapsed);
            let diverged = count(&|network| network.outcome == Outcome::Diverged);
            let order = |wanted: Order| count(&|network| order(network) == Some(wanted));
            let own = [
                n,
                collapsed,
                diverged,
                order(Order::LayerFirst),
                order(Order::Together),
                order(Order::LayerLater),
                order(Order::NoLayer),
                count(&|network| lost(network) && worked_with_claim(network)),
                count(&|network| network.works() && worked_with_claim(network)),
            ];
            for (column, value) in counts.iter_mut().zip(own) {
                column.push(value as i64);
            }
            let shares = [collapsed, diverged].map(|events| exact_share(events as u64, n as u64));
            let ends = shares.map(|share| [share.interval95.low, share.interval95.high]);
            for (column, value) in limits.iter_mut().zip(ends.into_iter().flatten()) {
                column.push(value);
            }
            let steps: Vec<f64> = cell
                .iter()
                .filter_map(|network| network.lost_step)
                .map(f64::from)
                .collect();
            step.push(median(&steps));
            momentum.push(condition.momentum);
            pixels.push(condition.pixels.clone());
            rates.push(rate);
        }
    }
    let mut table = Table::new(
        "losses",
        "One row a condition and learning rate: how many networks collapse for good or diverge, \
         and what came before it.",
    )
    .real("momentum", "Momentum of SGD; 0 is plain SGD.", momentum)
    .text(
        "pixels",
        "Scaling of the pixels: raw or standardized.",
        pixels,
    )
    .real("learning_rate", "Before annealing.", rates);
    for ((name, words), values) in COUNTS.iter().zip(counts) {
        table = table.integer(name, words, values);
    }
    for ((name, words), values) in LIMITS.iter().zip(limits) {
        table = table.real(name, words, values);
    }
    table.real(
        "median_step",
        "Median over the lost networks of the step at which they collapsed for good or diverged.",
        step,
    )
}

const COUNTS: [(&str, &str); 9] = [
    ("n", "Networks."),
    ("collapsed", "Of them collapsed at the end."),
    ("diverged", "Of them diverged."),
    (
        "layer_dead_first",
        "Lost, and some layer was wholly dead at an earlier step.",
    ),
    (
        "layer_dead_together",
        "Lost, and some layer was wholly dead first at the same step.",
    ),
    (
        "layer_dead_later",
        "Lost, and a layer was wholly dead only later.",
    ),
    ("no_layer_dead", "Lost, and no layer was ever wholly dead."),
    (
        "lost_after_40_percent",
        "Lost, and at a census before that they worked with at least 40% of the filters dead.",
    ),
    (
        "working_with_40_percent",
        "Working at the end, and at some census at least 40% of the filters were dead while they \
         worked.",
    ),
];

const LIMITS: [(&str, &str); 4] = [
    (
        "collapsed_low95",
        "Lower end of the exact 95% interval of the share collapsed.",
    ),
    ("collapsed_high95", "Its upper end."),
    (
        "diverged_low95",
        "Lower end of the exact 95% interval of the share diverged.",
    ),
    ("diverged_high95", "Its upper end."),
];

/// What came first in a network that was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    LayerFirst,
    Together,
    LayerLater,
    NoLayer,
}

/// Nothing if the network works at the end.
fn order(network: &Network) -> Option<Order> {
    if network.works() {
        return None;
    }
    let Some(dead) = network.layer_dead_step else {
        return Some(Order::NoLayer);
    };
    // A lost network without a step of its loss was lost from the start.
    Some(match dead.cmp(&network.lost_step.unwrap_or(0)) {
        std::cmp::Ordering::Less => Order::LayerFirst,
        std::cmp::Ordering::Equal => Order::Together,
        std::cmp::Ordering::Greater => Order::LayerLater,
    })
}

/// Whether at some census it worked with at least the claimed share of its filters dead.
fn worked_with_claim(network: &Network) -> bool {
    network.censuses.iter().any(|census| {
        let filters = census.total(None, |count| count.filters);
        let dead = census.total(None, |count| count.dead);
        census.outcome == Outcome::Working && filters > 0.0 && dead >= CLAIM * filters
    })
}
