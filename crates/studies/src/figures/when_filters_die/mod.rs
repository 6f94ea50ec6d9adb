//! The figures of the study `when-filters-die`.

pub mod final_deaths;
pub mod heat_map;
pub mod occupancy;

use super::layout::first_seen;

/// The cell of a row: indices of its initialization, activation and rate among those seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    initialization: usize,
    activation: usize,
    rate: usize,
}

/// The levels of the factors, in the order in which a table names them.
#[derive(Clone, Debug, Default)]
struct Levels {
    initializations: Vec<String>,
    activations: Vec<String>,
    rates: Vec<String>,
}

impl Levels {
    /// The place of each row of a table with the columns `learning_rate`, `initialization` and
    /// `activation`.
    fn read(table: &crate::table::Table) -> Result<(Self, Vec<Place>), super::FigureError> {
        let mut levels = Self::default();
        let (rate, initialization, activation) = (
            table.words("learning_rate")?,
            table.words("initialization")?,
            table.words("activation")?,
        );
        if rate.is_empty() {
            return Err(super::FigureError {
                figure: table.name.clone(),
                reason: "the table has no rows".into(),
            });
        }
        let places = (0..rate.len())
            .map(|row| Place {
                initialization: first_seen(&mut levels.initializations, &initialization[row]),
                activation: first_seen(&mut levels.activations, &activation[row]),
                rate: first_seen(&mut levels.rates, &rate[row]),
            })
            .collect();
        Ok((levels, places))
    }
}

#[cfg(test)]
mod synthetic {
    use crate::table::Table;

    /// The columns that tell the cells of a design of 3 x 3 x 3 apart, each `rows` times.
    pub fn cells(name: &str, rows: usize) -> (Table, Vec<[usize; 3]>) {
        let mut cells = Vec::new();
        for rate in 0..3 {
            for initialization in 0..3 {
                for activation in 0..3 {
                    cells.extend(std::iter::repeat_n(
                        [rate, initialization, activation],
                        rows,
                    ));
                }
            }
        }
        let rates = cells.iter().map(|cell| [0.02, 0.125, 0.32][cell[0]]);
        let initializations = ["He", "PyTorch", "He, bias \u{2212}0.1"];
        let activations = ["ReLU", "Leaky ReLU 0.01", "GELU"];
        let table = Table::new(name, "Made up.")
            .real("learning_rate", "Rate.", rates.collect())
            .text(
                "initialization",
                "Scheme.",
                cells
                    .iter()
                    .map(|cell| initializations[cell[1]].into())
                    .collect(),
            )
            .text(
                "activation",
                "Function.",
                cells
                    .iter()
                    .map(|cell| activations[cell[2]].into())
                    .collect(),
            );
        (table, cells)
    }
}
