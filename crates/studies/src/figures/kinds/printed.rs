//! Numbers printed beside a forest: n where it varies, everything where its axis is cut.

use super::super::block::{Block, Item, Side};
use super::super::canvas::TextLook;
use super::super::compose::shared_scale;
use super::super::font::text_width;
use super::super::scale::{Scale, number};

/// Space before a printed number, in millimetres.
const BEFORE: f64 = 1.6;

/// Numbers printed beside a frame.
pub(super) struct Column {
    pub heading: &'static str,
    /// One a frame and row of it.
    cells: Vec<((usize, usize), usize, String)>,
}

impl Column {
    fn new(
        heading: &'static str,
        block: &Block,
        of: impl Fn((usize, usize), usize) -> String,
    ) -> Self {
        let rows = block.y.levels.len();
        let frames = block.cells();
        let cells = frames.flat_map(|cell| (0..rows).map(move |row| (cell, row)));
        Self {
            heading,
            cells: cells
                .map(|(cell, row)| (cell, row, of(cell, row)))
                .collect(),
        }
    }

    /// What stands beside a row of a frame.
    pub fn text(&self, cell: (usize, usize), row: usize) -> &str {
        let found = self.cells.iter().find(|(c, r, _)| (*c, *r) == (cell, row));
        found.map_or("", |(.., text)| text)
    }

    /// Millimetres that it takes.
    pub fn width(&self) -> f64 {
        let cells = self.cells.iter().map(|(.., text)| text.as_str());
        let widths = cells
            .chain([self.heading])
            .map(|text| text_width(text, TextLook::SMALL.size));
        BEFORE + widths.fold(0.0, f64::max)
    }
}

/// The estimates of a row in a frame that have a value.
pub(super) fn estimates<'a>(
    block: &'a Block,
    cell: (usize, usize),
    row: usize,
) -> impl Iterator<Item = &'a Item> {
    block
        .in_cell(cell)
        .filter(move |item| item.y == row as f64 && item.x.is_finite())
}

/// Where the axis is cut: the scale, if it leaves any value out.
pub(super) fn cut(block: &Block) -> Option<Scale> {
    block.spec.encoding.x.scale.domain?;
    let scale = shared_scale(block, Side::X);
    let all = block.items.iter().chain(&block.networks);
    let mut values = all.flat_map(|item| [item.x, item.low, item.high]);
    values.any(|value| scale.side(value) != 0).then_some(scale)
}

/// What is printed beside a block's frames.
pub(super) fn columns(block: &Block) -> Vec<Column> {
    let mut columns = Vec::new();
    let cut = cut(block);
    if cut.is_some() {
        columns.push(Column::new("mean (95% interval)", block, |cell, row| {
            let words = estimates(block, cell, row).map(estimate);
            words.collect::<Vec<_>>().join("; ")
        }));
    }
    let shown = block.items.iter().filter(|item| item.x.is_finite());
    let (least, most) = spread(shown.map(|item| item.n));
    if least <= most && (cut.is_some() || least < most) {
        columns.push(Column::new("n", block, |cell, row| {
            let (least, most) = spread(estimates(block, cell, row).map(|item| item.n));
            if least > most {
                String::new()
            } else if least == most {
                most.to_string()
            } else {
                format!("{least}\u{2013}{most}")
            }
        }));
    }
    if let (Some(scale), false) = (cut, block.networks.is_empty()) {
        columns.push(Column::new("beyond", block, |cell, row| {
            let own = |item: &&Item| item.cell == cell && item.y == row as f64;
            let mut all = block.networks.iter().filter(own).peekable();
            if all.peek().is_none() {
                return String::new();
            }
            let beyond = all.filter(|item| scale.side(item.x) != 0).count();
            beyond.to_string()
        }));
    }
    columns
}

/// "-0.3 (-1.2 to 0.4)", to one decimal.
fn estimate(item: &Item) -> String {
    let one = |value: f64| {
        let text = number(libm::round(10.0 * value) / 10.0);
        if text.contains('.') {
            text
        } else {
            format!("{text}.0")
        }
    };
    if item.low.is_finite() && item.high.is_finite() {
        let (value, low, high) = (one(item.x), one(item.low), one(item.high));
        format!("{value} ({low} to {high})")
    } else {
        one(item.x)
    }
}

/// Least and largest; the least above the largest where there are none.
fn spread(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let finite = values.filter(|value| value.is_finite());
    finite.fold((f64::MAX, -1.0), |(least, most), value| {
        (least.min(value), f64::max(most, value))
    })
}
