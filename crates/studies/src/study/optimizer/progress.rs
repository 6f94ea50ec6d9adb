//! Dead filters at equal progress: at the first census with a small enough training loss.

use std::collections::BTreeMap;

use super::cells::Cell;
use crate::statistics::{Bootstrap, Bounds, median};
use crate::study::networks::{Network, Networks};
use crate::study::{Results, StudyError};
use crate::table::Table;

/// Losses that are to be reached, in nats.
pub(super) const LOSSES: [f64; 2] = [0.5, 0.1];

/// Training loss by cell, replicate and census: what the networks themselves do not carry.
#[derive(Clone, Debug, Default)]
pub(super) struct Losses(BTreeMap<(String, u64, u32), Vec<(u32, f64)>>);

/// Reads the losses of all censuses.
///
/// # Errors
/// If a column is missing.
pub(super) fn losses(results: &Results) -> Result<Losses, StudyError> {
    let rows = &results.censuses;
    let (optimizer, rate) = (rows.texts("optimizer")?, rows.reals("learning_rate")?);
    let (replicate, step) = (rows.reals("replicate")?, rows.reals("step")?);
    let (layer, loss) = (rows.reals("layer")?, rows.reals("train_loss")?);
    let mut losses = Losses::default();
    for row in (0..rows.rows()).filter(|row| layer[*row] == 0.0) {
        let key = (
            optimizer[row].clone(),
            rate[row].to_bits(),
            replicate[row] as u32,
        );
        losses
            .0
            .entry(key)
            .or_default()
            .push((step[row] as u32, loss[row]));
    }
    Ok(losses)
}

impl Losses {
    /// The first census at which a network's loss is at most `limit`.
    fn reached(&self, network: &Network<Cell>, limit: f64) -> Option<u32> {
        let cell = &network.key;
        let key = (
            cell.optimizer.clone(),
            cell.rate.to_bits(),
            network.replicate,
        );
        let own = self.0.get(&key)?;
        let found = own.iter().find(|(_, loss)| *loss <= limit);
        found.map(|(step, _)| *step)
    }
}

/// One row a loss and cell, as [`crate::figures::forest`] draws them.
pub(super) fn table(networks: &Networks<Cell>, bootstrap: &Bootstrap, losses: &Losses) -> Table {
    let places: Vec<(f64, Cell)> = LOSSES
        .into_iter()
        .flat_map(|limit| networks.cells().into_iter().map(move |cell| (limit, cell)))
        .collect();
    let mut dead: Vec<Bounds> = Vec::new();
    let (mut reached, mut all, mut steps) = (Vec::new(), Vec::new(), Vec::new());
    for (limit, cell) in &places {
        let step = |network: &Network<Cell>| losses.reached(network, *limit);
        let values = networks.values(cell, |network| {
            let step = step(network);
            let mut censuses = network.censuses.iter();
            censuses
                .find(|census| Some(census.step) == step)
                .map_or(f64::NAN, |census| {
                    census.total(None, |count| count.dead)
                        / census.total(None, |count| count.filters)
                })
        });
        dead.push(bootstrap.mean_of_shares(&values));
        let own = networks.cell(|known| known == cell);
        let found: Vec<f64> = own.iter().filter_map(|n| step(n)).map(f64::from).collect();
        all.push(own.len() as i64);
        reached.push(found.len() as i64);
        steps.push(median(&found));
    }
    let text = |of: &dyn Fn(&(f64, Cell)) -> String| places.iter().map(of).collect();
    Table::new(
        "progress",
        "One row a training loss and cell: filters dead at the first census at which the loss over \
         the training set is at most that.",
    )
    .text(
        "facet",
        "The loss, in nats.",
        text(&|(limit, _)| format!("Training loss at most {limit}")),
    )
    .text(
        "row",
        "Optimizer and learning rate.",
        text(&|(_, cell)| format!("{}, {}", cell.optimizer, cell.rate)),
    )
    .text("series", "One.", text(&|_| "Dead".into()))
    .text(
        "optimizer",
        "Its name.",
        text(&|(_, cell)| cell.optimizer.clone()),
    )
    .real(
        "learning_rate",
        "Before annealing.",
        places.iter().map(|(_, cell)| cell.rate).collect(),
    )
    .real(
        "value",
        "Mean share of filters dead then, over the networks that reach it.",
        dead.iter().map(|bounds| bounds.value).collect(),
    )
    .real(
        "low95",
        "Lower end of its 95% interval (bootstrap over seeds; exact where it is 0 or 1 in all).",
        dead.iter().map(|bounds| bounds.interval95.low).collect(),
    )
    .real(
        "high95",
        "Its upper end.",
        dead.iter().map(|bounds| bounds.interval95.high).collect(),
    )
    .integer("n", "Networks that reach the loss.", reached)
    .integer("networks", "Networks of the cell.", all)
    .real("median_step", "Median step of that census.", steps)
}
