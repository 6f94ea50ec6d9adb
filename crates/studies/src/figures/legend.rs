//! Keys: which look is which series or area.

use super::canvas::{Canvas, Point, TextLook};
use super::font::text_width;
use super::style::{Colour, Fill, Series, Stroke};

/// What stands before a legend's words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sample {
    /// A piece of a series: line and marker.
    Series(Series),
    /// A series' marker alone.
    Marker(Series),
    /// A piece of a line without marker.
    Line(Stroke),
    /// A piece of an area.
    Area(Fill),
    /// A replicate's dot.
    Dot(Colour),
    /// A piece of a band.
    Band(Colour),
    /// An arrow at the end of an axis, for what lies beyond.
    Beyond(Colour),
}

/// Length of a sample in millimetres.
const LENGTH: f64 = 4.5;
/// Space between sample and words.
const GAP: f64 = 1.0;
/// Space between entries.
const BETWEEN: f64 = 3.5;

/// Draws entries in a row from a place on their baseline, and returns the place where the row
/// ends. `width` is where a new row begins, `line` its distance, both in millimetres.
pub fn row(
    canvas: &mut Canvas,
    start: Point,
    width: f64,
    line: f64,
    entries: &[(Sample, &str)],
) -> Point {
    let words = entries.iter().map(|(_, words)| *words);
    let (places, end) = places(start, width, line, words);
    for ((sample, words), place) in entries.iter().zip(places) {
        entry(canvas, place, *sample, words);
    }
    end
}

/// Number of lines that a row of entries takes.
pub fn lines<'a>(width: f64, words: impl Iterator<Item = &'a str>) -> usize {
    let (places, (_, y)) = places((0.0, 0.0), width, 1.0, words);
    if places.is_empty() { 0 } else { y as usize + 1 }
}

/// Where entries stand, and where the row ends.
fn places<'a>(
    start: Point,
    width: f64,
    line: f64,
    entries: impl Iterator<Item = &'a str>,
) -> (Vec<Point>, Point) {
    let (mut x, mut y) = start;
    let mut places = Vec::new();
    for words in entries {
        let needed = LENGTH + GAP + text_width(words, TextLook::NORMAL.size);
        if x > start.0 && x + needed > start.0 + width {
            (x, y) = (start.0, y + line);
        }
        places.push((x, y));
        x += needed + BETWEEN;
    }
    (places, (x, y))
}

fn entry(canvas: &mut Canvas, (x, y): Point, sample: Sample, words: &str) {
    let look = TextLook::NORMAL;
    let middle = y - look.cap_height() / 2.0;
    let ends = [(x, middle), (x + LENGTH, middle)];
    let (upper, lower) = (middle - 1.0, middle + 1.0);
    match sample {
        Sample::Series(series) => {
            canvas.line(&ends, series.stroke(0.9));
            canvas.marker(
                (x + LENGTH / 2.0, middle),
                series.marker,
                1.1,
                series.colour,
            );
        }
        Sample::Marker(series) => {
            let place = (x + LENGTH / 2.0, middle);
            canvas.marker(place, series.marker, 1.1, series.colour);
        }
        Sample::Line(stroke) => canvas.line(&ends, stroke),
        Sample::Area(fill) => canvas.rectangle((x, upper), (x + LENGTH, lower), fill),
        Sample::Dot(colour) => {
            for share in [0.3, 0.5, 0.7] {
                canvas.dot((x + LENGTH * share, middle), 0.25, colour.tint(0.5));
            }
        }
        Sample::Beyond(colour) => {
            let tip = x + LENGTH / 2.0 - 0.85;
            let outline = [
                (tip, middle),
                (tip + 1.7, middle - 0.85),
                (tip + 1.7, middle + 0.85),
            ];
            canvas.area(&outline, Fill::plain(colour));
        }
        Sample::Band(colour) => canvas.veil(
            &[
                (x, upper),
                (x + LENGTH, upper),
                (x + LENGTH, lower),
                (x, lower),
            ],
            colour,
            0.18,
        ),
    }
    canvas.text((x + LENGTH + GAP, y), words, look);
}
