//! Panel e: the sets of two networks.

use super::super::look::thousands;
use super::table::Shown;
use super::{ACROSS, CHANCE, KINDS};
use crate::figures::canvas::{Canvas, TextLook};
use crate::figures::layout::Grid;
use crate::figures::legend::{self, Sample};
use crate::figures::marks::Measured;
use crate::figures::panel::{Axis, Panel, Rectangle};
use crate::figures::scale::{Scale, Tick};
use crate::figures::style::{Series, Stroke};

impl Shown {
    /// From a round number below everything that is drawn, to 1.
    fn across_axis(&self) -> Axis {
        let own = self.rows.iter().filter(|row| row.kind != "successive");
        let lows = own.flat_map(|row| [row.measured.y, row.measured.low]);
        let lowest = lows.filter(|value| value.is_finite()).fold(0.0, f64::min);
        let below = [-0.25, -0.5].into_iter().find(|low| *low < lowest);
        let scale = Scale::Linear {
            low: below.unwrap_or(-1.0),
            high: 1.0,
        };
        let ticks = scale.ticks_at(&[-1.0, -0.5, 0.0, 0.5, 1.0]);
        Axis::new(scale, "Overlap of two networks at the end", ticks)
    }

    pub fn draw_across(&self, canvas: &mut Canvas, grid: &Grid) {
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
            y: self.across_axis(),
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
}
