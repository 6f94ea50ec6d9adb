//! One picture within a figure: a frame, two axes, and marks placed by value.

use super::canvas::{Canvas, MILLIMETRES_PER_POINT, Point, TextLook};
use super::font::text_width;
use super::scale::{Scale, Tick};
use super::style::{Colour, Stroke};

/// Width of axis lines in points.
const AXIS_WIDTH: f64 = 0.5;
/// Length of a labelled tick in millimetres.
const TICK_LENGTH: f64 = 0.8;
/// Distance between ticks, their labels and the axis's label, in millimetres.
const GAP: f64 = 0.6;

/// A rectangle on the canvas in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

/// An axis: its scale, and what is written along it.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// From values to places.
    pub scale: Scale,
    /// What is measured, with its unit; empty where a neighbour's label serves.
    pub label: String,
    /// Ticks.
    pub ticks: Vec<Tick>,
    /// Whether ticks are labelled; not where a neighbour's labels serve.
    pub tick_labels: bool,
}

impl Axis {
    /// An axis with labelled ticks.
    pub fn new(scale: Scale, label: &str, ticks: Vec<Tick>) -> Self {
        Self {
            scale,
            label: label.into(),
            ticks,
            tick_labels: true,
        }
    }

    /// A share in per cent from 0 to 100.
    pub fn percent(label: &str) -> Self {
        let scale = Scale::Linear {
            low: 0.0,
            high: 100.0,
        };
        Self::new(
            scale,
            label,
            scale.ticks_at(&[0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),
        )
    }

    /// The same axis without words, where a neighbour's serve.
    #[must_use]
    pub fn bare(self) -> Self {
        Self {
            label: String::new(),
            tick_labels: false,
            ..self
        }
    }

    /// The same axis with its ticks at the given values.
    #[must_use]
    pub fn ticks_at(self, values: &[f64]) -> Self {
        Self {
            ticks: self.scale.ticks_at(values),
            ..self
        }
    }
}

/// A frame with two axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// The rectangle that the axes span.
    pub frame: Rectangle,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
}

impl Panel {
    /// Where a pair of values stands on the canvas.
    pub fn at(&self, x: f64, y: f64) -> Point {
        let Rectangle {
            left,
            top,
            right,
            bottom,
        } = self.frame;
        (
            left + (right - left) * self.x.scale.place(x),
            bottom - (bottom - top) * self.y.scale.place(y),
        )
    }

    /// Draws both axes: lines left and below, ticks outwards.
    pub fn axes(&self, canvas: &mut Canvas) {
        self.x_axis(canvas);
        self.y_axis(canvas);
    }

    /// Draws the horizontal axis below the frame.
    pub fn x_axis(&self, canvas: &mut Canvas) {
        let line = Stroke::solid(Colour::BLACK, AXIS_WIDTH);
        let Rectangle {
            left,
            right,
            bottom,
            ..
        } = self.frame;
        canvas.line(&[(left, bottom), (right, bottom)], line);
        let labels = bottom + TICK_LENGTH + GAP + TextLook::SMALL.cap_height();
        for tick in &self.x.ticks {
            let x = left + (right - left) * self.x.scale.place(tick.value);
            canvas.line(&[(x, bottom), (x, bottom + tick_length(tick))], line);
            if let (Some(label), true) = (&tick.label, self.x.tick_labels) {
                canvas.text((x, labels), label, TextLook::SMALL.middle());
            }
        }
        if !self.x.label.is_empty() {
            let below = labels + 1.5 * GAP + TextLook::NORMAL.cap_height();
            canvas.text(
                (f64::midpoint(left, right), below),
                &self.x.label,
                TextLook::NORMAL.middle(),
            );
        }
    }

