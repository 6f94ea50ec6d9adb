//! What state the filters are in, step by step, in every cell of the crossed design.

use std::fmt::Write as _;

use super::{Levels, Place};
use crate::figures::canvas::{Canvas, TextLook};
use crate::figures::finish::{Words, svg};
use crate::figures::layout::Grid;
use crate::figures::legend::{self, Sample};
use crate::figures::occupancy::{Occupancy, Shares, State};
use crate::figures::panel::{Axis, Panel};
use crate::figures::scale::Scale;
use crate::figures::style::{Fill, Stroke};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// States of a filter as the table names them, from the bottom of a panel.
const STATES: [State; 6] = [
    ("dead", "Dead", Fill::dead),
    ("silent", "Silent, not dead", Fill::silent),
    ("cut_off", "Cut off", Fill::cut_off),
    ("live", "Live", Fill::working),
    ("collapsed", "In a collapsed network", Fill::collapsed),
    ("diverged", "In a diverged network", Fill::diverged),
];

/// Draws the figure from the table `occupancy`: one row a cell and census.
///
/// Columns: `learning_rate`, `initialization`, `activation`, `step`, one share for each state
/// (`dead`, `silent`, `cut_off`, `live`, `collapsed`, `diverged`; they add up to 1),
/// `silent_low95` and `silent_high95` (interval of `dead` + `silent`), `n` (networks).
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(
    table: Table,
    annealing_step: f64,
    provenance: &Provenance,
) -> Result<Figure, FigureError> {
    let cells = Cells::read(&table)?;
    let words = Words {
        name: "occupancy".into(),
        title: "States of the filters over training steps, by learning rate, initialization and \
                activation"
            .into(),
        description: cells.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 12.0,
        right: 3.0,
        top: 16.5,
        bottom: 9.0,
        columns: cells.levels.activations.len() * cells.levels.rates.len(),
        column_gap: 2.0,
        row_heights: vec![20.0; cells.levels.initializations.len()],
        row_gap: 5.0,
    };
    let svg = svg((grid.width, grid.height()), &words, provenance, |canvas| {
        cells.draw(canvas, &grid, annealing_step);
    })?;
    Ok(Figure {
        name: words.name,
        svg,
        caption: cells.caption(annealing_step),
        table,
    })
}

/// One panel: the states at each census.
struct Cell {
    place: Place,
    occupancy: Occupancy,
    networks: f64,
}

struct Cells {
    levels: Levels,
    cells: Vec<Cell>,
}

impl Cells {
    fn read(table: &Table) -> Result<Self, FigureError> {
        let (levels, places) = Levels::read(table)?;
        let (step, n) = (table.numbers("step")?, table.numbers("n")?);
        let (low, high) = (
            table.numbers("silent_low95")?,
            table.numbers("silent_high95")?,
        );
        let shares = Shares::read(table, &STATES)?;
        let mut cells: Vec<Cell> = Vec::new();
        for (row, place) in places.into_iter().enumerate() {
            if cells.last().is_none_or(|cell| cell.place != place) {
                cells.push(Cell {
                    place,
                    occupancy: Occupancy::default(),
                    networks: n[row],
                });
            }
            let last = cells.len() - 1;
            let bounds = (low[row], high[row]);
            cells[last]
                .occupancy
                .push(step[row], &shares, row, 2, bounds);
        }
        Ok(Self { levels, cells })
    }

    fn last_step(&self) -> f64 {
        let last = self.cells.iter().map(|cell| cell.occupancy.last_step());
        last.fold(1.0, f64::max)
    }

    fn draw(&self, canvas: &mut Canvas, grid: &Grid, annealing_step: f64) {
        let mut entries: Vec<(Sample, &str)> = STATES
            .iter()
            .map(|(_, words, fill)| (Sample::Area(fill()), *words))
            .collect();
        entries.push((Sample::Line(Stroke::ANNEALING), "Annealing begins"));
        entries.push((
            Sample::Line(Stroke::INTERVAL),
            "95% interval of silent or dead",
        ));
        legend::row(canvas, (2.0, 3.0), grid.width - 4.0, 3.0, &entries);
        for cell in &self.cells {
            self.cell(canvas, grid, annealing_step, cell);
        }
        let rates = self.levels.rates.len();
        for (index, activation) in self.levels.activations.iter().enumerate() {
            let (from, to) = (
                grid.frame(0, index * rates).left,
                grid.frame(0, index * rates + rates - 1).right,
            );
            let place = (f64::midpoint(from, to), grid.top - 3.9);
            canvas.text(place, activation, TextLook::NORMAL.middle());
        }
    }

