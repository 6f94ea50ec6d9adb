//! One picture within a figure: a frame, two axes, and marks placed by value.

use super::canvas::{Canvas, MILLIMETRES_PER_POINT, Point, TextLook};
use super::scale::{Scale, Tick};
use super::style::{Colour, Stroke};

/// Width of axis lines in points.
const AXIS_WIDTH: f64 = 0.5;
/// Length of a labelled tick in millimetres.
const TICK_LENGTH: f64 = 0.8;
/// Distance between ticks and their labels, in millimetres.
const GAP: f64 = 0.6;

/// A rectangle on the canvas in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rectangle {
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
pub(super) struct Axis {
    /// From values to places.
    pub scale: Scale,
    /// Ticks.
    pub ticks: Vec<Tick>,
    /// Whether ticks are labelled; not where a neighbour's labels serve.
    pub tick_labels: bool,
}

impl Axis {
    /// The same axis without words, where a neighbour's serve.
    #[must_use]
    pub fn bare(self) -> Self {
        Self {
            tick_labels: false,
            ..self
        }
    }

    /// Draws it along an edge of a frame: the line, and ticks to the outside with their labels.
    fn draw(
        &self,
        canvas: &mut Canvas,
        [start, end]: [Point; 2],
        outside: Point,
        look: TextLook,
        label_at: impl Fn(Point) -> Point,
    ) {
        let line = Stroke::solid(Colour::BLACK, AXIS_WIDTH);
        canvas.line(&[start, end], line);
        for tick in &self.ticks {
            let share = self.scale.place(tick.value);
            let (x, y) = (
                start.0 + (end.0 - start.0) * share,
                start.1 + (end.1 - start.1) * share,
            );
            let length = if tick.label.is_some() {
                TICK_LENGTH
            } else {
                TICK_LENGTH / 2.0
            };
            let tip = (x + outside.0 * length, y + outside.1 * length);
            canvas.line(&[(x, y), tip], line);
            if let (Some(label), true) = (&tick.label, self.tick_labels) {
                canvas.text(label_at((x, y)), label, look);
            }
        }
    }
}

/// A frame with two axes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Panel {
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
        (self.across(x), self.up(y))
    }

    /// Where a value of x stands, from the left of the canvas.
    pub fn across(&self, x: f64) -> f64 {
        let Rectangle { left, right, .. } = self.frame;
        left + (right - left) * self.x.scale.place(x)
    }

    /// Where a value of y stands, from the top of the canvas.
    pub fn up(&self, y: f64) -> f64 {
        let Rectangle { top, bottom, .. } = self.frame;
        bottom - (bottom - top) * self.y.scale.place(y)
    }

    /// Draws the horizontal axis below the frame.
    pub fn x_axis(&self, canvas: &mut Canvas) {
        let Rectangle {
            left,
            right,
            bottom,
            ..
        } = self.frame;
        let edge = [(left, bottom), (right, bottom)];
        let look = TextLook::SMALL.middle();
        self.x.draw(canvas, edge, (0.0, 1.0), look, |(x, y)| {
            (x, y + TICK_LENGTH + GAP + look.cap_height())
        });
    }

    /// Draws the vertical axis left of the frame.
    pub fn y_axis(&self, canvas: &mut Canvas) {
        let Rectangle {
            left, top, bottom, ..
        } = self.frame;
        let edge = [(left, bottom), (left, top)];
        let look = TextLook::SMALL.end();
        self.y.draw(canvas, edge, (-1.0, 0.0), look, |(x, y)| {
            (x - TICK_LENGTH - GAP, y + look.cap_height() / 2.0)
        });
    }

    /// Draws a second scale of the same quantity along the upper edge.
    pub fn upper_axis(&self, canvas: &mut Canvas, axis: &Axis) {
        let Rectangle {
            left, top, right, ..
        } = self.frame;
        let edge = [(left, top), (right, top)];
        let look = TextLook::SMALL.middle();
        axis.draw(canvas, edge, (0.0, -1.0), look, |(x, y)| {
            (x, y - TICK_LENGTH - GAP)
        });
    }

    /// A line across the frame at a value of y.
    pub fn level(&self, canvas: &mut Canvas, y: f64, stroke: Stroke) {
        let place = self.up(y);
        canvas.line(
            &[(self.frame.left, place), (self.frame.right, place)],
            stroke,
        );
    }

    /// A line up the frame at a value of x.
    pub fn moment(&self, canvas: &mut Canvas, x: f64, stroke: Stroke) {
        let place = self.across(x);
        canvas.line(
            &[(place, self.frame.bottom), (place, self.frame.top)],
            stroke,
        );
    }
}

/// Height of a line of text in millimetres, for layouts.
pub(super) fn line_height(look: TextLook) -> f64 {
    1.2 * look.size * MILLIMETRES_PER_POINT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_where_the_axes_say() {
        let percent = Axis {
            scale: Scale::Linear {
                low: 0.0,
                high: 100.0,
            },
            ticks: Vec::new(),
            tick_labels: true,
        };
        let panel = Panel {
            frame: Rectangle {
                left: 10.0,
                top: 5.0,
                right: 60.0,
                bottom: 45.0,
            },
            x: percent.clone(),
            y: percent,
        };
        assert_eq!(panel.at(0.0, 0.0), (10.0, 45.0));
        assert_eq!(panel.at(100.0, 100.0), (60.0, 5.0));
        assert_eq!(panel.at(50.0, 25.0), (35.0, 35.0));
    }
}
