//! Bars: shares stacked to a whole, lying or upright.

use super::super::block::{Block, Side};
use super::super::canvas::{Canvas, TextLook};
use super::super::legend::Sample;
use super::super::panel::Panel;
use super::super::spec::ScaleType;
use super::super::style::Colour;
use super::{Kind, areas, brief, each_series, layers};

/// Stacked bars.
pub(super) struct Bars;

impl Kind for Bars {
    fn height(&self, block: &Block, _: usize) -> f64 {
        if block.spec.value_side() == Some(Side::X) {
            4.2 * block.y.levels.len().max(1) as f64
        } else {
            18.0
        }
    }

    fn draw(&self, canvas: &mut Canvas, panel: &Panel, block: &Block, cell: (usize, usize)) {
        let upright = block.spec.value_side() == Some(Side::Y);
        for stack in block.stacks(cell) {
            let mut floor = 0.0;
            let half = half(panel, block, cell);
            for (height, level) in stack.heights.iter().zip(&block.levels) {
                if *height <= 0.0 || height.is_nan() {
                    continue;
                }
                let end = floor + height;
                let (from, to) = if upright {
                    let (x, bottom) = panel.at(stack.at, panel.y.scale.nearest(floor));
                    let top = panel.up(panel.y.scale.nearest(end));
                    ((x - half, top), (x + half, bottom))
                } else {
                    let (left, y) = panel.at(panel.x.scale.nearest(floor), stack.at);
                    let right = panel.across(panel.x.scale.nearest(end));
                    ((left, y - half), (right, y + half))
                };
                canvas.rectangle(from, to, level.fill);
                floor = end;
            }
            if let (true, false, Some(words)) = (floor == 0.0, upright, &block.spec.missing) {
                let (left, y) = panel.at(0.0, stack.at);
                let look = TextLook::SMALL.coloured(Colour::GREY);
                canvas.text((left + 1.2, y + look.cap_height() / 2.0), words, look);
            }
        }
        layers::draw(canvas, panel, block, cell);
    }

    fn entries(&self, block: &Block) -> Vec<(Sample, String)> {
        areas::fills(block)
    }

    fn describe(&self, block: &Block, cell: (usize, usize)) -> String {
        let along = match block.spec.value_side() {
            Some(Side::Y) => &block.x,
            _ => &block.y,
        };
        let bars = block.stacks(cell).into_iter().map(|stack| {
            let level = along.levels.get(stack.at as usize);
            let name = match along.kind {
                ScaleType::Ordinal => level.cloned().unwrap_or_default(),
                _ => brief(stack.at),
            };
            let parts = each_series(block, |series| {
                let height = stack.heights[series];
                (height > 0.0).then(|| brief(height))
            });
            format!("{name}: {parts}")
        });
        bars.collect::<Vec<_>>().join(". ")
    }
}

/// Half of a bar's thickness in millimetres: of what lies between neighbours, at most 1.5.
fn half(panel: &Panel, block: &Block, cell: (usize, usize)) -> f64 {
    let upright = block.spec.value_side() == Some(Side::Y);
    let mut places: Vec<f64> = block
        .stacks(cell)
        .iter()
        .map(|stack| {
            if upright {
                panel.across(stack.at)
            } else {
                panel.up(stack.at)
            }
        })
        .collect();
    places.sort_by(f64::total_cmp);
    let gaps = places.windows(2).map(|pair| pair[1] - pair[0]);
    f64::min(1.5, 0.36 * gaps.fold(f64::MAX, f64::min))
}
