//! Whether it is always the same weights: overlap of sets of stopped weights against chance.

use std::fmt::Write as _;

use super::look::{heading, optimizer, steps, thousands};
use crate::figures::canvas::{Canvas, TextLook};
use crate::figures::finish::{Words, svg};
use crate::figures::layout::{Grid, first_seen};
use crate::figures::legend::{self, Sample};
use crate::figures::marks::Measured;
use crate::figures::panel::{Axis, Panel, Rectangle};
use crate::figures::scale::{Scale, Tick};
use crate::figures::style::{Colour, Dash, Series, Stroke};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// Columns of successive sets: `set` in the table, words.
const SETS: [(&str, &str); 2] = [
    ("all", "All stopped weights"),
    ("awake", "Without dead filters"),
];
/// Rows: steps over which weights are stopped.
const INTERVALS: [f64; 2] = [1.0, 1000.0];
/// Categories of the comparison across networks: interval, none for dead filters.
const ACROSS: [Option<f64>; 4] = [None, Some(1.0), Some(10.0), Some(100.0)];
/// Kinds of it: name, words, place among the looks.
const KINDS: [(&str, &str, usize); 2] = [
    ("orders", "Same initial weights", 0),
    ("draws", "Other initial weights", 1),
];

const CHANCE: Stroke = Stroke {
    colour: Colour::GREY,
    width: 0.5,
    dash: Dash::Dotted,
};

