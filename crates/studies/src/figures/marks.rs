//! Marks in a panel: series, intervals, dots, stacked areas.

use super::canvas::{Canvas, Point};
use super::panel::Panel;
use super::style::{Colour, Fill, Series, Stroke};

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
    /// One-sided limits as bars, moved sideways by `shift` millimetres, clear of other series'.
    pub fn limits(&self, canvas: &mut Canvas, values: &[Measured], colour: Colour, shift: f64) {
        // No events, or nothing but events: a band would make it look as if the measurement were
        // less certain there than beside it.
        for value in values.iter().filter(|value| value.is_one_sided()) {
            self.bar(canvas, *value, Stroke::bar(colour), shift);
        }
    }

    /// All intervals as bars, moved sideways by `shift` millimetres.
    pub fn bars(&self, canvas: &mut Canvas, values: &[Measured], colour: Colour, shift: f64) {
        for value in values {
            self.bar(canvas, *value, Stroke::bar(colour), shift);
        }
    }

    /// A marker at each estimate.
    pub fn markers(&self, canvas: &mut Canvas, values: &[Measured], look: Series) {
        for value in values {
            canvas.marker(self.at(value.x, value.y), look.marker, 1.1, look.colour);
        }
    }

    /// The line through estimates; one that is not finite breaks it.
    pub fn trend(&self, canvas: &mut Canvas, values: &[Measured], stroke: Stroke) {
        let points: Vec<Point> = values.iter().map(|v| self.at(v.x, v.y)).collect();
        canvas.line(&points, stroke);
    }

    /// Two-sided intervals as a band, which one that is not finite breaks; as a bar where a value
    /// has no neighbour.
    pub fn intervals(&self, canvas: &mut Canvas, values: &[Measured], colour: Colour) {
        for run in values.split(|v| v.is_one_sided() || !(v.low.is_finite() && v.high.is_finite()))
        {
            match run {
                [] => {}
                [single] => self.bar(canvas, *single, Stroke::bar(colour), 0.0),
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
            let at = (place.0 + shift + spread * share, place.1);
            canvas.dot(at, 0.25, colour.tint(0.5));
        }
    }

    /// Areas stacked from the bottom of the frame, lowest first: `shares[i]` are the heights of
    /// the i-th area at each of `x`. What goes beyond the frame is cut at its edge.
    pub fn stack(&self, canvas: &mut Canvas, x: &[f64], shares: &[Vec<f64>], fills: &[Fill]) {
        let mut floor = vec![0.0; x.len()];
        for (heights, &fill) in shares.iter().zip(fills) {
            let ceiling: Vec<f64> = floor.iter().zip(heights).map(|(f, h)| f + h).collect();
            if heights.iter().any(|&height| height > 0.0) {
                let held = |(&x, &y): (&f64, &f64)| self.at(x, self.y.scale.nearest(y));
                let upper = x.iter().zip(&ceiling).map(held);
                let lower = x.iter().zip(&floor).rev().map(held);
                let outline: Vec<Point> = upper.chain(lower).collect();
                canvas.area(&outline, fill);
            }
            floor = ceiling;
        }
    }
}
