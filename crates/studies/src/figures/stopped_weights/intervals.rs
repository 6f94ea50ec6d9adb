//! Share of weights that look unchanged against the steps between two files, as f32 and bfloat16.

use std::fmt::Write as _;

use super::look::{heading, steps, thousands};
use crate::figures::canvas::Canvas;
use crate::figures::finish::{Words, svg};
use crate::figures::layout::{Grid, first_seen};
use crate::figures::legend::{self, Sample};
use crate::figures::marks::Measured;
use crate::figures::panel::{Axis, Panel};
use crate::figures::scale::{Scale, Tick};
use crate::figures::style::Series;
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// Lines of a panel: arm, format, words, place among the looks.
const LINES: [(&str, &str, &str, usize); 4] = [
    ("short", "f32", "f32, 900 steps", 0),
    ("long", "f32", "f32, 20,000 steps", 1),
    ("short", "bfloat16", "bfloat16, 900 steps", 2),
    ("long", "bfloat16", "bfloat16, 20,000 steps", 3),
];

/// Draws the figure from the table `intervals`: one row an arm, optimizer, interval, format and
/// replicate, or the mean over replicates where `replicate` is missing.
///
/// Columns: `arm`, `optimizer`, `interval`, `stored` (`f32`, `bfloat16`), `replicate`, `value`,
/// `low95`, `high95` (shares from 0 to 1; missing limits are not drawn), `n`.
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let shown = Shown::read(&table)?;
    let words = Words {
        name: "intervals".into(),
        title: "Weights that look unchanged, by the steps between two files and their format"
            .into(),
        description: shown.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 12.0,
        right: 3.0,
        top: 9.5,
        bottom: 9.0,
        columns: shown.optimizers.len(),
        column_gap: 5.0,
        row_heights: vec![38.0],
        row_gap: 0.0,
    };
    let svg = svg((grid.width, grid.height()), &words, provenance, |canvas| {
        shown.draw(canvas, &grid);
    })?;
    Ok(Figure {
        name: words.name,
        svg,
        caption: shown.caption(),
        table,
    })
}

struct Row {
    optimizer: usize,
    line: usize,
    single: bool,
    measured: Measured,
    n: f64,
}

struct Shown {
    optimizers: Vec<String>,
    rows: Vec<Row>,
}

