//! Areas: shares stacked over steps.

use super::super::block::Block;
use super::super::canvas::Canvas;
use super::super::legend::Sample;
use super::super::panel::Panel;
use super::super::style::Fill;
use super::curves::remark;
use super::{Kind, brief, each_series, layers};

/// Stacked areas.
pub(super) struct Areas;

/// Height of an area in millimetres below which nobody sees it: a hairline.
const LEAST: f64 = 0.1;

impl Kind for Areas {
    fn height(&self, _: &Block, _: usize) -> f64 {
        26.0
    }

    fn draw(&self, canvas: &mut Canvas, panel: &Panel, block: &Block, cell: (usize, usize)) {
        let stacks = block.stacks(cell);
        let x: Vec<f64> = stacks.iter().map(|stack| stack.at).collect();
        let height = |value: f64| if value.is_finite() { value } else { 0.0 };
        let heights: Vec<Vec<f64>> = (0..block.levels.len())
            .map(|level| stacks.iter().map(|s| height(s.heights[level])).collect())
            .collect();
        let fills: Vec<Fill> = block.levels.iter().map(|level| level.fill).collect();
        panel.stack(canvas, &x, &heights, &fills);
        layers::draw(canvas, panel, block, cell);
        let known = stacks.iter().flat_map(|stack| &stack.heights);
        if !known.clone().any(|height| height.is_finite()) {
            if let Some(words) = &block.spec.missing {
                remark(canvas, panel, words);
            }
            return;
        }
        let totals = stacks.iter().map(|stack| stack.heights.iter());
        let totals = totals.map(|heights| heights.copied().map(height).sum::<f64>());
        let most = totals.fold(0.0, f64::max);
        if panel.up(0.0) - panel.up(most) < LEAST {
            remark(canvas, panel, &all_but_zero(block, most));
        }
    }

    fn entries(&self, block: &Block) -> Vec<(Sample, String)> {
        fills(block)
    }

    fn describe(&self, block: &Block, cell: (usize, usize)) -> String {
        let stacks = block.stacks(cell);
        let Some(last) = stacks.last() else {
            return String::new();
        };
        let parts = each_series(block, |series| {
            let height = last.heights[series];
            (height > 0.0).then(|| brief(height))
        });
        format!("at the end ({}) {parts}", brief(last.at))
    }
}

/// What is written where no area can be seen: zero, or a share too small to draw. A frame without
/// numbers is told from it.
fn all_but_zero(block: &Block, most: f64) -> String {
    if block.spec.encoding.y.scale.percent {
        format!("{most:.1}%")
    } else {
        brief(most)
    }
}

/// The levels of a stack that are seen.
pub(super) fn fills(block: &Block) -> Vec<(Sample, String)> {
    let levels = block.levels.iter().enumerate();
    let seen = levels.filter(|(index, level)| !level.words.is_empty() && block.is_seen(*index));
    seen.map(|(_, level)| (Sample::Area(level.fill), level.words.clone()))
        .collect()
}
