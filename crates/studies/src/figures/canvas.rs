//! The sheet of paper: primitives in millimetres, drawn with plotters' SVG backend.
//!
//! plotters rounds coordinates to whole units, so the sheet is ruled in hundredths of a
//! millimetre and the viewBox scales it to its printed size.

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    FontDesc, FontFamily, FontStyle, FontTransform, RGBAColor, ShapeStyle, TextStyle,
};

use super::dash::dashes;
use super::font::{CAP_HEIGHT, FAMILY};
use super::hatch::hatch_lines;
use super::style::{Colour, Dash, Fill, Marker, Stroke};

/// Units of the canvas in a millimetre.
pub(crate) const UNITS_PER_MILLIMETRE: f64 = 100.0;

/// A typographic point in millimetres (1/72 inch).
pub const MILLIMETRES_PER_POINT: f64 = 25.4 / 72.0;

/// A place on the canvas in millimetres from its upper left corner: right, down.
pub type Point = (f64, f64);

/// Which part of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its start.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextLook {
    /// Size in points; 5 to 7 in print.
    pub size: f64,
    /// Its colour.
    pub colour: Colour,
    /// Which part of it stands at its place.
    pub anchor: Anchor,
    /// Whether it runs upwards.
    pub upwards: bool,
}

impl TextLook {
    /// Remarks and tick labels: 5 points.
    pub const SMALL: Self = Self {
        size: 5.0,
        colour: Colour::BLACK,
        anchor: Anchor::Start,
        upwards: false,
    };
    /// Axis labels and legends: 6 points.
    pub const NORMAL: Self = Self {
        size: 6.0,
        ..Self::SMALL
    };
    /// Panel letters: 7 points.
    pub const LETTER: Self = Self {
        size: 7.0,
        ..Self::SMALL
    };

    /// The same, centred on its place.
    #[must_use]
    pub fn middle(self) -> Self {
        Self {
            anchor: Anchor::Middle,
            ..self
        }
    }

    /// The same, ending at its place.
    #[must_use]
    pub fn end(self) -> Self {
        Self {
            anchor: Anchor::End,
            ..self
        }
    }

    /// The same in another colour.
    #[must_use]
    pub fn coloured(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// The same, running upwards.
    #[must_use]
    pub fn upwards(self) -> Self {
        Self {
            upwards: true,
            ..self
        }
    }

    /// Height of its capitals in millimetres.
    pub fn cap_height(self) -> f64 {
        CAP_HEIGHT * self.size * MILLIMETRES_PER_POINT
    }
}

/// A sheet to draw on. The first failure is kept and returned by `picture`.
pub struct Canvas<'a> {
    backend: SVGBackend<'a>,
    failure: Option<String>,
}

/// Draws a sheet of that size in millimetres and returns plotters' SVG of it.
///
/// # Errors
/// What plotters' backend could not draw, in words.
pub(crate) fn picture(
    width: f64,
    height: f64,
    draw: impl FnOnce(&mut Canvas),
) -> Result<String, String> {
    let mut svg = String::new();
    let mut canvas = Canvas {
        backend: SVGBackend::with_string(&mut svg, (units(width), units(height))),
        failure: None,
    };
    draw(&mut canvas);
    let presented = canvas.backend.present();
    canvas.keep(presented);
    let failure = canvas.failure.take();
    drop(canvas);
    failure.map_or(Ok(svg), Err)
}