impl Shown {
    fn read(table: &Table) -> Result<Self, FigureError> {
        let (arm, stored) = (table.words("arm")?, table.words("stored")?);
        let names = table.words("optimizer")?;
        let number = |name: &str| table.numbers(name);
        let (interval, replicate, n) = (number("interval")?, number("replicate")?, number("n")?);
        let (value, low, high) = (number("value")?, number("low95")?, number("high95")?);
        let mut optimizers = Vec::new();
        let rows: Vec<Row> = (0..arm.len())
            .filter_map(|row| {
                let line = LINES.iter().position(|line| {
                    (line.0, line.1) == (arm[row].as_str(), stored[row].as_str())
                })?;
                Some(Row {
                    optimizer: first_seen(&mut optimizers, &names[row]),
                    line,
                    single: replicate[row].is_finite(),
                    measured: Measured {
                        x: interval[row],
                        y: 100.0 * value[row],
                        low: 100.0 * low[row],
                        high: 100.0 * high[row],
                    },
                    n: n[row],
                })
            })
            .collect();
        if rows.is_empty() {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "the table has no rows".into(),
            });
        }
        Ok(Self { optimizers, rows })
    }

    fn values(&self, optimizer: usize, line: usize, single: bool) -> Vec<Measured> {
        let own = self
            .rows
            .iter()
            .filter(|row| row.optimizer == optimizer && row.line == line && row.single == single);
        let mut values: Vec<Measured> = own.map(|row| row.measured).collect();
        values.sort_by(|a, b| a.x.total_cmp(&b.x));
        values
    }

    fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
        let mut entries: Vec<(Sample, &str)> = LINES
            .iter()
            .map(|(_, _, words, look)| (Sample::Series(Series::arm(*look)), *words))
            .collect();
        entries.push((Sample::Dot(Series::arm(0).colour), "Single networks"));
        legend::row(
            canvas,
            (grid.left, 3.0),
            grid.width - grid.left,
            3.2,
            &entries,
        );
        let scale = Scale::Log {
            low: 0.6,
            high: 1_700.0,
        };
        let ticks = [1.0, 10.0, 100.0, 1000.0].map(|value| Tick {
            value,
            label: Some(thousands(value)),
        });
        let x = Axis::new(scale, "Steps between the two files", ticks.to_vec());
        for (column, name) in self.optimizers.iter().enumerate() {
            let y = Axis::percent("Weights with equal bits (%)");
            let panel = Panel {
                frame: grid.frame(0, column),
                x: x.clone(),
                y: if column == 0 { y } else { y.bare() },
            };
            for (line, (_, _, _, look)) in LINES.iter().enumerate() {
                let look = Series::arm(*look);
                let shift = 0.9 * (line as f64 - 1.5);
                let dots: Vec<(f64, f64)> = self
                    .values(column, line, true)
                    .iter()
                    .map(|value| (value.x, value.y))
                    .collect();
                panel.dots(canvas, &dots, shift, 0.7, look.colour);
                panel.curve(canvas, &self.values(column, line, false), look);
            }
            panel.axes(canvas);
            panel.heading(canvas, &heading(name), 1.6);
            let letter = char::from(b'a' + column as u8).to_string();
            let offset = if column == 0 { 10.0 } else { 3.0 };
            panel.letter(canvas, &letter, offset, 1.4);
        }
    }

    fn caption(&self) -> String {
        let most = |arm: &str| {
            let own = self
                .rows
                .iter()
                .filter(|row| LINES[row.line].0 == arm && !row.single);
            own.map(|row| row.n).fold(0.0, f64::max)
        };
        let each: Vec<String> =
            self.optimizers
                .iter()
                .enumerate()
                .map(|(index, name)| {
                    let n = |line| {
                        let mut own = self.rows.iter().filter(|row| {
                            row.optimizer == index && row.line == line && !row.single
                        });
                        own.next().map_or(0.0, |row| row.n)
                    };
                    format!("{} {} and {}", heading(name), n(0), n(1))
                })
                .collect();
        format!(
            "Weights that look unchanged in two files. Share of all weights and biases with equal \
             bits at the end of training and so many steps before, if the files hold f32 (as \
             trained) or bfloat16 (rounded to nearest even; training stays in f32). Constant \
             learning rate. Lines: means over healthy networks; bands: 95% percentile bootstrap \
             intervals over seeds, for 900 steps (up to {short} networks); for 20,000 steps there \
             are at most {long} networks and no interval. n, after 900 and 20,000 steps: {each}.",
            short = most("short"),
            long = most("long"),
            each = each.join("; "),
        )
    }

    fn description(&self) -> String {
        let mut text = String::from(
            "Share of weights with equal bits against the steps between two files, one panel an \
             optimizer, lines for f32 and bfloat16 after 900 and after 20,000 steps. ",
        );
        for (index, name) in self.optimizers.iter().enumerate() {
            for (line, (_, _, words, _)) in LINES.iter().enumerate() {
                let values = self.values(index, line, false);
                if let (Some(first), Some(last)) = (values.first(), values.last()) {
                    let _ = write!(
                        text,
                        "{}, {words}: {:.1}% over {}, {:.1}% over {}. ",
                        heading(name),
                        first.y,
                        steps(first.x),
                        last.y,
                        steps(last.x)
                    );
                }
            }
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
    fn one_panel_an_optimizer_and_two_drawings_are_equal() {
        let figure = draw(synthetic::intervals(), &provenance()).unwrap();
        let again = draw(synthetic::intervals(), &provenance()).unwrap();
        assert_eq!(figure.svg, again.svg);
        assert_eq!(figure.svg.matches("Steps between the two files").count(), 4);
        assert!(figure.caption.contains("Plain SGD 3 and 2"));
        save(&figure);
    }
}
