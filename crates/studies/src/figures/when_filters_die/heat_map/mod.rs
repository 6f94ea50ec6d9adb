//! Silent filters and the time of final deaths in every cell of the crossed design.

mod cell;

use std::fmt::Write as _;

use self::cell::{Cell, silent, when};
use super::Levels;
use crate::figures::canvas::{Canvas, TextLook};
use crate::figures::finish::{Words, svg};
use crate::figures::layout::Grid;
use crate::figures::panel::{Axis, Panel};
use crate::figures::scale::{Scale, Tick};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// Last step of a default trial: the darkest of the lower row.
const LAST_STEP: f64 = 900.0;

/// Draws the figure from the table `heat-map`: one row a cell.
///
/// Columns: `learning_rate`, `initialization`, `activation`, `silent` with `silent_low95` and
/// `silent_high95`, `dead`, `final_deaths`, `median_final_death`, `collapsed`, `diverged`, `n`.
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let map = Map::read(&table)?;
    let words = Words {
        name: "heat-map".into(),
        title: "Silent filters and time of final deaths by learning rate, initialization and \
                activation"
            .into(),
        description: map.description(),
    };
    let rows = map.levels.initializations.len() as f64;
    let grid = Grid {
        width: 183.0,
        left: 21.0,
        right: 2.0,
        top: 9.0,
        bottom: 9.0,
        columns: map.levels.activations.len(),
        column_gap: 3.0,
        row_heights: vec![10.4 * rows, 6.0 * rows],
        row_gap: 7.0,
    };
    let svg = svg((grid.width, grid.height()), &words, provenance, |canvas| {
        map.draw(canvas, &grid);
    })?;
    Ok(Figure {
        name: words.name,
        svg,
        caption: map.caption(),
        table,
    })
}

struct Map {
    levels: Levels,
    cells: Vec<Cell>,
}

impl Map {
    fn read(table: &Table) -> Result<Self, FigureError> {
        let (levels, places) = Levels::read(table)?;
        let column = |name| table.numbers(name);
        let (silent, low, high) = (
            column("silent")?,
            column("silent_low95")?,
            column("silent_high95")?,
        );
        let (dead, deaths) = (column("dead")?, column("final_deaths")?);
        let median = column("median_final_death")?;
        let (collapsed, diverged, n) = (column("collapsed")?, column("diverged")?, column("n")?);
        let cell = |(row, place)| Cell {
            place,
            silent: 100.0 * silent[row],
            low: 100.0 * low[row],
            high: 100.0 * high[row],
            dead: 100.0 * dead[row],
            deaths: deaths[row],
            median: median[row],
            collapsed: collapsed[row],
            diverged: diverged[row],
            n: n[row],
        };
        Ok(Self {
            levels,
            cells: places.into_iter().enumerate().map(cell).collect(),
        })
    }

    fn panel(&self, grid: &Grid, row: usize, column: usize) -> Panel {
        let ticks = |labels: &[String]| -> Vec<Tick> {
            let ticks = labels.iter().enumerate();
            ticks
                .map(|(index, label)| Tick {
                    value: index as f64,
                    label: Some(label.clone()),
                })
                .collect()
        };
        let x = Axis::new(
            Scale::Linear {
                low: -0.5,
                high: self.levels.rates.len() as f64 - 0.5,
            },
            "Learning rate",
            ticks(&self.levels.rates),
        );
        let y = Axis::new(
            Scale::Linear {
                low: self.levels.initializations.len() as f64 - 0.5,
                high: -0.5,
            },
            "",
            ticks(&self.levels.initializations),
        );
        Panel {
            frame: grid.frame(row, column),
            x: if row == 1 { x } else { x.bare() },
            y: if column == 0 { y } else { y.bare() },
        }
    }

    fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
        for (row, title) in ["Silent at the end", "Final deaths: by step (median)"]
            .into_iter()
            .enumerate()
        {
            for (column, activation) in self.levels.activations.iter().enumerate() {
                let panel = self.panel(grid, row, column);
                for cell in self.cells.iter().filter(|c| c.place.activation == column) {
                    if row == 0 {
                        silent(canvas, &panel, cell);
                    } else {
                        when(canvas, &panel, cell);
                    }
                }
                panel.axes(canvas);
                if row == 0 {
                    panel.heading(canvas, activation, 1.4);
                }
                if column == 0 {
                    let letter = char::from(b'a' + row as u8).to_string();
                    let above = if row == 0 { 4.6 } else { 2.4 };
                    panel.letter(canvas, &letter, 19.0, above);
                    let place = (panel.frame.left - 16.0, panel.frame.top - above);
                    canvas.text(place, title, TextLook::NORMAL);
                }
            }
        }
    }

    fn networks(&self) -> f64 {
        self.cells.iter().map(|cell| cell.n).fold(0.0, f64::max)
    }

    fn caption(&self) -> String {
        format!(
            "Every cell of the crossed design, one panel an activation. a, share of all filters \
             silent on the whole training set at the end, in networks that work: mean over \
             networks, below it the 95% percentile bootstrap interval over seeds (exact where the \
             share is 0 in all networks), and where they differ the share that is dead; then the \
             networks of the cell that collapsed or diverged, whose filters are not counted. \
             Darker: more silent. b, median, over all filters of these networks that died for \
             good, of the census by which they had (steps of {LAST_STEP}), and how many they are; \
             a dash where none did. Darker: later. n = {n} networks (seeds) a cell.",
            n = self.networks()
        )
    }

    fn description(&self) -> String {
        let mut text = String::from(
            "Two rows of tables with shaded cells, one table an activation, rates from left to \
             right and initializations from top to bottom. ",
        );
        for cell in &self.cells {
            let _ = write!(
                text,
                "{}, {}, rate {}: {:.1}% silent, {:.1}% dead, {} of {} networks lost, {} final \
                 deaths. ",
                self.levels.activations[cell.place.activation],
                self.levels.initializations[cell.place.initialization],
                self.levels.rates[cell.place.rate],
                cell.silent,
                cell.dead,
                cell.collapsed + cell.diverged,
                cell.n,
                cell.deaths
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
    fn every_cell_has_its_numbers_and_two_drawings_are_equal() {
        let (table, cells) = synthetic::cells("heat-map", 1);
        let real = |of: &dyn Fn(&[usize; 3]) -> f64| cells.iter().map(of).collect::<Vec<f64>>();
        let silent = |c: &[usize; 3]| 0.4 * c[0] as f64 / (1.0 + c[2] as f64);
        let dead = |c: &[usize; 3]| if c[2] == 0 { silent(c) } else { 0.0 };
        let table = table
            .real("silent", "Share.", real(&silent))
            .real("silent_low95", "Lower.", real(&|c| 0.9 * silent(c)))
            .real("silent_high95", "Upper.", real(&|c| 1.1 * silent(c)))
            .real("dead", "Share.", real(&dead))
            .integer(
                "final_deaths",
                "Count.",
                cells.iter().map(|c| (40 * c[0]) as i64).collect(),
            )
            .real(
                "median_final_death",
                "Step.",
                real(&|c| {
                    if c[0] > 0 {
                        45.0 * (1 + c[1]) as f64
                    } else {
                        f64::NAN
                    }
                }),
            )
            .integer(
                "collapsed",
                "Count.",
                cells.iter().map(|c| (c[0] / 2) as i64).collect(),
            )
            .integer(
                "diverged",
                "Count.",
                cells.iter().map(|c| (c[1] / 2) as i64).collect(),
            )
            .integer("n", "Networks.", vec![8; cells.len()]);
        let figure = draw(table.clone(), &provenance()).unwrap();
        assert_eq!(figure.svg, draw(table, &provenance()).unwrap().svg);
        assert!(
            figure
                .svg
                .contains("GELU, PyTorch, rate 0.32: 26.7% silent, 0.0% dead, 1 of 8")
        );
        assert_eq!(figure.svg.matches(">\n80 deaths").count(), 9);
        save(&figure);
    }
}
