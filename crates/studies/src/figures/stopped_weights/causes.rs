//! The figure that answers the question: which share of the weights stops, and why, over 20,000
//! steps.

use std::fmt::Write as _;

use super::look::{CAUSES, axis_end, fill, heading, steps, thousands};
use crate::figures::canvas::{Canvas, TextLook};
use crate::figures::finish::{Words, svg};
use crate::figures::layout::{Grid, first_seen};
use crate::figures::legend::{self, Sample};
use crate::figures::panel::{Axis, Panel};
use crate::figures::scale::{Scale, log_around};
use crate::figures::style::{Colour, Dash, Fill, Stroke};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// The intervals shown: each step, and between two saves.
const INTERVALS: [f64; 2] = [1.0, 1000.0];

const SINGLE: [Stroke; 2] = [
    Stroke {
        colour: Colour::BLACK,
        width: 0.5,
        dash: Dash::Solid,
    },
    Stroke {
        colour: Colour::BLACK,
        width: 0.5,
        dash: Dash::Dotted,
    },
];

/// Draws the figure from the rows of the arm `long` of the table `causes`.
///
/// Columns: `arm`, `optimizer`, `interval`, `step`, `replicate` (missing for the mean over
/// networks), `stopped` and one share for each cause, `loss`, `n` (networks). Optimizers stand in
/// the order of the table.
///
/// # Errors
/// If the table lacks a column or has no row of the arm.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let shown = Shown::read(&table)?;
    let words = Words {
        name: "causes".into(),
        title: "Weights that do not change, by cause, over 20,000 training steps".into(),
        description: shown.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 14.0,
        right: 4.5,
        top: 16.0,
        bottom: 9.0,
        columns: shown.optimizers.len(),
        column_gap: 5.0,
        row_heights: vec![30.0, 30.0, 16.0],
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

/// One row of the table.
struct Row {
    optimizer: usize,
    interval: f64,
    step: f64,
    /// None for the mean.
    replicate: Option<u32>,
    /// Percentages.
    stopped: f64,
    causes: Vec<f64>,
    loss: f64,
    n: f64,
}

struct Shown {
    optimizers: Vec<String>,
    rows: Vec<Row>,
}

impl Shown {
    fn read(table: &Table) -> Result<Self, FigureError> {
        let (arm, names) = (table.words("arm")?, table.words("optimizer")?);
        let number = |name: &str| table.numbers(name);
        let (interval, step) = (number("interval")?, number("step")?);
        let (replicate, stopped) = (number("replicate")?, number("stopped")?);
        let (loss, n) = (number("loss")?, number("n")?);
        let causes = CAUSES
            .iter()
            .map(|(column, _)| number(column))
            .collect::<Result<Vec<_>, _>>()?;
        let mut optimizers = Vec::new();
        let rows: Vec<Row> = (0..arm.len())
            .filter(|&row| arm[row] == "long")
            .map(|row| Row {
                optimizer: first_seen(&mut optimizers, &names[row]),
                interval: interval[row],
                step: step[row],
                replicate: replicate[row].is_finite().then_some(replicate[row] as u32),
                stopped: 100.0 * stopped[row],
                causes: causes.iter().map(|cause| 100.0 * cause[row]).collect(),
                loss: loss[row],
                n: n[row],
            })
            .collect();
        if rows.is_empty() {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "the table has no rows of the arm `long`".into(),
            });
        }
        Ok(Self { optimizers, rows })
    }

    fn of(&self, optimizer: usize, interval: f64) -> impl Iterator<Item = &Row> {
        let own = move |row: &&Row| row.optimizer == optimizer && row.interval == interval;
        self.rows.iter().filter(own)
    }

    fn mean(&self, optimizer: usize, interval: f64) -> Vec<&Row> {
        self.of(optimizer, interval)
            .filter(|row| row.replicate.is_none())
            .collect()
    }

    /// The single networks, each by step.
    fn single(&self, optimizer: usize, interval: f64) -> Vec<Vec<&Row>> {
        let rows: Vec<&Row> = self.of(optimizer, interval).collect();
        let mut replicates: Vec<u32> = rows.iter().filter_map(|row| row.replicate).collect();
        replicates.sort_unstable();
        replicates.dedup();
        let of = |replicate| {
            let own = rows
                .iter()
                .filter(move |row| row.replicate == Some(replicate));
            own.copied().collect()
        };
        replicates.into_iter().map(of).collect()
    }

    /// The causes that occur, as their places in [`CAUSES`].
    fn causes(&self) -> Vec<usize> {
        let occurs = |&cause: &usize| {
            let mut shown = self.rows.iter().filter(|r| INTERVALS.contains(&r.interval));
            shown.any(|row| row.causes[cause] > 0.0)
        };
        (0..CAUSES.len()).filter(occurs).collect()
    }

    fn highest(&self, interval: f64) -> f64 {
        let own = self.rows.iter().filter(|row| row.interval == interval);
        own.map(|row| row.stopped).fold(0.0, f64::max)
    }

    fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
        let causes = self.causes();
        let fills: Vec<Fill> = causes.iter().map(|&cause| fill(CAUSES[cause].0)).collect();
        let mut entries: Vec<(Sample, &str)> = causes
            .iter()
            .zip(&fills)
            .map(|(&cause, &fill)| (Sample::Area(fill), CAUSES[cause].1))
            .collect();
        entries.push((Sample::Line(SINGLE[0]), "First network, all causes"));
        entries.push((Sample::Line(SINGLE[1]), "Second network"));
        legend::row(
            canvas,
            (grid.left, 3.0),
            grid.width - grid.left,
            3.2,
            &entries,
        );
        let last = self.rows.iter().map(|row| row.step).fold(1.0, f64::max);
        let x = Scale::Linear {
            low: 0.0,
            high: last,
        };
        let ticks =
            [0.0, 5_000.0, 10_000.0, 15_000.0, 20_000.0].map(|value| crate::figures::scale::Tick {
                value,
                label: (value % 10_000.0 == 0.0).then(|| thousands(value)),
            });
        let steps_axis = Axis::new(x, "Training step", ticks.to_vec());
        for (row, &interval) in INTERVALS.iter().enumerate() {
            let (end, at) = axis_end(self.highest(interval), 1.0);
            let scale = Scale::Linear {
                low: 0.0,
                high: end,
            };
            let y = Axis::new(scale, "Weights (%)", scale.ticks_at(&at));
            for (column, name) in self.optimizers.iter().enumerate() {
                let panel = Panel {
                    frame: grid.frame(row, column),
                    x: steps_axis.clone().bare(),
                    y: if column == 0 {
                        y.clone()
                    } else {
                        y.clone().bare()
                    },
                };
                let mean = self.mean(column, interval);
                let x: Vec<f64> = mean.iter().map(|row| row.step).collect();
                let share = |&cause: &usize| mean.iter().map(|row| row.causes[cause]).collect();
                let shares: Vec<Vec<f64>> = causes.iter().map(share).collect();
                panel.stack(canvas, &x, &shares, &fills);
                for (own, stroke) in self.single(column, interval).iter().zip(SINGLE) {
                    let line: Vec<_> = own.iter().map(|r| panel.at(r.step, r.stopped)).collect();
                    canvas.line(&line, stroke);
                }
                panel.axes(canvas);
                if row == 0 {
                    panel.heading(canvas, &heading(name), 5.0);
                }
                if column == 0 {
                    let letter = ["a", "b"][row];
                    panel.letter(canvas, letter, 12.0, 1.4);
                    let over = if interval == 1.0 {
                        "Bit-equal before and after one step".to_owned()
                    } else {
                        format!("Bit-equal in two files saved {} apart", steps(interval))
                    };
                    let place = (panel.frame.left, panel.frame.top - 1.4);
                    canvas.text(place, &over, TextLook::NORMAL);
                }
            }
        }
        self.losses(canvas, grid, &steps_axis);
    }

    fn losses(&self, canvas: &mut Canvas, grid: &Grid, steps: &Axis) {
        let losses = self.rows.iter().map(|row| row.loss);
        let scale = log_around(losses, 0.05);
        for column in 0..self.optimizers.len() {
            let y = Axis::new(scale, "Loss (nats)", few(scale));
            let panel = Panel {
                frame: grid.frame(2, column),
                x: steps.clone(),
                y: if column == 0 { y } else { y.bare() },
            };
            for (own, stroke) in self.single(column, 1.0).iter().zip(SINGLE) {
                let line: Vec<_> = own.iter().map(|r| panel.at(r.step, r.loss)).collect();
                canvas.line(&line, stroke);
            }
            panel.axes(canvas);
            if column == 0 {
                panel.letter(canvas, "c", 12.0, 1.4);
                let place = (panel.frame.left, panel.frame.top - 1.4);
                canvas.text(place, "Training loss", TextLook::NORMAL);
            }
        }
    }

    fn networks(&self) -> f64 {
        self.rows.iter().map(|row| row.n).fold(0.0, f64::max)
    }

    fn caption(&self) -> String {
        let fewer: Vec<String> = self
            .optimizers
            .iter()
            .enumerate()
            .filter_map(|(index, name)| {
                let n = self.mean(index, 1.0).first().map_or(0.0, |row| row.n);
                (n < self.networks()).then(|| format!("{} {n}", heading(name)))
            })
            .collect();
        let fewer = if fewer.is_empty() {
            String::new()
        } else {
            format!(" (except {})", fewer.join(", "))
        };
        format!(
            "Some weights stop changing, and what stops them. Share of all weights and biases with \
             the same bits, a, before and after one step, b, in two files saved 1,000 steps apart, \
             stacked by cause: the first that holds, from the bottom up. Areas are means over the \
             networks, lines the single networks; no interval is given for so few. c, mean \
             cross-entropy over the training set. Constant learning rate, 20,000 steps; the rows \
             of a and b have scales of their own. n = {n} healthy networks (seeds) a \
             column{fewer}.",
            n = self.networks(),
        )
    }

    fn description(&self) -> String {
        let mut text = String::from(
            "Areas stacked over training steps, one column of panels an optimizer: above, weights \
             bit-equal over one step; in the middle, over 1,000 steps; below, the training loss. ",
        );
        for (index, name) in self.optimizers.iter().enumerate() {
            for interval in INTERVALS {
                let Some(last) = self.mean(index, interval).last().copied() else {
                    continue;
                };
                let parts: Vec<String> = CAUSES
                    .iter()
                    .zip(&last.causes)
                    .filter(|(_, share)| **share >= 0.05)
                    .map(|((_, words), share)| format!("{} {share:.1}%", words.to_lowercase()))
                    .collect();
                let _ = write!(
                    text,
                    "{}, over {}: at the end {:.1}% of the weights",
                    heading(name),
                    steps(interval),
                    last.stopped
                );
                let _ = if parts.is_empty() {
                    write!(text, ". ")
                } else {
                    write!(text, " ({}). ", parts.join(", "))
                };
            }
        }
        text.trim_end().into()
    }
}

