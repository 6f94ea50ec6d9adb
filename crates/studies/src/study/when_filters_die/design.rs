//! The crossed design: levels of each factor, and one value a cell under any resample.

use super::Cell;
use crate::statistics::{Factorial, Replicates, mean_at};
use crate::study::arm::{increasing, printed, rate_words};
use crate::study::cells::{share, working};
use crate::study::networks::{Network, Networks};

/// Names of the factors, in the order of the design.
pub(super) const FACTORS: [&str; 3] = ["Learning rate", "Initialization", "Activation"];

/// What a cell's networks are asked for.
pub(super) type Quantity = fn(&Network<Cell>) -> f64;

/// Quantities with their names in figures.
pub(super) const QUANTITIES: [(&str, Quantity); 3] = [
    (SILENT_OR_LOST, silent_or_lost),
    (DEAD, |network| {
        working(network, share(network, None, |lives| lives.dead_at_end))
    }),
    ("Held-out accuracy", |network| network.accuracy),
];

/// Name of the quantity that the primary prediction is about.
pub(super) const SILENT_OR_LOST: &str = "Silent or lost filters";

/// Name of the quantity that counts the dead alone.
pub(super) const DEAD: &str = "Dead, in working networks";

/// Share of filters silent at the end; all of them in a collapsed or diverged network.
pub(super) fn silent_or_lost(network: &Network<Cell>) -> f64 {
    if network.works() {
        share(network, None, |lives| lives.silent_at_end)
    } else {
        1.0
    }
}

/// The levels of the factors.
pub(super) struct Design {
    pub(super) rates: Vec<f64>,
    pub(super) initializations: Vec<String>,
    pub(super) activations: Vec<String>,
}

impl Design {
    pub(super) fn of(networks: &Networks<Cell>) -> Self {
        let cells = networks.cells();
        let distinct = |of: fn(&Cell) -> &String| {
            let mut names: Vec<String> = Vec::new();
            for cell in &cells {
                if !names.contains(of(cell)) {
                    names.push(of(cell).clone());
                }
            }
            names
        };
        Self {
            rates: increasing(cells.iter().map(|cell| cell.rate).collect()),
            initializations: distinct(|cell| &cell.initialization),
            activations: distinct(|cell| &cell.activation),
        }
    }

    /// All cells, the activation varying fastest and the rate slowest.
    pub(super) fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for &rate in &self.rates {
            for initialization in &self.initializations {
                for activation in &self.activations {
                    cells.push(Cell {
                        rate,
                        initialization: initialization.clone(),
                        activation: activation.clone(),
                    });
                }
            }
        }
        cells
    }

    /// Number of levels of each factor.
    pub(super) fn counts(&self) -> [usize; 3] {
        [
            self.rates.len(),
            self.initializations.len(),
            self.activations.len(),
        ]
    }

    /// The levels of a factor in words.
    pub(super) fn levels(&self, factor: usize) -> Vec<String> {
        match factor {
            0 => {
                let words = rate_words(&self.rates);
                let rates = self.rates.iter().zip(words);
                rates.map(|(rate, word)| rate_level(*rate, &word)).collect()
            }
            1 => self
                .initializations
                .iter()
                .map(|name| printed(name))
                .collect(),
            _ => self.activations.clone(),
        }
    }

    /// One list of values, by replicate, for each cell.
    pub(super) fn values(&self, networks: &Networks<Cell>, of: Quantity) -> Vec<Vec<f64>> {
        let cells = self.cells();
        cells.iter().map(|cell| networks.values(cell, of)).collect()
    }

    /// The design with the means over these replicates; none where a cell has no value.
    pub(super) fn factorial(&self, values: &[Vec<f64>], drawn: &Replicates) -> Option<Factorial> {
        let means: Vec<f64> = values.iter().map(|cell| mean_at(cell, drawn)).collect();
        Factorial::new(&self.counts(), &means).ok()
    }
}

fn rate_level(rate: f64, word: &str) -> String {
    match word {
        "low" => format!("Rate {rate} (low)"),
        "half the edge" => format!("Rate {rate} (half the edge)"),
        "edge" => format!("Rate {rate} (edge)"),
        _ => format!("Rate {rate}"),
    }
}
