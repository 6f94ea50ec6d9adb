//! Shares stacked on one another.

use super::{Block, Side};

/// The parts at one place of the axis that is not the value's.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::figures) struct Stack {
    /// The place.
    pub at: f64,
    /// One height a level, lowest first; NaN where there is no value.
    pub heights: Vec<f64>,
}

impl Block<'_> {
    /// The stacks of a frame, by place.
    pub fn stacks(&self, cell: (usize, usize)) -> Vec<Stack> {
        let upright = self.spec.value_side() == Some(Side::Y);
        let mut stacks: Vec<Stack> = Vec::new();
        for item in self.in_cell(cell) {
            let (at, height) = if upright {
                (item.x, item.y)
            } else {
                (item.y, item.x)
            };
            let Some(series) = item.series else { continue };
            let known = stacks.iter().position(|stack| stack.at == at);
            let index = known.unwrap_or_else(|| {
                stacks.push(Stack {
                    at,
                    heights: vec![f64::NAN; self.levels.len()],
                });
                stacks.len() - 1
            });
            stacks[index].heights[series] = height;
        }
        stacks.sort_by(|a, b| a.at.total_cmp(&b.at));
        stacks
    }

    /// Whether any part of a level is seen.
    pub fn is_seen(&self, level: usize) -> bool {
        let mut items = self.items.iter();
        items.any(|item| item.series == Some(level) && self.value(item) > 0.0)
    }
}
