//! What state the filters are in, step by step, at several rates.

use std::fmt::Write as _;

use super::Condition;
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
const STATES: [State; 5] = [
    ("dead", "Dead", Fill::dead),
    ("cut_off", "Cut off", Fill::cut_off),
    ("live", "Live", Fill::working),
    ("collapsed", "In a collapsed network", Fill::collapsed),
    ("diverged", "In a diverged network", Fill::diverged),
];

/// Draws the figure from the table `occupancy`: one row a condition, rate and census.
///
/// Columns: `momentum`, `pixels`, `learning_rate`, `rate_name` (what the rate is to its
/// condition: `low`, `edge`, ...; may be empty), `step`, one share for each state (`dead`,
/// `cut_off`, `live`, `collapsed`, `diverged`; they add up to 1), `dead_low95` and `dead_high95` (interval of `dead`), `n`
/// (networks). The rates of a condition are drawn from left to right in order.
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
        title: "States of the filters over training steps, at several learning rates".into(),
        description: cells.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 12.0,
        right: 2.0,
        top: 12.0,
        bottom: 9.0,
        columns: cells.columns(),
        column_gap: 4.0,
        row_heights: vec![26.0; cells.conditions.len()],
        row_gap: 9.0,
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
#[derive(Clone, Debug)]
struct Cell {
    condition: Condition,
    rate: f64,
    rate_name: String,
    occupancy: Occupancy,
    networks: f64,
}

struct Cells {
    conditions: Vec<Condition>,
    cells: Vec<Cell>,
}

impl Cells {
    fn read(table: &Table) -> Result<Self, FigureError> {
        let conditions = Condition::of_rows(table)?;
        let rate = table.numbers("learning_rate")?;
        let names = table.words("rate_name")?;
        let step = table.numbers("step")?;
        let n = table.numbers("n")?;
        let (low, high) = (table.numbers("dead_low95")?, table.numbers("dead_high95")?);
        let shares = Shares::read(table, &STATES)?;
        let mut cells: Vec<Cell> = Vec::new();
        for row in 0..conditions.len() {
            let known = cells
                .iter()
                .position(|cell| cell.condition == conditions[row] && cell.rate == rate[row]);
            let index = known.unwrap_or(cells.len());
            if known.is_none() {
                cells.push(Cell {
                    condition: conditions[row].clone(),
                    rate: rate[row],
                    rate_name: names[row].clone(),
                    occupancy: Occupancy::default(),
                    networks: n[row],
                });
            }
            let bounds = (low[row], high[row]);
            cells[index]
                .occupancy
                .push(step[row], &shares, row, 1, bounds);
        }
        if cells.is_empty() {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "the table has no rows".into(),
            });
        }
        Ok(Self {
            conditions: Condition::distinct(&conditions),
            cells,
        })
    }

    fn of(&self, condition: &Condition) -> impl Iterator<Item = &Cell> {
        self.cells
            .iter()
            .filter(move |cell| cell.condition == *condition)
    }

    fn columns(&self) -> usize {
        self.conditions
            .iter()
            .map(|condition| self.of(condition).count())
            .max()
            .unwrap_or(1)
    }

    fn last_step(&self) -> f64 {
        self.cells
            .iter()
            .map(|cell| cell.occupancy.last_step())
            .fold(1.0, f64::max)
    }

    fn draw(&self, canvas: &mut Canvas, grid: &Grid, annealing_step: f64) {
        let mut entries: Vec<(Sample, &str)> = STATES
            .iter()
            .map(|(_, words, fill)| (Sample::Area(fill()), *words))
            .collect();
        entries.push((Sample::Line(Stroke::ANNEALING), "Annealing begins"));
        entries.push((Sample::Line(Stroke::INTERVAL), "95% interval of dead"));
        legend::row(canvas, (grid.left, 3.0), grid.width, 3.0, &entries);
        let scale = Scale::LogOnePlus {
            high: self.last_step(),
        };
        for (row, condition) in self.conditions.iter().enumerate() {
            let last_row = row + 1 == self.conditions.len();
            for (column, cell) in self.of(condition).enumerate() {
                let steps = Axis::new(scale, "Training step", scale.decades_and_end());
                let share = Axis::percent("Filters (%)").ticks_at(&[0.0, 50.0, 100.0]);
                let panel = Panel {
                    frame: grid.frame(row, column),
                    x: if last_row { steps } else { steps.bare() },
                    y: if column == 0 { share } else { share.bare() },
                };
                cell.occupancy.draw(canvas, &panel, &STATES, annealing_step);
                panel.axes(canvas);
                panel.heading(canvas, &cell.heading(), 1.2);
                if column == 0 {
                    let letter = char::from(b'a' + row as u8).to_string();
                    panel.letter(canvas, &letter, 10.0, 4.6);
                    let place = (panel.frame.left, panel.frame.top - 4.6);
                    canvas.text(place, &condition.label(), TextLook::NORMAL);
                }
            }
        }
    }

    fn networks(&self) -> f64 {
        self.cells
            .iter()
            .map(|cell| cell.networks)
            .fold(0.0, f64::max)
    }

    fn caption(&self, annealing_step: f64) -> String {
        let rows: Vec<String> = self
            .conditions
            .iter()
            .enumerate()
            .map(|(row, condition)| {
                format!("{}, {}", char::from(b'a' + row as u8), condition.label())
            })
            .collect();
        format!(
            "States of all filters over training, at several learning rates. {rows}. Filters of \
             all layers and networks at each census, stacked to 100%: live; cut off (active, and \
             yet without gradient for an epoch); dead (silent on the whole training set); in a \
             collapsed or diverged network, whatever their own state. Censuses are joined by \
             straight lines; the step axis is log(1 + step), and the dotted line at step \
             {annealing_step} is where annealing begins. Above each panel: its learning rate. \
             Upright lines: 95% percentile bootstrap interval over seeds of the share dead, where \
             any filter is. \
             n = {n} networks (seeds) a panel.",
            rows = rows.join("; "),
            n = self.networks(),
        )
    }

    fn description(&self) -> String {
        let mut text = String::from(
            "Areas stacked to 100% over training steps, one row of panels a condition and one \
             panel a learning rate. ",
        );
        for cell in &self.cells {
            let _ = write!(
                text,
                "{}, rate {}: at the end {}. ",
                cell.condition.label(),
                cell.rate,
                cell.occupancy.at_end(&STATES)
            );
        }
        text.trim_end().into()
    }
}

impl Cell {
    fn heading(&self) -> String {
        if self.rate_name.is_empty() {
            format!("Rate {}", self.rate)
        } else {
            format!("Rate {} ({})", self.rate, self.rate_name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::synthetic;

    #[test]
    fn each_rate_has_its_panel_and_two_drawings_are_equal() {
        let table = synthetic::occupancy();
        let provenance = synthetic::provenance();
        let figure = draw(table.clone(), 765.0, &provenance).unwrap();
        assert_eq!(figure.svg, draw(table, 765.0, &provenance).unwrap().svg);
        assert_eq!(figure.svg.matches(">\nRate ").count(), 15);
        synthetic::save(&figure);
    }
}