/// Ticks of a small logarithmic axis: about three labels.
fn few(scale: Scale) -> Vec<crate::figures::scale::Tick> {
    let mut ticks: Vec<_> = scale
        .decades()
        .into_iter()
        .filter(|tick| tick.label.is_some())
        .collect();
    let every = ticks.len().div_ceil(3).max(1);
    let count = ticks.len();
    for (index, tick) in ticks.iter_mut().enumerate() {
        if (count - 1 - index) % every != 0 {
            tick.label = None;
        }
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::super::synthetic;
    use super::*;
    use crate::figures::synthetic::{provenance, save};

    #[test]
    fn each_optimizer_has_its_column_and_two_drawings_are_equal() {
        let figure = draw(synthetic::causes(), &provenance()).unwrap();
        let again = draw(synthetic::causes(), &provenance()).unwrap();
        assert_eq!(figure.svg, again.svg);
        for name in ["Plain SGD", "Momentum with L2", "Adam"] {
            assert_eq!(figure.svg.matches(&format!(">\n{name}\n")).count(), 1);
        }
        // A cause that never occurs is not in the legend.
        assert!(figure.svg.contains("Update rounds away"));
        assert!(!figure.svg.contains("Reads blank pixels"));
        save(&figure);
    }

    #[test]
    fn a_table_without_long_runs_is_refused() {
        let table = synthetic::causes();
        let none = table.keep("causes", &vec![false; table.rows()]);
        assert!(draw(none, &provenance()).is_err());
    }
}
