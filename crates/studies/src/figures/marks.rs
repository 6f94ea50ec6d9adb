//! Marks in a panel: series, intervals, dots, stacked areas and bars.

use super::canvas::{Canvas, Point};
use super::panel::Panel;
use super::style::{Colour, Fill, Marker, Series, Stroke};

/// One value of a series with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Place along x.
    pub x: f64,
    /// The estimate.
    pub y: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Measured {
    /// Whether the interval reaches to one side of the value only.
    pub fn is_one_sided(&self) -> bool {
        (self.low == self.y) != (self.high == self.y)
    }
}

impl Panel {
    /// A series: its intervals, its line, its markers. A value that is not finite breaks line and
    /// band. `shift` moves one-sided limits sideways, in millimetres, clear of other series'.
    pub fn series(&self, canvas: &mut Canvas, values: &[Measured], look: Series, shift: f64) {
        self.limits(canvas, values, look.colour, shift);
        self.curve(canvas, values, look);
    }

    /// The same without one-sided limits, where they would crowd out everything else.
    pub fn curve(&self, canvas: &mut Canvas, values: &[Measured], look: Series) {
        self.intervals(canvas, values, look.colour);
        self.trend(canvas, values, look.stroke(0.9));
        self.markers(canvas, values, look);
    }

    /// A series whose intervals are all bars, moved sideways by `shift` millimetres.
    pub fn bars(&self, canvas: &mut Canvas, values: &[Measured], look: Series, shift: f64) {
        for value in values {
            self.bar(canvas, *value, bar(look.colour), shift);
        }
        self.trend(canvas, values, look.stroke(0.9));
        self.markers(canvas, values, look);
    }

    /// A marker at each estimate.
    fn markers(&self, canvas: &mut Canvas, values: &[Measured], look: Series) {
        for value in values {
            canvas.marker(self.at(value.x, value.y), look.marker, 1.1, look.colour);
        }
    }

    /// The line through estimates.
    pub fn trend(&self, canvas: &mut Canvas, values: &[Measured], stroke: Stroke) {
        let points: Vec<Point> = values.iter().map(|v| self.at(v.x, v.y)).collect();
        canvas.line(&points, stroke);
    }

    /// One-sided intervals (no events, or nothing but events) as bars: a band would make it look
    /// as if the measurement were less certain there than beside it.
    fn limits(&self, canvas: &mut Canvas, values: &[Measured], colour: Colour, shift: f64) {
        for value in values.iter().filter(|value| value.is_one_sided()) {
            self.bar(canvas, *value, bar(colour), shift);
        }
    }

    /// Two-sided intervals as a band; as a bar where a value has no neighbour.
    pub fn intervals(&self, canvas: &mut Canvas, values: &[Measured], colour: Colour) {
        for run in values.split(|v| v.is_one_sided() || !(v.low.is_finite() && v.high.is_finite()))
        {
            match run {
                [] => {}
                [single] => self.bar(canvas, *single, bar(colour), 0.0),
                _ => {
                    let upper = run.iter().map(|v| self.at(v.x, v.high));
                    let lower = run.iter().rev().map(|v| self.at(v.x, v.low));
                    let outline: Vec<Point> = upper.chain(lower).collect();
                    canvas.veil(&outline, colour, 0.18);
                }
            }
        }
    }

    /// An interval as an upright bar with caps, moved sideways by `shift` millimetres.
    pub fn bar(&self, canvas: &mut Canvas, value: Measured, stroke: Stroke, shift: f64) {
        let (x, high) = self.at(value.x, value.high);
        let x = x + shift;
        let low = self.at(value.x, value.low).1;
        if !(high.is_finite() && low.is_finite()) {
            return;
        }
        let cap = 0.3;
        canvas.line(&[(x, low), (x, high)], stroke);
        canvas.line(&[(x - cap, low), (x + cap, low)], stroke);
        canvas.line(&[(x - cap, high), (x + cap, high)], stroke);
    }

    /// Single values, as of replicates: small pale dots around `shift` millimetres right of their
    /// place, spread over `spread` millimetres in the order of the values so that equal ones show.
    pub fn dots(
        &self,
        canvas: &mut Canvas,
        values: &[(f64, f64)],
        shift: f64,
        spread: f64,
        colour: Colour,
    ) {
        let mut before = 0;
        for (index, &(x, y)) in values.iter().enumerate() {
            if index > 0 && values[index - 1].0 != x {
                before = index;
            }
            let here = values[before..].iter().take_while(|v| v.0 == x).count();
            let share = ((index - before) as f64 + 0.5) / here as f64 - 0.5;
            let place = self.at(x, y);
            canvas.dot(
                (place.0 + shift + spread * share, place.1),
                0.25,
                colour.tint(0.5),
                1.0,
            );
        }
    }

    /// Areas stacked from the bottom of the frame, lowest first: `shares[i]` are the heights of
    /// the i-th area at each of `x`.
    pub fn stack(&self, canvas: &mut Canvas, x: &[f64], shares: &[Vec<f64>], fills: &[Fill]) {
        let mut floor = vec![0.0; x.len()];
        for (heights, &fill) in shares.iter().zip(fills) {
            let ceiling: Vec<f64> = floor.iter().zip(heights).map(|(f, h)| f + h).collect();
            if heights.iter().any(|&height| height > 0.0) {
                let upper = x.iter().zip(&ceiling).map(|(&x, &y)| self.at(x, y));
                let lower = x.iter().zip(&floor).rev().map(|(&x, &y)| self.at(x, y));
                let outline: Vec<Point> = upper.chain(lower).collect();
                canvas.area(&outline, fill);
            }
            floor = ceiling;
        }
    }

    /// A bar of stacked shares at a value of x, `width` millimetres wide, lowest first.
    pub fn stacked_bar(
        &self,
        canvas: &mut Canvas,
        x: f64,
        width: f64,
        shares: &[f64],
        fills: &[Fill],
    ) {
        let mut floor = 0.0;
        for (&height, &fill) in shares.iter().zip(fills) {
            if height > 0.0 {
                let (centre, bottom) = self.at(x, floor);
                let top = self.at(x, floor + height).1;
                canvas.rectangle(
                    (centre - width / 2.0, top),
                    (centre + width / 2.0, bottom),
                    fill,
                );
            }
            floor += height;
        }
    }

    /// A marker at a pair of values.
    pub fn marker(&self, canvas: &mut Canvas, x: f64, y: f64, marker: Marker, colour: Colour) {
        canvas.marker(self.at(x, y), marker, 1.1, colour);
    }
}

/// The line of an interval's bar.
fn bar(colour: Colour) -> Stroke {
    Stroke::solid(colour.tint(0.6), 0.35)
}
