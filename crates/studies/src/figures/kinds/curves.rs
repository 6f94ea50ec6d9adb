//! Curves: lines with bands and the networks behind them.

use super::super::block::{Block, Item};
use super::super::canvas::Canvas;
use super::super::canvas::TextLook;
use super::super::font::text_width;
use super::super::legend::Sample;
use super::super::levels::ALL_LAYERS;
use super::super::marks::Measured;
use super::super::panel::Panel;
use super::super::spec::Interval;
use super::super::style::{Colour, Fill, Marker, Series, Stroke};
use super::{Kind, brief, each_series, has_limits, layers, range};

/// Lines over a quantity.
pub(super) struct Curves;

impl Kind for Curves {
    fn height(&self, _: &Block, _: usize) -> f64 {
        32.0
    }

    fn draw(&self, canvas: &mut Canvas, panel: &Panel, block: &Block, cell: (usize, usize)) {
        let count = block.levels.len() as f64;
        let shift = |series: usize, apart: f64| apart * (series as f64 - (count - 1.0) / 2.0);
        if block.spec.dot().is_some() {
            for (series, level) in block.levels.iter().enumerate() {
                let own = block.networks.iter();
                let own = own.filter(|item| (item.cell, item.series) == (cell, Some(series)));
                let mut dots: Vec<(f64, f64)> = own
                    .filter(|item| panel.y.scale.contains(item.y))
                    .map(|item| (item.x, item.y))
                    .collect();
                dots.sort_by(|a, b| a.0.total_cmp(&b.0));
                if level.look != ALL_LAYERS {
                    let spread = if count > 1.0 { 0.5 } else { 1.6 };
                    panel.dots(
                        canvas,
                        &dots,
                        shift(series, 0.75),
                        spread,
                        level.look.colour,
                    );
                }
            }
        }
        let series: Vec<(Series, Vec<&Item>, Vec<Measured>)> = block
            .levels
            .iter()
            .enumerate()
            .map(|(series, level)| {
                let mut items: Vec<&Item> = block.series(cell, series).collect();
                items.sort_by(|a, b| a.x.total_cmp(&b.x));
                let values = layers::measured(panel, &items);
                (level.look, items, values)
            })
            .collect();
        // No band lies over a line or a marker, and takes its colour.
        layers::bands(canvas, panel, block, cell);
        for (index, (look, _, values)) in series.iter().enumerate() {
            if look.marker == Marker::None {
                continue;
            }
            let moved = shift(index, 0.45);
            match block.spec.interval.unwrap_or(Interval::Band) {
                Interval::Band => {
                    panel.limits(canvas, values, look.colour, moved);
                    panel.intervals(canvas, values, look.colour);
                }
                Interval::Measured => panel.intervals(canvas, values, look.colour),
                Interval::Bar => panel.bars(canvas, values, look.colour, moved),
                Interval::None => {}
            }
        }
        for (look, items, values) in &series {
            if look.marker == Marker::None {
                panel.trend(canvas, values, look.stroke(0.75));
            } else {
                panel.trend(canvas, values, look.stroke(0.9));
                panel.markers(canvas, values, *look);
                beyond(canvas, panel, items, look.colour);
            }
        }
        layers::draw(canvas, panel, block, cell);
        let values = series.iter().flat_map(|(.., values)| values);
        let nothing = !values.clone().any(|value| value.y.is_finite());
        if let (true, Some(words)) = (nothing, &block.spec.missing) {
            remark(canvas, panel, words);
        }
    }

    fn entries(&self, block: &Block) -> Vec<(Sample, String)> {
        let mut entries = Vec::new();
        for (series, level) in block.levels.iter().enumerate() {
            let mut own = block.items.iter();
            let shown = own.any(|i| i.series == Some(series) && i.y.is_finite());
            if shown && !level.words.is_empty() {
                entries.push((Sample::Series(level.look), level.words.clone()));
            }
        }
        let ends = |item: &Item| item.low.is_finite() && item.high.is_finite();
        let drawn = block.items.iter().filter(|item| {
            let level = item.series.and_then(|series| block.levels.get(series));
            ends(item) && level.is_some_and(|level| level.look.marker != Marker::None)
        });
        let (limits, measured): (Vec<&Item>, Vec<&Item>) =
            drawn.partition(|item| super::is_limit(block, item));
        let interval = block.spec.interval.unwrap_or(Interval::Band);
        let bands = matches!(interval, Interval::Band | Interval::Measured);
        if !measured.is_empty() && bands {
            entries.push((Sample::Band(Colour::GREY), "95% interval".into()));
        } else if !measured.is_empty() && interval == Interval::Bar {
            let bar = Sample::Line(Stroke::bar(Colour::BLACK));
            entries.push((bar, "95% interval".into()));
        }
        if !limits.is_empty() && interval == Interval::Band && has_limits(block) {
            let bar = Sample::Line(Stroke::bar(Colour::BLACK));
            entries.push((bar, "Exact 95% limit, all networks alike".into()));
        }
        if let (Some(words), false) = (block.spec.dot(), block.networks.is_empty()) {
            entries.push((Sample::Dot(Colour::GREY), words.into()));
        }
        entries
    }

    fn describe(&self, block: &Block, cell: (usize, usize)) -> String {
        each_series(block, |series| {
            let mut items: Vec<&Item> = block.series(cell, series).collect();
            items.retain(|item| item.y.is_finite());
            items.sort_by(|a, b| a.x.total_cmp(&b.x));
            let (first, last) = (items.first()?, items.last()?);
            let at = |item: &Item| {
                let level = block.x.levels.get(item.x as usize);
                level.cloned().unwrap_or_else(|| brief(item.x))
            };
            let between = range(items.iter().map(|item| item.y))?;
            let (from, to) = (brief(first.y), brief(last.y));
            let (start, end) = (at(first), at(last));
            Some(format!(
                "from {from} at {start} to {to} at {end} (between them {between})"
            ))
        })
    }
}

/// Arrows where values lie beyond the axis.
fn beyond(canvas: &mut Canvas, panel: &Panel, items: &[&Item], colour: Colour) {
    for item in items {
        let side = f64::from(panel.y.scale.side(item.y));
        if side != 0.0 && panel.y.scale.place(item.y).is_finite() {
            let (x, y) = panel.at(item.x, panel.y.scale.nearest(item.y));
            let tip = y - 0.9 * side;
            let outline = [
                (x, tip),
                (x - 0.7, y + 0.5 * side),
                (x + 0.7, y + 0.5 * side),
            ];
            canvas.area(&outline, Fill::plain(colour));
        }
    }
}

/// Words in the middle of a frame without values.
pub(super) fn remark(canvas: &mut Canvas, panel: &Panel, words: &str) {
    let look = TextLook::SMALL.middle().coloured(Colour::GREY);
    let frame = panel.frame;
    let middle = (
        f64::midpoint(frame.left, frame.right),
        f64::midpoint(frame.top, frame.bottom),
    );
    if text_width(words, look.size) <= frame.right - frame.left {
        canvas.text(middle, words, look);
    }
}