    fn cell(&self, canvas: &mut Canvas, grid: &Grid, annealing_step: f64, cell: &Cell) {
        let scale = Scale::LogOnePlus {
            high: self.last_step(),
        };
        let row = cell.place.initialization;
        let column = cell.place.activation * self.levels.rates.len() + cell.place.rate;
        let last_row = row + 1 == self.levels.initializations.len();
        let middle = column == self.levels.rates.len() * self.levels.activations.len() / 2;
        let label = if middle { "Training step" } else { "" };
        let steps = Axis::new(scale, label, scale.ticks_at(&[0.0, 10.0, 100.0]));
        let share = Axis::percent("Filters (%)").ticks_at(&[0.0, 50.0, 100.0]);
        let panel = Panel {
            frame: grid.frame(row, column),
            x: if last_row { steps } else { steps.bare() },
            y: if column == 0 { share } else { share.bare() },
        };
        cell.occupancy.draw(canvas, &panel, &STATES, annealing_step);
        panel.axes(canvas);
        if row == 0 {
            let heading = format!("Rate {}", self.levels.rates[cell.place.rate]);
            panel.heading(canvas, &heading, 1.2);
        }
        if column == 0 {
            let letter = char::from(b'a' + row as u8).to_string();
            panel.letter(canvas, &letter, 10.0, 1.2);
            let place = (panel.frame.left - 7.0, panel.frame.top - 1.2);
            let initialization = &self.levels.initializations[row];
            canvas.text(place, initialization, TextLook::NORMAL);
        }
    }

    fn caption(&self, annealing_step: f64) -> String {
        let rows: Vec<String> = self
            .levels
            .initializations
            .iter()
            .enumerate()
            .map(|(row, name)| format!("{}, {name}", char::from(b'a' + row as u8)))
            .collect();
        let networks = self.cells.iter().map(|cell| cell.networks);
        format!(
            "States of all filters over training, by activation and learning rate (columns) and \
             initialization ({rows}). Filters of all layers and networks at each census, stacked \
             to 100%: dead (silent, and the activation's derivative exactly 0 there); silent on \
             the whole training set and not dead; cut off (active, and yet without gradient for \
             an epoch); live; in a collapsed or diverged network, whatever their own state. \
             Censuses are joined by straight lines; the step axis is log(1 + step) and ends with \
             step {last}, and the dotted \
             line at step {annealing_step} is where annealing begins. Upright lines: 95% \
             percentile bootstrap interval over seeds of the share silent, dead or not. n = {n} \
             networks (seeds) a panel.",
            rows = rows.join("; "),
            last = self.last_step(),
            n = networks.fold(0.0, f64::max),
        )
    }

    fn description(&self) -> String {
        let mut text = String::from(
            "Areas stacked to 100% over training steps, one row of panels an initialization and \
             one column an activation and learning rate. ",
        );
        for cell in &self.cells {
            let _ = write!(
                text,
                "{}, {}, rate {}: at the end {}. ",
                self.levels.activations[cell.place.activation],
                self.levels.initializations[cell.place.initialization],
                self.levels.rates[cell.place.rate],
                cell.occupancy.at_end(&STATES)
            );
        }
        text.trim_end().into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::synthetic;
    use super::*;
    use crate::figures::synthetic::{provenance, save};

    #[test]
    fn each_cell_has_its_panel_and_two_drawings_are_equal() {
        const STEPS: [i64; 6] = [0, 5, 45, 180, 765, 900];
        let (table, cells) = synthetic::cells("occupancy", STEPS.len());
        let at = |row: usize| (cells[row], STEPS[row % STEPS.len()] as f64);
        let silent = |row: usize| {
            let (cell, step) = at(row);
            (0.2 * cell[0] as f64 * libm::log1p(step) / 7.0, cell[2] == 0)
        };
        let lost = |row: usize| {
            if at(row).0[0] == 2 && at(row).1 > 45.0 {
                0.125
            } else {
                0.0
            }
        };
        let real = |of: &dyn Fn(usize) -> f64| (0..cells.len()).map(of).collect::<Vec<f64>>();
        let when = |row: usize, dead: bool| {
            let (share, is_dead) = silent(row);
            if dead == is_dead { share } else { 0.0 }
        };
        let table = table
            .integer(
                "step",
                "Step.",
                (0..cells.len()).map(|row| at(row).1 as i64).collect(),
            )
            .real("dead", "Share.", real(&|row| when(row, true)))
            .real("silent", "Share.", real(&|row| when(row, false)))
            .real("cut_off", "Share.", real(&|row| 0.05 * at(row).0[1] as f64))
            .real(
                "live",
                "Share.",
                real(&|row| 1.0 - silent(row).0 - 0.05 * at(row).0[1] as f64 - lost(row)),
            )
            .real("collapsed", "Share.", real(&lost))
            .real("diverged", "Share.", real(&|_| 0.0))
            .real("silent_low95", "Lower.", real(&|row| 0.8 * silent(row).0))
            .real("silent_high95", "Upper.", real(&|row| 1.2 * silent(row).0))
            .integer("n", "Networks.", vec![8; cells.len()]);
        let figure = draw(table.clone(), 765.0, &provenance()).unwrap();
        assert_eq!(figure.svg, draw(table, 765.0, &provenance()).unwrap().svg);
        assert_eq!(figure.svg.matches(">\nRate 0.32").count(), 3);
        save(&figure);
    }
}
