//! The cells of the study, and the table of them.

use crate::statistics::{Bootstrap, exact_share, mean_defined};
use crate::study::networks::{Network, Networks, Outcome};
use crate::study::{Results, StudyError};
use crate::table::Table;

/// The cell of a network.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    /// Label of the optimizer.
    pub optimizer: String,
    /// Learning rate before annealing.
    pub rate: f64,
}

/// Optimizers whose rates compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// By effective rate.
    Sgd,
    /// By learning rate.
    Adam,
}

/// The arm whose networks count for coasting only: they repeat others at rates of their own.
const COASTING: &str = "coasting";

impl Cell {
    pub fn family(&self) -> Family {
        if self.optimizer.starts_with("Adam") {
            Family::Adam
        } else {
            Family::Sgd
        }
    }

    /// The rate by which it is compared within its family.
    pub fn compared_rate(&self) -> f64 {
        let momentum = match self.optimizer.as_str() {
            "Momentum" | "Nesterov" => 0.9,
            _ => 0.0,
        };
        // To six decimals, so that 0.125 / (1 - 0.9) is 1.25.
        (self.rate / (1.0 - momentum) * 1e6).round() / 1e6
    }

    /// What stands over a panel.
    pub fn heading(&self) -> String {
        match self.family() {
            Family::Sgd => format!("Effective rate {}", self.compared_rate()),
            Family::Adam => format!("Rate {}", self.rate),
        }
    }
}

/// The networks that are compared.
///
/// # Errors
/// If a column is missing.
pub(super) fn read(results: &Results) -> Result<Networks<Cell>, StudyError> {
    let arm = results.trials.texts("arm")?;
    let mut networks = Networks::read(results, |trials| {
        let (names, rates) = (trials.texts("optimizer")?, trials.reals("learning_rate")?);
        let cell = |(optimizer, rate)| Cell { optimizer, rate };
        Ok(names.into_iter().zip(rates).map(cell).collect())
    })?;
    let mut arms = arm.iter();
    networks
        .all
        .retain(|_| arms.next().is_some_and(|arm| arm != COASTING));
    Ok(networks)
}

/// One row a cell.
pub(super) fn table(networks: &Networks<Cell>, bootstrap: &Bootstrap) -> Table {
    let cells = networks.cells();
    let own: Vec<Vec<&Network<Cell>>> = cells
        .iter()
        .map(|cell| networks.cell(|known| known == cell))
        .collect();
    let dead: Vec<_> = cells
        .iter()
        .map(|cell| {
            let values = networks.values(cell, |network| network.working_dead_share(None));
            bootstrap.mean_of_shares(&values)
        })
        .collect();
    let count = |outcome: Outcome| -> Vec<i64> {
        let of = |own: &Vec<&Network<Cell>>| {
            own.iter()
                .filter(|network| network.outcome == outcome)
                .count() as i64
        };
        own.iter().map(of).collect()
    };
    let lost: Vec<_> = own
        .iter()
        .map(|own| {
            let lost = own.iter().filter(|network| !network.works()).count();
            exact_share(lost as u64, own.len() as u64)
        })
        .collect();
    let accuracy = own
        .iter()
        .map(|own| mean_defined(own.iter().map(|network| network.accuracy)));
    Table::new("cells", "One row an optimizer and learning rate.")
        .text(
            "optimizer",
            "Momentum and Nesterov: 0.9; Adam: epsilon 1e-8, beta2 0.999 unless it says otherwise.",
            cells.iter().map(|cell| cell.optimizer.clone()).collect(),
        )
        .real(
            "learning_rate",
            "Before annealing.",
            cells.iter().map(|cell| cell.rate).collect(),
        )
        .real(
            "compared_rate",
            "Effective rate, learning rate / (1 - momentum), of SGD, momentum and Nesterov; the \
             learning rate of Adam.",
            cells.iter().map(Cell::compared_rate).collect(),
        )
        .integer("n", "Networks.", own.iter().map(|own| own.len() as i64).collect())
        .integer("working", "Of them working.", count(Outcome::Working))
        .integer("collapsed", "Of them collapsed.", count(Outcome::Collapsed))
        .integer("diverged", "Of them diverged.", count(Outcome::Diverged))
        .real(
            "lost_low95",
            "Lower end of the exact 95% interval of the share collapsed or diverged.",
            lost.iter().map(|share| share.interval95.low).collect(),
        )
        .real(
            "lost_high95",
            "Its upper end.",
            lost.iter().map(|share| share.interval95.high).collect(),
        )
        .real(
            "dead",
            "Mean share of filters dead at the end, over working networks.",
            dead.iter().map(|bounds| bounds.value).collect(),
        )
        .real(
            "dead_low95",
            "Lower end of its 95% interval (bootstrap over seeds; exact where it is 0 or 1 in all).",
            dead.iter().map(|bounds| bounds.interval95.low).collect(),
        )
        .real(
            "dead_high95",
            "Its upper end.",
            dead.iter().map(|bounds| bounds.interval95.high).collect(),
        )
        .real(
            "accuracy",
            "Mean held-out accuracy after annealing, over all networks (chance if diverged).",
            accuracy.collect(),
        )
}
