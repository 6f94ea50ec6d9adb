//! The numbers that the predictions refer to, and others like them.

use super::cells::{Cell, Family};
use super::coasting::Filter;
use crate::predictions::Estimate;
use crate::statistics::{Bootstrap, Bounds, mean_defined};
use crate::study::networks::Networks;

/// Name, arm, control and what it is.
const DIFFERENCES: [(&str, &str, &str, &str); 5] = [
    (
        "momentum_minus_plain",
        "Momentum",
        "SGD",
        "momentum 0.9 minus plain SGD, at equal effective rate",
    ),
    (
        "nesterov_minus_momentum",
        "Nesterov",
        "Momentum",
        "Nesterov minus momentum, at equal learning rate",
    ),
    (
        "epsilon_0.001_minus_1e-8",
        "Adam, epsilon 0.001",
        "Adam",
        "Adam with epsilon 0.001 minus 1e-8, at equal learning rate",
    ),
    (
        "beta2_0.9_minus_0.999",
        "Adam, beta2 0.9",
        "Adam",
        "Adam with beta2 0.9 minus 0.999, at equal learning rate",
    ),
    (
        "adamw_minus_adam",
        "AdamW",
        "Adam",
        "AdamW (weight decay 0.01) minus Adam, at equal learning rate",
    ),
];

/// All estimates.
pub(super) fn estimates(
    networks: &Networks<Cell>,
    bootstrap: &Bootstrap,
    filters: &[Filter],
) -> Vec<Estimate> {
    let mut estimates: Vec<Estimate> = DIFFERENCES
        .iter()
        .map(|&(name, arm, control, words)| {
            let description = format!(
                "Share of filters dead at the end, {words}: mean over seeds of the mean over the \
                 rates at which both networks of a seed work."
            );
            difference(
                networks,
                bootstrap,
                (arm, control),
                None,
                (name, &description),
            )
        })
        .collect();
    for rate in rates(networks, Family::Sgd) {
        let name = format!("momentum_minus_plain_at_{rate}");
        let description =
            format!("The same as momentum_minus_plain at effective rate {rate} alone.");
        let pair = ("Momentum", "SGD");
        let words = (name.as_str(), description.as_str());
        estimates.push(difference(networks, bootstrap, pair, Some(rate), words));
    }
    estimates.push(coasting(filters, networks.replicates() as usize));
    estimates
}

/// Rates by which the networks of a family are compared, in their order.
fn rates(networks: &Networks<Cell>, family: Family) -> Vec<f64> {
    let mut rates: Vec<f64> = Vec::new();
    for cell in networks
        .cells()
        .iter()
        .filter(|cell| cell.family() == family)
    {
        if !rates.contains(&cell.compared_rate()) {
            rates.push(cell.compared_rate());
        }
    }
    rates
}

fn difference(
    networks: &Networks<Cell>,
    bootstrap: &Bootstrap,
    (arm, control): (&str, &str),
    at: Option<f64>,
    (name, description): (&str, &str),
) -> Estimate {
    let cells = networks.cells();
    let find = |optimizer: &str, rate: f64| {
        let mut cells = cells.iter();
        cells.find(|cell| cell.optimizer == optimizer && cell.compared_rate() == rate)
    };
    // One list of differences, one a replicate, for each rate that both have.
    let mut by_rate: Vec<Vec<f64>> = Vec::new();
    for own in cells.iter().filter(|cell| cell.optimizer == arm) {
        let rate = own.compared_rate();
        if let (Some(other), true) = (find(control, rate), at.is_none_or(|at| at == rate)) {
            let dead = |cell| networks.values(cell, |network| network.working_dead_share(None));
            let pairs = dead(own).into_iter().zip(dead(other));
            by_rate.push(pairs.map(|(own, other)| own - other).collect());
        }
    }
    let values: Vec<f64> = (0..networks.replicates() as usize)
        .map(|replicate| mean_defined(by_rate.iter().map(|values| values[replicate])))
        .collect();
    let n = values.iter().filter(|value| !value.is_nan()).count();
    Estimate::new(name, description, bootstrap.mean(&values), n)
}

fn coasting(filters: &[Filter], replicates: usize) -> Estimate {
    let judged = || filters.iter().filter(|filter| filter.judged());
    let off = judged().filter(|filter| filter.off()).count();
    let (off, all) = (off as u64, judged().count() as u64);
    Estimate::new(
        "coasting_distances_off",
        "Filters dead at the end whose way since their last step with a gradient differs from its \
         finite sum by more than 0.1%, of those with a parameter that was changed by more than \
         0.0001 in that step.",
        Bounds {
            value: off as f64 / all as f64,
            ..Bounds::UNDEFINED
        },
        replicates,
    )
    .counting(off, all)
}
