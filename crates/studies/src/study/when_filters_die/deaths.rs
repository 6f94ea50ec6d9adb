//! The table `final-deaths`: the cumulative share of final deaths, cell by cell.

use super::Cell;
use super::design::Design;
use super::occupancy::census_steps;
use crate::statistics::{Bootstrap, Fate, Incidence, cumulative_incidence, mean};
use crate::study::arm::printed;
use crate::study::networks::Networks;
use crate::table::Table;

/// One row a cell and census, over the filters of all layers.
pub(super) fn table(networks: &Networks<Cell>, bootstrap: &Bootstrap) -> Table {
    let (mut rates, mut steps, mut n) = (Vec::new(), Vec::new(), Vec::new());
    let (mut initializations, mut activations) = (Vec::new(), Vec::new());
    let (mut died, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
    let (mut possibly, mut lost, mut born_dead) = (Vec::new(), Vec::new(), Vec::new());
    for cell in Design::of(networks).cells() {
        let own = networks.cell(|key| *key == cell);
        let grid = census_steps(&own);
        let curves: Vec<(u32, Vec<Incidence>)> = own
            .iter()
            .map(|network| {
                let fates: Vec<Fate> = network.fates.iter().flatten().copied().collect();
                (network.replicate, cumulative_incidence(&fates, &grid))
            })
            .collect();
        for (index, &step) in grid.iter().enumerate() {
            let each = |of: fn(&Incidence) -> f64| -> Vec<f64> {
                let mut values = vec![f64::NAN; networks.replicates() as usize];
                for (replicate, curve) in &curves {
                    values[*replicate as usize] = of(&curve[index]);
                }
                values
            };
            let defined = |of: fn(&Incidence) -> f64| {
                let values: Vec<f64> = each(of).into_iter().filter(|v| !v.is_nan()).collect();
                mean(&values)
            };
            let share = bootstrap.mean_of_shares(&each(|point| point.died));
            died.push(share.value);
            low.push(share.interval95.low);
            high.push(share.interval95.high);
            possibly.push(defined(|point| point.possibly_died));
            lost.push(defined(|point| point.collapsed + point.diverged));
            born_dead.push(defined(|point| point.born_dead));
            rates.push(cell.rate);
            initializations.push(printed(&cell.initialization));
            activations.push(cell.activation.clone());
            steps.push(i64::from(step));
            n.push(own.len() as i64);
        }
    }
    Table::new(
        "final-deaths",
        "One row a cell and census: cumulative shares of the filters of all layers, averaged over \
         networks.",
    )
    .real("learning_rate", "Before annealing.", rates)
    .text(
        "initialization",
        "How the first weights and biases are drawn.",
        initializations,
    )
    .text("activation", "After each convolution.", activations)
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
