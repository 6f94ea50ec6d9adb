//! Panels a to d: the sets of one network, one after the other.

use super::super::look::{heading, optimizer, steps, training_steps};
use super::table::Shown;
use super::{CHANCE, INTERVALS, SETS};
use crate::figures::canvas::{Canvas, Point, TextLook};
use crate::figures::layout::Grid;
use crate::figures::legend::{self, Sample};
use crate::figures::panel::{Axis, Panel};
use crate::figures::scale::Scale;

/// Millimetres between the markers of neighbouring optimizers at one step.
const BESIDE: f64 = 0.5;

impl Shown {
    /// The optimizers that have networks to compare.
    fn compared(&self) -> Vec<usize> {
        let has_rows = |&index: &usize| !self.successive(index, "all", 1.0, false).is_empty();
        (0..self.optimizers.len()).filter(has_rows).collect()
    }

    /// Where the vertical axis of a row of panels begins: a round number below everything drawn.
    pub fn floor(&self, interval: f64) -> f64 {
        let own = self
            .rows
            .iter()
            .filter(|row| row.kind == "successive" && row.interval == Some(interval));
        let values = own.map(|row| row.measured.y);
        let lowest = values.filter(|value| value.is_finite()).fold(1.0, f64::min);
        let round = [0.98, 0.95, 0.9, 0.8, 0.5, 0.0, -0.25, -0.5];
        let below = round.into_iter().find(|floor| *floor < lowest);
        below.unwrap_or(-1.0)
    }

    pub fn draw_successive(&self, canvas: &mut Canvas, grid: &Grid) {
        let shown = self.compared();
        let names: Vec<String> = shown
            .iter()
            .map(|&index| heading(&self.optimizers[index]))
            .collect();
        let mut entries: Vec<(Sample, &str)> = shown
            .iter()
            .zip(&names)
            .map(|(&index, name)| (Sample::Series(optimizer(index)), name.as_str()))
            .collect();
        entries.push((Sample::Line(CHANCE), "Chance"));
        let width = grid.frame(0, 2).left - 6.0 - grid.left;
        legend::row(canvas, (grid.left, 3.0), width, 3.2, &entries);
        let steps_done = self.rows.iter().map(|row| row.measured.x);
        let x = training_steps(steps_done.fold(1.0, f64::max));
        for (row, &interval) in INTERVALS.iter().enumerate() {
            let low = self.floor(interval);
            // A little air above 1, so that markers there are whole.
            let scale = Scale::Linear {
                low,
                high: 1.0 + 0.04 * (1.0 - low),
            };
            let middle = f64::midpoint(low.max(0.0), 1.0);
            let ticks = scale.ticks_at(&[low.max(0.0), middle, 1.0]);
            for (column, (set, words)) in SETS.iter().enumerate() {
                let y = Axis::new(scale, "Overlap with the set before", ticks.clone());
                let panel = Panel {
                    frame: grid.frame(row, column),
                    x: if row == 1 {
                        x.clone()
                    } else {
                        x.clone().bare()
                    },
                    y: if column == 0 { y } else { y.bare() },
                };
                if scale.contains(0.0) {
                    panel.level(canvas, 0.0, "", CHANCE);
                } else {
                    let place = (panel.frame.right - 1.0, panel.frame.bottom - 1.2);
                    let remark = format!("the axis starts at {low}; chance is 0");
                    let look = TextLook::SMALL.end().coloured(CHANCE.colour);
                    canvas.text(place, &remark, look);
                }
                self.lines(canvas, &panel, &shown, (set, interval));
                panel.axes(canvas);
                let letter = char::from(b'a' + (2 * row + column) as u8).to_string();
                panel.letter(canvas, &letter, if column == 0 { 10.0 } else { 5.0 }, 1.4);
                let place = (panel.frame.left, panel.frame.top - 1.4);
                let text = format!("{words}, over {}", steps(interval));
                canvas.text(place, &text, TextLook::NORMAL);
            }
        }
    }

    /// One line an optimizer, their markers beside one another: many values are nearly 1.
    fn lines(
        &self,
        canvas: &mut Canvas,
        panel: &Panel,
        shown: &[usize],
        (set, interval): (&str, f64),
    ) {
        let middle = (shown.len() as f64 - 1.0) / 2.0;
        for (place, &index) in shown.iter().enumerate() {
            let look = optimizer(index);
            let shift = BESIDE * (place as f64 - middle);
            let points = |single: bool| -> Vec<Point> {
                let values = self.successive(index, set, interval, single);
                let places = values.iter().map(|value| panel.at(value.x, value.y));
                places.map(|(x, y)| (x + shift, y)).collect()
            };
            for point in points(true) {
                canvas.dot(point, 0.25, look.colour.tint(0.5), 1.0);
            }
            let mean = points(false);
            canvas.line(&mean, look.stroke(0.6));
            for point in mean {
                canvas.marker(point, look.marker, 1.1, look.colour);
            }
        }
    }
}
