//! One cell of the map: its ground and what is written on it.

use super::LAST_STEP;
use crate::figures::canvas::{Canvas, Point, TextLook};
use crate::figures::panel::Panel;
use crate::figures::style::{Colour, Fill};
use crate::figures::when_filters_die::Place;

/// The numbers of one cell.
pub(super) struct Cell {
    pub place: Place,
    /// Percentages.
    pub silent: f64,
    pub low: f64,
    pub high: f64,
    pub dead: f64,
    pub deaths: f64,
    pub median: f64,
    pub collapsed: f64,
    pub diverged: f64,
    pub n: f64,
}

/// Fills the cell; gives its middle and the colour in which text is legible on it.
fn ground(
    canvas: &mut Canvas,
    panel: &Panel,
    place: Place,
    colour: Colour,
    share: f64,
) -> (Point, Colour) {
    let (x, y) = (place.rate as f64, place.initialization as f64);
    let (from, to) = (panel.at(x - 0.5, y - 0.5), panel.at(x + 0.5, y + 0.5));
    let inset = 0.15;
    let corners = (
        (from.0 + inset, from.1 + inset),
        (to.0 - inset, to.1 - inset),
    );
    let fill = if share.is_finite() {
        Fill::plain(colour.tint(0.06 + 0.94 * share))
    } else {
        Fill::plain(Colour::PALE)
    };
    canvas.rectangle(corners.0, corners.1, fill);
    // On all but the darkest blue black has the higher contrast.
    let ink = if colour == Colour::BLUE && share > 0.88 {
        Colour::WHITE
    } else {
        Colour::BLACK
    };
    (panel.at(x, y), ink)
}

/// Lines of text around the middle of a cell.
fn lines(canvas: &mut Canvas, (x, y): Point, ink: Colour, lines: &[String]) {
    let look = TextLook::SMALL.middle().coloured(ink);
    let step = 2.25;
    let first = y + look.cap_height() / 2.0 - step * (lines.len() as f64 - 1.0) / 2.0;
    for (index, line) in lines.iter().enumerate() {
        canvas.text((x, first + step * index as f64), line, look);
    }
}

/// Silent filters, and networks that are lost.
pub(super) fn silent(canvas: &mut Canvas, panel: &Panel, cell: &Cell) {
    let share = cell.silent / 100.0;
    let (middle, ink) = ground(canvas, panel, cell.place, Colour::BLUE, share);
    let mut text = Vec::new();
    if cell.silent.is_finite() {
        let differs = (cell.silent - cell.dead).abs() > 0.05;
        let dead = if differs {
            format!(", dead {:.1}%", cell.dead)
        } else {
            String::new()
        };
        text.push(format!("{:.1}%{dead}", cell.silent));
        if cell.low.is_finite() && cell.high.is_finite() {
            text.push(format!("({:.1} to {:.1})", cell.low, cell.high));
        }
    } else {
        text.push("none works".into());
    }
    let lost = [(cell.collapsed, "collapsed"), (cell.diverged, "diverged")];
    let lost = lost.into_iter().filter(|(count, _)| *count > 0.0);
    text.extend(lost.map(|(count, word)| format!("{count} {word}")));
    lines(canvas, middle, ink, &text);
}

/// When filters died for good, and how many.
pub(super) fn when(canvas: &mut Canvas, panel: &Panel, cell: &Cell) {
    let share = libm::log1p(cell.median) / libm::log1p(LAST_STEP);
    let shade = if share.is_finite() { share } else { 0.0 };
    let (middle, ink) = ground(canvas, panel, cell.place, Colour::GREEN, shade);
    let text = if cell.deaths > 0.0 {
        let plural = if cell.deaths == 1.0 { "" } else { "s" };
        vec![
            format!("step {:.0}", cell.median),
            format!("{} death{plural}", cell.deaths),
        ]
    } else {
        vec!["\u{2013}".into()]
    };
    lines(canvas, middle, ink, &text);
}
