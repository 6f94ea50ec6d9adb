//! The trials of a plan, in their order.

use std::sync::Arc;

use cnn::data::Images;
use serde::Serialize;

use super::Trial;
use crate::grid::Cell;
use crate::messages::counted;
use crate::provenance::Amended;
use crate::seed::replicate_seed;
use crate::spec::{File, Written};

/// An amendment, and what it adds.
#[derive(Clone, Debug, Serialize)]
pub struct Addition {
    /// Its file.
    pub file: String,
    /// Why it was made.
    pub reason: String,
    /// What it adds, in words.
    pub adds: Vec<String>,
    /// How it is cited.
    #[serde(flatten)]
    pub amended: Amended,
}

/// The trials of these cells: those of the specification, cell by cell, replicate by replicate;
/// behind them those of each amendment, so that all of them keep their places. Of an amendment come
/// first the further seeds of cells that there were.
pub(super) fn trials(
    written: &Written,
    seed: u64,
    cells: &[Cell],
    images: &[Arc<Images>],
) -> (Vec<Trial>, Vec<Addition>) {
    let (mut trials, mut additions) = (Vec::new(), Vec::new());
    for (number, file) in written.files.iter().enumerate() {
        let first = trials.len();
        for (index, (cell, images)) in cells.iter().zip(images).enumerate() {
            let before = number.checked_sub(1).map_or(0, |at| cell.seeds[at]);
            for replicate in before..cell.seeds[number] {
                trials.push(trial(seed, trials.len(), (index, cell), replicate, images));
            }
        }
        if number > 0 {
            additions.push(Addition {
                file: file.source.name().into(),
                reason: file.reason.clone(),
                adds: adds(written, number, cells, &trials[first..]),
                amended: Amended {
                    digest: file.source.digest(),
                    first_trial: first,
                },
            });
        }
    }
    (trials, additions)
}

/// The trials of these cells, cell by cell, replicate by replicate.
pub(super) fn of_cells(seed: u64, cells: &[Cell], images: &[Arc<Images>]) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (index, (cell, images)) in cells.iter().zip(images).enumerate() {
        for replicate in 0..cell.replicates {
            trials.push(trial(seed, trials.len(), (index, cell), replicate, images));
        }
    }
    trials
}

fn trial(
    master: u64,
    index: usize,
    (at, cell): (usize, &Cell),
    replicate: u32,
    images: &Images,
) -> Trial {
    let seed = replicate_seed(master, replicate);
    Trial {
        index,
        cell: at,
        replicate,
        seed,
        id: cnn::trial::id(&cell.settings, seed, images),
    }
}

/// What an amendment adds; `own` are its trials.
fn adds(written: &Written, number: usize, cells: &[Cell], own: &[Trial]) -> Vec<String> {
    let (before, after): (&File, &File) = (&written.files[number - 1], &written.files[number]);
    let mut adds = Vec::new();
    for (index, seeds) in after.replicates.iter().enumerate() {
        let name = &written.spec.arms[index].name;
        let of_arm = |trial: &&Trial| cells[trial.cell].arm_index == index;
        let trials = own.iter().filter(of_arm).count();
        match before.replicates.get(index) {
            None => {
                let cells = cells.iter().filter(|cell| cell.arm_index == index);
                adds.push(format!(
                    "arm `{name}` ({} with {seeds} seeds, {trials} trials)",
                    counted(cells.count(), "cell")
                ));
            }
            Some(before) if before < seeds => adds.push(format!(
                "seeds of `{name}`, {seeds} instead of {before} ({trials} trials)"
            )),
            Some(_) => {}
        }
    }
    let predictions = &written.spec.predictions[before.predictions..after.predictions];
    let names = predictions.iter().map(|one| &one.id);
    adds.extend(names.map(|id| format!("prediction `{id}`")));
    adds
}