/// Draws the figure from the table `overlap`: one row a comparison.
///
/// Columns: `kind` (`successive`, `orders`, `draws`), `arm`, `optimizer`, `set` (`all`, `awake`,
/// `dead filters`), `interval` (missing for filters), `step`, `replicate` (missing over networks),
/// `value`, `low95`, `high95`, `n`. Successive sets are shown of the arm `long`.
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let shown = Shown::read(&table)?;
    let words = Words {
        name: "overlap".into(),
        title: "Whether the weights that stop are always the same, against chance".into(),
        description: shown.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 12.0,
        right: 2.0,
        top: 13.0,
        bottom: 9.0,
        columns: 3,
        column_gap: 10.0,
        row_heights: vec![28.0, 28.0],
        row_gap: 7.0,
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
    kind: String,
    optimizer: usize,
    set: String,
    interval: Option<f64>,
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
        let (kind, arm) = (table.words("kind")?, table.words("arm")?);
        let (names, set) = (table.words("optimizer")?, table.words("set")?);
        let number = |name: &str| table.numbers(name);
        let (interval, step) = (number("interval")?, number("step")?);
        let (replicate, n) = (number("replicate")?, number("n")?);
        let (value, low, high) = (number("value")?, number("low95")?, number("high95")?);
        let mut optimizers = Vec::new();
        let rows: Vec<Row> = (0..kind.len())
            .filter(|&row| arm[row] != "short")
            .map(|row| Row {
                kind: kind[row].clone(),
                optimizer: first_seen(&mut optimizers, &names[row]),
                set: set[row].clone(),
                interval: interval[row].is_finite().then_some(interval[row]),
                single: replicate[row].is_finite(),
                measured: Measured {
                    x: step[row],
                    y: value[row],
                    low: low[row],
                    high: high[row],
                },
                n: n[row],
            })
            .collect();
        if rows.is_empty() {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "the table has no rows of the arms `long` and `orders`".into(),
            });
        }
        Ok(Self { optimizers, rows })
    }

    fn successive(
        &self,
        optimizer: usize,
        set: &str,
        interval: f64,
        single: bool,
    ) -> Vec<Measured> {
        let own = self.rows.iter().filter(|row| {
            row.kind == "successive"
                && row.optimizer == optimizer
                && row.set == set
                && row.interval == Some(interval)
                && row.single == single
        });
        own.map(|row| row.measured).collect()
    }

    fn across(&self, kind: &str, interval: Option<f64>, single: bool) -> Vec<&Row> {
        let own = self
            .rows
            .iter()
            .filter(|row| row.kind == kind && row.interval == interval && row.single == single);
        own.collect()
    }

    /// From a round number below everything that is drawn of successive sets, or across networks,
    /// to 1.
    fn axis(&self, successive: bool, label: &str) -> Axis {
        let own = self
            .rows
            .iter()
            .filter(|row| (row.kind == "successive") == successive);
        let lows = own.flat_map(|row| [row.measured.y, row.measured.low]);
        let lowest = lows.filter(|value| value.is_finite()).fold(0.0, f64::min);
        let low = if lowest < -0.5 {
            -1.0
        } else if lowest < -0.25 {
            -0.5
        } else {
            -0.25
        };
        let scale = Scale::Linear { low, high: 1.0 };
        let ticks = [-1.0, -0.5, 0.0, 0.5, 1.0];
        let mut axis = Axis::new(scale, label, scale.ticks_at(&ticks));
        for tick in &mut axis.ticks {
            if tick.value < 0.0 {
                tick.label = Some(format!("\u{2212}{}", -tick.value));
            }
        }
        axis
    }

    fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
        let successive: Vec<usize> = (0..self.optimizers.len())
            .filter(|&index| !self.successive(index, "all", 1.0, false).is_empty())
            .collect();
        let names: Vec<String> = successive
            .iter()
            .map(|&index| heading(&self.optimizers[index]))
            .collect();
        let mut entries: Vec<(Sample, &str)> = successive
            .iter()
            .zip(&names)
            .map(|(&index, name)| (Sample::Series(optimizer(index)), name.as_str()))
            .collect();
        entries.push((Sample::Line(CHANCE), "Chance"));
        let width = grid.frame(0, 2).left - 6.0 - grid.left;
        legend::row(canvas, (grid.left, 3.0), width, 3.2, &entries);
        let last = self
            .rows
            .iter()
            .map(|row| row.measured.x)
            .fold(1.0, f64::max);
        let scale = Scale::Linear {
            low: 0.0,
            high: last,
        };
        let ticks = [0.0, 10_000.0, 20_000.0].map(|value| Tick {
            value,
            label: Some(thousands(value)),
        });
        let x = Axis::new(scale, "Training step", ticks.to_vec());
        for (row, &interval) in INTERVALS.iter().enumerate() {
            for (column, (set, words)) in SETS.iter().enumerate() {
                let y = self.axis(true, "Overlap with the set before");
                let panel = Panel {
                    frame: grid.frame(row, column),
                    x: if row == 1 {
                        x.clone()
                    } else {
                        x.clone().bare()
                    },
                    y: if column == 0 { y } else { y.bare() },
                };
                panel.level(canvas, 0.0, "", CHANCE);
                for &index in &successive {
                    let look = optimizer(index);
                    let dots: Vec<(f64, f64)> = self
                        .successive(index, set, interval, true)
                        .iter()
                        .map(|value| (value.x, value.y))
                        .collect();
                    panel.dots(canvas, &dots, 0.0, 0.0, look.colour);
                    let mean = self.successive(index, set, interval, false);
                    panel.curve(canvas, &mean, look);
                }
                panel.axes(canvas);
                let letter = char::from(b'a' + (2 * row + column) as u8).to_string();
                let offset = if column == 0 { 10.0 } else { 5.0 };
                panel.letter(canvas, &letter, offset, 1.4);
                let place = (panel.frame.left, panel.frame.top - 1.4);
                let text = format!("{words}, over {}", steps(interval));
                canvas.text(place, &text, TextLook::NORMAL);
            }
        }
        self.draw_across(canvas, grid);
    }

    fn draw_across(&self, canvas: &mut Canvas, grid: &Grid) {
        let (top, bottom) = (grid.frame(0, 2), grid.frame(1, 2));
        let frame = Rectangle {
            bottom: bottom.bottom,
            ..top
        };
        let scale = Scale::Linear {
            low: -0.5,
            high: ACROSS.len() as f64 - 0.5,
        };
        let ticks = ACROSS.iter().enumerate().map(|(index, interval)| Tick {
            value: index as f64,
            label: Some(interval.map_or_else(|| "dead".into(), thousands)),
        });
        let panel = Panel {
            frame,
            x: Axis::new(
                scale,
                "Dead filters, or weights stopped over so many steps",
                ticks.collect(),
            ),
            y: self.axis(false, "Overlap of two networks at the end"),
        };
        panel.level(canvas, 0.0, "", CHANCE);
        for (place, &interval) in ACROSS.iter().enumerate() {
            for (kind, _, look) in KINDS {
                let look = Series::arm(look);
                let side = if kind == "orders" { -1.0 } else { 1.0 };
                let dots: Vec<(f64, f64)> = self
                    .across(kind, interval, true)
                    .iter()
                    .map(|row| (place as f64, row.measured.y))
                    .collect();
                panel.dots(canvas, &dots, side * 3.0, 1.8, look.colour);
                for row in self.across(kind, interval, false) {
                    let x = place as f64 + side * 0.12;
                    let measured = Measured { x, ..row.measured };
                    panel.bar(canvas, measured, Stroke::solid(look.colour, 0.6), 0.0);
                    panel.marker(canvas, x, measured.y, look.marker, look.colour);
                }
            }
        }
        panel.axes(canvas);
        panel.letter(canvas, "e", 8.0, 1.4);
        let place = (frame.left, frame.top - 1.4);
        canvas.text(place, "Batches in other orders, momentum", TextLook::NORMAL);
        let entries = KINDS.map(|(_, words, look)| (Sample::Series(Series::arm(look)), words));
        legend::row(
            canvas,
            (frame.left, 3.0),
            grid.width - frame.left,
            3.2,
            &entries,
        );
    }

    fn caption(&self) -> String {
        let most = |kind: &str| {
            let own = self
                .rows
                .iter()
                .filter(|row| row.kind == kind && !row.single);
            own.map(|row| row.n).fold(0.0, f64::max)
        };
        let counts: Vec<String> = ACROSS
            .iter()
            .filter_map(|&interval| {
                let own = self.across("orders", interval, false);
                let n = own.first()?.n;
                Some(match interval {
                    None => format!("dead filters {n}"),
                    Some(interval) => format!("{} {n}", steps(interval)),
                })
            })
            .collect();
        format!(
            "Is it always the same weights? Overlap of two sets of stopped weights, corrected for \
             chance within each layer: (in common - by chance) / (at most - by chance), 1 if one \
             set holds the other, 0 (dotted) at chance. a to d, the set of one network and its set \
             1,000 steps before, all weights (a, c) and those of filters dead at neither time (b, \
             d), stopped over one step (a, b) and over all 1,000 steps (c, d); lines are means of \
             the networks, dots the networks (at most {long} an optimizer, no interval); a gap is \
             where a set is empty. e, two networks after 900 steps with momentum, batches in other \
             orders: the same initial weights, and others (0 by symmetry, a check); dots are \
             initial networks, bars 95% percentile bootstrap intervals over them. n, initial \
             networks that have such a set in common or not: {counts}.",
            long = most("successive"),
            counts = counts.join(", "),
        )
    }

    fn description(&self) -> String {
        let mut text = String::from(
            "Overlap corrected for chance. Four panels of lines over training steps, one line an \
             optimizer: successive sets of one network. One panel of intervals: networks with \
             equal and with other initial weights. ",
        );
        for (index, name) in self.optimizers.iter().enumerate() {
            for (set, words) in SETS {
                for interval in INTERVALS {
                    let mean = self.successive(index, set, interval, false);
                    let Some(last) = mean.last().filter(|last| last.y.is_finite()) else {
                        continue;
                    };
                    let _ = write!(
                        text,
                        "{}, {}, over {}: {:.2} at the end. ",
                        heading(name),
                        words.to_lowercase(),
                        steps(interval),
                        last.y
                    );
                }
            }
        }
        for (kind, words, _) in KINDS {
            for interval in ACROSS {
                for row in self.across(kind, interval, false) {
                    let what = interval.map_or_else(|| "dead filters".into(), steps);
                    let _ = write!(text, "{words}, {what}: {:.2}. ", row.measured.y);
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
    fn both_parts_are_there_and_two_drawings_are_equal() {
        let figure = draw(synthetic::overlap(), &provenance()).unwrap();
        let again = draw(synthetic::overlap(), &provenance()).unwrap();
        assert_eq!(figure.svg, again.svg);
        assert!(figure.svg.contains("Same initial weights"));
        assert!(figure.svg.contains("Without dead filters, over 1 step"));
        save(&figure);
    }
}
