//! The table `final-deaths`: the cumulative share of final deaths by layer.

use super::networks::Networks;
use super::occupancy::census_steps;
use super::rates::shown;
use crate::statistics::{Bootstrap, Incidence, cumulative_incidence, mean};
use crate::table::Table;

/// One row a condition, shown rate, layer and census.
pub(super) fn table(networks: &Networks, bootstrap: &Bootstrap) -> Table {
    let (mut momentum, mut pixels) = (Vec::new(), Vec::new());
    let (mut rates, mut names, mut layers) = (Vec::new(), Vec::new(), Vec::new());
    let (mut steps, mut n) = (Vec::new(), Vec::new());
    let (mut died, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
    let (mut possibly, mut lost, mut born_dead) = (Vec::new(), Vec::new(), Vec::new());
    for condition in &networks.conditions {
        for (rate, name) in shown(networks, condition) {
            let cell = networks.cell(condition, rate);
            let grid = census_steps(&cell);
            for layer in 0..networks.layers {
                let curves: Vec<Vec<Incidence>> = cell
                    .iter()
                    .filter_map(|network| network.fates.get(layer))
                    .map(|fates| cumulative_incidence(fates, &grid))
                    .collect();
                for (index, &step) in grid.iter().enumerate() {
                    let each = |of: fn(&Incidence) -> f64| -> Vec<f64> {
                        curves.iter().map(|curve| of(&curve[index])).collect()
                    };
                    let share = bootstrap.mean_of_shares(&each(|point| point.died));
                    died.push(share.value);
                    low.push(share.interval95.low);
                    high.push(share.interval95.high);
                    possibly.push(mean(&each(|point| point.possibly_died)));
                    lost.push(mean(&each(|point| point.collapsed + point.diverged)));
                    born_dead.push(mean(&each(|point| point.born_dead)));
                    momentum.push(condition.momentum);
                    pixels.push(condition.pixels.clone());
                    rates.push(rate);
                    names.push(name.to_owned());
                    layers.push((layer + 1).to_string());
                    steps.push(i64::from(step));
                    n.push(cell.len() as i64);
                }
            }
        }
    }
    Table::new(
        "final-deaths",
        "One row a condition, learning rate, layer and census: cumulative shares of the layer's \
         filters, averaged over networks.",
    )
    .real("momentum", "Momentum of SGD; 0 is plain SGD.", momentum)
    .text(
        "pixels",
        "Scaling of the pixels: raw or standardized.",
        pixels,
    )
    .real("learning_rate", "Before annealing.", rates)
    .text("rate_name", "What the rate is to its condition.", names)
    .text("layer", "Convolution, from 1.", layers)
    .integer("step", "Updates done.", steps)
    .real(
        "died",
        "Final death certainly at or before the step, in networks that work at the end.",
        died,
    )
    .real("low95", "Lower end of the 95% interval of `died`.", low)
    .real("high95", "Its upper end.", high)
    .real(
        "possibly_died",
        "Final death possibly at or before the step (a death is known to lie in an interval).",
        possibly,
    )
    .real(
        "lost",
        "In networks that had collapsed for good or diverged by the step.",
        lost,
    )
    .real(
        "born_dead",
        "Dead from step 0 to the end, in networks that work.",
        born_dead,
    )
    .integer("n", "Networks.", n)
}
