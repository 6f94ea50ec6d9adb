//! Tiles: cells shaded by a number, with the number in them.

use super::super::block::{Block, Item};
use super::super::canvas::{Canvas, Point, TextLook};
use super::super::font::text_width;
use super::super::legend::Sample;
use super::super::panel::Panel;
use super::super::scale::Scale;
use super::super::spec::{LayerMark, ScaleType};
use super::super::style::{Colour, Fill};
use super::{Kind, brief};

/// A table of shaded cells.
pub(super) struct Tiles;

/// Millimetres between lines of text.
const LINE: f64 = 2.25;

impl Kind for Tiles {
    fn height(&self, block: &Block, _: usize) -> f64 {
        let most = block.items.iter().map(|item| texts(block, item).len());
        let tile = LINE * most.max().unwrap_or(1) as f64 + 2.2;
        tile * block.y.levels.len().max(1) as f64
    }

    fn least_width(&self, block: &Block) -> f64 {
        let lines = block.items.iter().flat_map(|item| texts(block, item));
        let widths = lines.map(|line| text_width(&line, TextLook::SMALL.size));
        (widths.fold(4.0, f64::max) + 1.2) * block.x.levels.len().max(1) as f64
    }

    fn draw(&self, canvas: &mut Canvas, panel: &Panel, block: &Block, cell: (usize, usize)) {
        for (x, y) in empty(block, cell) {
            let corners = corners(panel, x, y);
            canvas.rectangle(corners.0, corners.1, Fill::plain(Colour::PALE));
            let look = TextLook::SMALL.middle();
            let (x, y) = panel.at(x, y);
            canvas.text((x, y + look.cap_height() / 2.0), missing(block), look);
        }
        for item in block.in_cell(cell) {
            let corners = corners(panel, item.x, item.y);
            let share = share(block, item.shade);
            let fill = if share.is_finite() {
                Fill::plain(Colour::BLUE.tint(0.06 + 0.94 * share))
            } else {
                Fill::plain(Colour::PALE)
            };
            canvas.rectangle(corners.0, corners.1, fill);
            // On all but the darkest blue black has the higher contrast.
            let ink = if share > 0.88 {
                Colour::WHITE
            } else {
                Colour::BLACK
            };
            let look = TextLook::SMALL.middle().coloured(ink);
            let lines = texts(block, item);
            let (x, y) = panel.at(item.x, item.y);
            let first = y + look.cap_height() / 2.0 - LINE * (lines.len() as f64 - 1.0) / 2.0;
            for (index, line) in lines.iter().enumerate() {
                canvas.text((x, first + LINE * index as f64), line, look);
            }
        }
    }

    fn entries(&self, _: &Block) -> Vec<(Sample, String)> {
        Vec::new()
    }

    fn describe(&self, block: &Block, cell: (usize, usize)) -> String {
        let tiles = block.in_cell(cell).map(|item| {
            let level =
                |levels: &[String], at: f64| levels.get(at as usize).cloned().unwrap_or_default();
            let (x, y) = (
                level(&block.x.levels, item.x),
                level(&block.y.levels, item.y),
            );
            format!("{y}, {x}: {}", texts(block, item).join(", "))
        });
        tiles.collect::<Vec<_>>().join("; ")
    }
}

/// Places of a frame of which the table has no number.
fn empty(block: &Block, cell: (usize, usize)) -> Vec<(f64, f64)> {
    let columns = 0..block.x.levels.len();
    let all = columns.flat_map(|x| (0..block.y.levels.len()).map(move |y| (x as f64, y as f64)));
    let taken = |place: &(f64, f64)| block.in_cell(cell).any(|item| (item.x, item.y) == *place);
    all.filter(|place| !taken(place)).collect()
}

/// What stands where there is no number.
fn missing<'a>(block: &Block<'a>) -> &'a str {
    block.spec.missing.as_deref().unwrap_or("\u{2013}")
}

/// The corners of a tile, a hair within its place.
fn corners(panel: &Panel, x: f64, y: f64) -> (Point, Point) {
    let (from, to) = (panel.at(x - 0.5, y - 0.5), panel.at(x + 0.5, y + 0.5));
    let inset = 0.15;
    (
        (from.0 + inset, from.1 + inset),
        (to.0 - inset, to.1 - inset),
    )
}

/// The shade of a value, from 0 to 1: of the largest, or of the domain.
fn share(block: &Block, value: f64) -> f64 {
    let spec = block.spec.encoding.color.as_ref().map(|color| &color.scale);
    let values = || block.items.iter().map(|item| item.shade);
    let finite = || values().filter(|value| value.is_finite());
    let most = finite().fold(f64::MIN_POSITIVE, f64::max);
    let domain = spec.and_then(|spec| spec.domain);
    let percent = spec.is_some_and(|spec| spec.percent);
    let (low, high) = domain.map_or_else(
        || (0.0, if percent { 100.0 } else { most }),
        |[low, high]| (low, high),
    );
    let scale = match spec.and_then(|spec| spec.kind) {
        Some(ScaleType::Log) => {
            let positive = finite().filter(|value| *value > 0.0).fold(most, f64::min);
            Scale::Log {
                low: domain.map_or(positive / 2.0, |[low, _]| low),
                high,
            }
        }
        Some(ScaleType::Log1p) => Scale::LogOnePlus { high },
        _ => Scale::Linear { low, high },
    };
    if value.is_finite() {
        scale.place(scale.nearest(value))
    } else {
        f64::NAN
    }
}

/// What is written on a tile: its number, its interval, and the layers' numbers that are not 0.
fn texts(block: &Block, item: &Item) -> Vec<String> {
    let spec = block.spec.encoding.color.as_ref();
    let percent = spec.is_some_and(|color| color.scale.percent);
    let title = spec.and_then(|color| color.title.as_deref());
    let figure = |value: f64, percent: bool| {
        if percent {
            format!("{value:.1}%")
        } else {
            brief(value)
        }
    };
    let mut lines = Vec::new();
    if item.shade.is_finite() {
        let value = figure(item.shade, percent);
        lines.push(match title {
            Some(title) => format!("{title} {value}"),
            None => value,
        });
        if item.low.is_finite() && item.high.is_finite() {
            lines.push(if percent {
                format!("({:.1} to {:.1})", item.low, item.high)
            } else {
                format!("({} to {})", brief(item.low), brief(item.high))
            });
        }
    } else {
        lines.push(missing(block).into());
    }
    for (layer, items) in block.spec.layers.iter().zip(&block.layers) {
        if layer.mark != LayerMark::Text {
            continue;
        }
        let own = |other: &&Item| (other.cell, other.x, other.y) == (item.cell, item.x, item.y);
        let Some(other) = items.iter().find(own) else {
            continue;
        };
        // The item is in the unit of the tile's own number.
        let factor = if percent { 100.0 } else { 1.0 };
        let own_percent = layer.percent.unwrap_or(percent);
        let value = other.shade / factor * if own_percent { 100.0 } else { 1.0 };
        // A share of 0 says something, a count of 0 does not; nor does the tile's own share again.
        // A number that is no share may equal the tile's and be of another quantity: a step, a count.
        let repeated = own_percent && percent && value == item.shade;
        if value.is_finite() && (value != 0.0 || own_percent) && !repeated {
            let title = layer.title.as_deref().unwrap_or_default();
            let number = if own_percent {
                format!("{value:.1}%")
            } else {
                brief(value)
            };
            lines.push(format!("{number} {title}").trim_end().into());
        }
    }
    lines
}