impl Canvas<'_> {
    /// A line through points; a point that is not finite breaks it.
    pub fn line(&mut self, points: &[Point], stroke: Stroke) {
        for piece in points.split(|point| !(point.0.is_finite() && point.1.is_finite())) {
            if piece.len() < 2 {
                continue;
            }
            if stroke.dash == Dash::Solid {
                self.path(piece, stroke);
            } else {
                for dash in dashes(piece, stroke.dash.pattern()) {
                    self.path(&dash, stroke);
                }
            }
        }
    }

    /// A closed area.
    pub fn area(&mut self, outline: &[Point], fill: Fill) {
        self.veil(outline, fill.colour, 1.0);
        if let Some(hatch) = fill.hatch {
            for (from, to) in hatch_lines(outline, hatch) {
                self.path(&[from, to], hatch.stroke);
            }
        }
    }

    /// A closed area through which things below are seen; opacity from 0 to 1.
    pub fn veil(&mut self, outline: &[Point], colour: Colour, opacity: f64) {
        let style = shape(colour, opacity, 0.0).filled();
        let result = self
            .backend
            .fill_polygon(outline.iter().map(|&point| at(point)), &style);
        self.keep(result);
    }

    /// A rectangle between two corners.
    pub fn rectangle(&mut self, from: Point, to: Point, fill: Fill) {
        self.area(&[from, (to.0, from.1), to, (from.0, to.1)], fill);
    }

    /// A dot of a radius in millimetres.
    pub fn dot(&mut self, centre: Point, radius: f64, colour: Colour) {
        if centre.0.is_finite() && centre.1.is_finite() {
            let style = shape(colour, 1.0, 0.0).filled();
            let result = self
                .backend
                .draw_circle(at(centre), units(radius), &style, true);
            self.keep(result);
        }
    }

    /// A marker of about `size` millimetres across, with a white rim that sets it off.
    pub fn marker(&mut self, centre: Point, marker: Marker, size: f64, colour: Colour) {
        if !(centre.0.is_finite() && centre.1.is_finite()) {
            return;
        }
        let r = size / 2.0;
        let rim = 0.12;
        let around = |offsets: &[Point], scale: f64| -> Vec<Point> {
            offsets
                .iter()
                .map(|&(x, y)| (centre.0 + x * scale, centre.1 + y * scale))
                .collect()
        };
        let corners: &[Point] = match marker {
            Marker::Circle => {
                self.dot(centre, r + rim, Colour::WHITE);
                self.dot(centre, r, colour);
                return;
            }
            Marker::Ring => {
                self.dot(centre, r + rim, colour);
                self.dot(centre, r * 0.6, Colour::WHITE);
                return;
            }
            Marker::None => return,
            Marker::Square => &[(-0.89, -0.89), (0.89, -0.89), (0.89, 0.89), (-0.89, 0.89)],
            Marker::Triangle => &[(0.0, -1.15), (1.1, 0.75), (-1.1, 0.75)],
            Marker::Diamond => &[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)],
            Marker::Cross => &[
                (0.0, -0.5),
                (0.67, -1.17),
                (1.17, -0.67),
                (0.5, 0.0),
                (1.17, 0.67),
                (0.67, 1.17),
                (0.0, 0.5),
                (-0.67, 1.17),
                (-1.17, 0.67),
                (-0.5, 0.0),
                (-1.17, -0.67),
                (-0.67, -1.17),
            ],
        };
        self.veil(&around(corners, r + 1.3 * rim), Colour::WHITE, 1.0);
        self.veil(&around(corners, r), colour, 1.0);
    }

    /// A text whose baseline starts, is centred or ends at a place.
    pub fn text(&mut self, place: Point, text: &str, look: TextLook) {
        // plotters writes size / 1.24 as the size in em, and for VPos::Top moves the baseline
        // down by 0.76 em: both are undone here, so that the place is the baseline's.
        // To whole units upwards: 5 points are no less in print.
        let em = (look.size * MILLIMETRES_PER_POINT * UNITS_PER_MILLIMETRE).ceil();
        let lift = 0.76 * em / UNITS_PER_MILLIMETRE;
        let horizontal = match look.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let (place, transform) = if look.upwards {
            ((place.0 - lift, place.1), FontTransform::Rotate270)
        } else {
            ((place.0, place.1 - lift), FontTransform::None)
        };
        let font = FontDesc::new(FontFamily::Name(FAMILY), em * 1.24, FontStyle::Normal)
            .transform(transform);
        let colour = rgba(look.colour, 1.0);
        let style = TextStyle::from(font)
            .color(&colour)
            .pos(Pos::new(horizontal, VPos::Top));
        let result = self.backend.draw_text(text, &style, at(place));
        self.keep(result);
    }

    fn path(&mut self, points: &[Point], stroke: Stroke) {
        let width = stroke.width * MILLIMETRES_PER_POINT;
        let style = shape(stroke.colour, 1.0, width);
        let result = self
            .backend
            .draw_path(points.iter().map(|&point| at(point)), &style);
        self.keep(result);
    }

    fn keep<E: std::fmt::Display>(&mut self, result: Result<(), E>) {
        if let Err(error) = result {
            self.failure.get_or_insert_with(|| error.to_string());
        }
    }
}

fn units(millimetres: f64) -> u32 {
    (millimetres * UNITS_PER_MILLIMETRE).round() as u32
}

fn at(point: Point) -> (i32, i32) {
    (
        (point.0 * UNITS_PER_MILLIMETRE).round() as i32,
        (point.1 * UNITS_PER_MILLIMETRE).round() as i32,
    )
}

fn rgba(colour: Colour, opacity: f64) -> RGBAColor {
    RGBAColor(colour.0, colour.1, colour.2, opacity)
}

fn shape(colour: Colour, opacity: f64, width: f64) -> ShapeStyle {
    ShapeStyle::from(rgba(colour, opacity)).stroke_width(units(width))
}