    /// Draws the vertical axis left of the frame.
    pub fn y_axis(&self, canvas: &mut Canvas) {
        let line = Stroke::solid(Colour::BLACK, AXIS_WIDTH);
        let Rectangle {
            left, top, bottom, ..
        } = self.frame;
        canvas.line(&[(left, bottom), (left, top)], line);
        let end = left - TICK_LENGTH - GAP;
        let mut widest: f64 = 0.0;
        for tick in &self.y.ticks {
            let y = bottom - (bottom - top) * self.y.scale.place(tick.value);
            canvas.line(&[(left, y), (left - tick_length(tick), y)], line);
            if let (Some(label), true) = (&tick.label, self.y.tick_labels) {
                let look = TextLook::SMALL.end();
                widest = widest.max(text_width(label, look.size));
                canvas.text((end, y + look.cap_height() / 2.0), label, look);
            }
        }
        if !self.y.label.is_empty() {
            canvas.text(
                (end - widest - 1.5 * GAP, f64::midpoint(top, bottom)),
                &self.y.label,
                TextLook::NORMAL.middle().upwards(),
            );
        }
    }

    /// Draws a second scale of the same quantity along the upper edge.
    pub fn upper_axis(&self, canvas: &mut Canvas, axis: &Axis) {
        let line = Stroke::solid(Colour::BLACK, AXIS_WIDTH);
        let Rectangle {
            left, top, right, ..
        } = self.frame;
        canvas.line(&[(left, top), (right, top)], line);
        let labels = top - TICK_LENGTH - GAP;
        for tick in &axis.ticks {
            let x = left + (right - left) * axis.scale.place(tick.value);
            canvas.line(&[(x, top), (x, top - tick_length(tick))], line);
            if let (Some(label), true) = (&tick.label, axis.tick_labels) {
                canvas.text((x, labels), label, TextLook::SMALL.middle());
            }
        }
        if !axis.label.is_empty() {
            let above = labels - TextLook::SMALL.cap_height() - 2.0 * GAP;
            canvas.text(
                (f64::midpoint(left, right), above),
                &axis.label,
                TextLook::NORMAL.middle(),
            );
        }
    }

    /// Words above the frame that say which case the panel shows.
    pub fn heading(&self, canvas: &mut Canvas, text: &str, distance: f64) {
        canvas.text(
            (
                f64::midpoint(self.frame.left, self.frame.right),
                self.frame.top - distance,
            ),
            text,
            TextLook::NORMAL.middle(),
        );
    }

    /// The panel's letter, left of its upper left corner by `offset` millimetres.
    pub fn letter(&self, canvas: &mut Canvas, letter: &str, offset: f64, above: f64) {
        canvas.text(
            (self.frame.left - offset, self.frame.top - above),
            letter,
            TextLook::LETTER,
        );
    }

    /// A line across the frame at a value of y, with a remark at its right end.
    pub fn level(&self, canvas: &mut Canvas, y: f64, remark: &str, stroke: Stroke) {
        let place = self.at(0.0, y).1;
        let (left, right) = (self.frame.left, self.frame.right);
        canvas.line(&[(left, place), (right, place)], stroke);
        canvas.text(
            (right, place - 0.6),
            remark,
            TextLook::SMALL.end().coloured(stroke.colour),
        );
    }

    /// A line up the frame at a value of x.
    pub fn moment(&self, canvas: &mut Canvas, x: f64, stroke: Stroke) {
        let place = self.frame.left + (self.frame.right - self.frame.left) * self.x.scale.place(x);
        canvas.line(
            &[(place, self.frame.bottom), (place, self.frame.top)],
            stroke,
        );
    }
}

fn tick_length(tick: &Tick) -> f64 {
    if tick.label.is_some() {
        TICK_LENGTH
    } else {
        TICK_LENGTH / 2.0
    }
}

/// Height of a line of text in millimetres, for layouts.
pub fn line_height(look: TextLook) -> f64 {
    1.2 * look.size * MILLIMETRES_PER_POINT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel() -> Panel {
        Panel {
            frame: Rectangle {
                left: 10.0,
                top: 5.0,
                right: 60.0,
                bottom: 45.0,
            },
            x: Axis::percent("x (%)"),
            y: Axis::percent("y (%)"),
        }
    }

    #[test]
    fn values_stand_where_the_axes_say() {
        let panel = panel();
        assert_eq!(panel.at(0.0, 0.0), (10.0, 45.0));
        assert_eq!(panel.at(100.0, 100.0), (60.0, 5.0));
        assert_eq!(panel.at(50.0, 25.0), (35.0, 35.0));
    }
}
