//! Two rows of stacked areas and one of losses, one column an optimizer.

use super::super::look::{CAUSES, axis_end, fill, heading, steps, training_steps};
use super::table::{Row, Shown};
use super::{INTERVALS, SINGLE};
use crate::figures::canvas::{Canvas, TextLook};
use crate::figures::layout::Grid;
use crate::figures::legend::{self, Sample};
use crate::figures::panel::{Axis, Panel};
use crate::figures::scale::{Scale, log_around};
use crate::figures::style::{Colour, Fill};
use crate::report::numbers::significant;

impl Shown {
    pub fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
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
        let steps_axis = training_steps(last);
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
                let most = own_highest(&mean);
                if most < 0.001 * end {
                    let place = panel.at(last / 2.0, end / 2.0);
                    let text = if most == 0.0 {
                        "none".into()
                    } else {
                        format!("at most {}%", significant(most))
                    };
                    canvas.text(
                        place,
                        &text,
                        TextLook::SMALL.middle().coloured(Colour::GREY),
                    );
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
            let y = Axis::new(scale, "Loss (nats)", scale.powers(2));
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
}

/// The largest share that stops at any step.
fn own_highest(mean: &[&Row]) -> f64 {
    mean.iter().map(|row| row.stopped).fold(0.0, f64::max)
}
