//! Forests: rows of markers with intervals, and the networks behind them.

use super::super::block::{Block, Item};
use super::super::canvas::{Canvas, Point, TextLook};
use super::super::legend::Sample;
use super::super::panel::Panel;
use super::super::style::{Colour, Dash, Fill, Series, Stroke};
use super::printed::{columns, cut, estimates};
use super::{Kind, each_series, has_limits, is_limit, layers, range};

/// Rows of estimates.
pub(super) struct Forest;

/// Millimetres between the series of a row.
const BETWEEN: f64 = 1.9;

impl Kind for Forest {
    fn height(&self, block: &Block, _: usize) -> f64 {
        let row = f64::max(3.6, BETWEEN * block.levels.len() as f64 + 1.0);
        row * block.y.levels.len().max(1) as f64
    }

    fn printed(&self, block: &Block) -> f64 {
        columns(block)
            .iter()
            .map(super::printed::Column::width)
            .sum()
    }

    fn draw(&self, canvas: &mut Canvas, panel: &Panel, block: &Block, cell: (usize, usize)) {
        if block.spec.dot().is_some() {
            for dot in block.networks.iter().filter(|item| item.cell == cell) {
                let colour = look(block, dot).colour.tint(0.5);
                let at = place(panel, block, dot, dot.x);
                match panel.x.scale.side(dot.x) {
                    0 => canvas.dot(at, 0.25, colour),
                    side => arrow(canvas, at, side, 0.7, colour),
                }
            }
        }
        let printed = columns(block);
        for row in 0..block.y.levels.len() {
            let mut shown = false;
            for item in estimates(block, cell, row) {
                estimate(canvas, panel, block, item);
                shown = true;
            }
            let middle = panel.up(row as f64);
            let look = TextLook::SMALL.coloured(Colour::GREY);
            let baseline = middle + look.cap_height() / 2.0;
            if let (false, Some(words)) = (shown, &block.spec.missing) {
                canvas.text((panel.frame.left + 1.2, baseline), words, look);
            }
            let mut right = panel.frame.right;
            for column in &printed {
                right += column.width();
                canvas.text((right, baseline), column.text(cell, row), look.end());
            }
        }
        let mut right = panel.frame.right;
        for column in &printed {
            right += column.width();
            let look = TextLook::SMALL.coloured(Colour::GREY).end();
            canvas.text((right, panel.frame.top - 1.4), column.heading, look);
        }
        layers::draw(canvas, panel, block, cell);
    }

    fn entries(&self, block: &Block) -> Vec<(Sample, String)> {
        let mut entries = Vec::new();
        for (series, level) in block.levels.iter().enumerate() {
            let mut own = block.items.iter();
            let shown = own.any(|i| i.series == Some(series) && i.x.is_finite());
            if shown && block.levels.len() > 1 {
                entries.push((Sample::Series(solid(level.look)), level.words.clone()));
            }
        }
        if let (Some(words), false) = (block.spec.dot(), block.networks.is_empty()) {
            entries.push((Sample::Dot(Colour::GREY), words.into()));
        }
        if has_limits(block) {
            let bar = Sample::Line(Stroke::bar(Colour::BLACK));
            entries.push((bar, "Exact 95% limit, all networks alike".into()));
        }
        if cut(block).is_some() {
            entries.push((Sample::Beyond(Colour::BLACK), "Beyond the axis".into()));
        }
        entries
    }

    fn describe(&self, block: &Block, cell: (usize, usize)) -> String {
        each_series(block, |series| {
            let own = || block.series(cell, series).filter(|item| item.x.is_finite());
            let between = range(own().map(|item| item.x))?;
            let level = |item: &Item| block.y.levels.get(item.y as usize).cloned();
            let largest = own().max_by(|a, b| a.x.total_cmp(&b.x)).and_then(level);
            let rows = own().count();
            Some(match largest {
                Some(largest) if rows > 1 => {
                    format!("{between} in {rows} rows, largest for {largest}")
                }
                _ => between,
            })
        })
    }
}

fn look(block: &Block, item: &Item) -> Series {
    let level = item.series.and_then(|series| block.levels.get(series));
    level.map_or(Series::arm(0), |level| solid(level.look))
}

/// A series' look with an undashed line: bars are too short for dashes.
fn solid(look: Series) -> Series {
    Series {
        dash: Dash::Solid,
        ..look
    }
}

/// Where a value of a row and series stands: at the end of the axis if it lies beyond.
fn place(panel: &Panel, block: &Block, item: &Item, value: f64) -> Point {
    let middle = (block.levels.len() as f64 - 1.0) / 2.0;
    let series = item.series.unwrap_or_default();
    let shift = BETWEEN * (series as f64 - middle);
    let (x, y) = panel.at(panel.x.scale.nearest(value), item.y);
    (x, y + shift)
}

fn estimate(canvas: &mut Canvas, panel: &Panel, block: &Block, item: &Item) {
    let look = look(block, item);
    let side = |value: f64| panel.x.scale.side(value);
    let at = |value: f64| place(panel, block, item, value);
    if item.low.is_finite() && item.high.is_finite() {
        // A limit of networks stands back behind measured intervals.
        let stroke = if is_limit(block, item) {
            Stroke::solid(look.colour.tint(0.45), 0.3)
        } else {
            look.stroke(0.7)
        };
        if side(item.low) == 0 || side(item.low) != side(item.high) {
            canvas.line(&[at(item.low), at(item.high)], stroke);
        }
        for end in [item.low, item.high] {
            if side(end) != 0 {
                arrow(canvas, at(end), side(end), 0.9, stroke.colour);
            }
        }
    }
    match side(item.x) {
        0 => canvas.marker(at(item.x), look.marker, 1.2, look.colour),
        side => arrow(canvas, at(item.x), side, 1.7, look.colour),
    }
}

/// A triangle whose tip stands at a place and shows to the left (-1) or right (1).
fn arrow(canvas: &mut Canvas, tip: Point, side: i8, size: f64, colour: Colour) {
    let back = tip.0 - f64::from(side) * size;
    let outline = [tip, (back, tip.1 - 0.5 * size), (back, tip.1 + 0.5 * size)];
    canvas.area(&outline, Fill::plain(colour));
}
