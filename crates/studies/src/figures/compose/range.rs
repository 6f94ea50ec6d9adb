//! How far axes reach.

use crate::figures::block::{Block, Item, Side};
use crate::figures::scale::{Scale, log_around};
use crate::figures::spec::{LayerMark, Mark, ScaleType};

/// Which frames of a block an axis serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Serves {
    /// All of them.
    All,
    /// A row.
    Row(usize),
    /// One.
    One((usize, usize)),
}

impl Serves {
    fn holds(self, cell: (usize, usize)) -> bool {
        match self {
            Self::All => true,
            Self::Row(row) => row == cell.0,
            Self::One(one) => one == cell,
        }
    }
}

/// The scale along one side of frames of blocks that share it.
pub(super) fn scale(blocks: &[&Block], side: Side, serves: Serves) -> Scale {
    let Some(first) = blocks.first() else {
        return Scale::Linear {
            low: 0.0,
            high: 1.0,
        };
    };
    let spec = &first.spec.channel(side).scale;
    let values: Vec<f64> = blocks
        .iter()
        .flat_map(|block| values(block, side, serves))
        .filter(|value| value.is_finite())
        .collect();
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    match first.along(side).kind {
        ScaleType::Ordinal => {
            let levels = blocks.iter().map(|block| block.along(side).levels.len());
            let all = levels.max().unwrap_or(1) as f64;
            let count = if serves == Serves::All {
                all
            } else {
                f64::max(most, 0.0) + 1.0
            };
            match side {
                Side::X => Scale::Linear {
                    low: -0.5,
                    high: count - 0.5,
                },
                Side::Y => Scale::Linear {
                    low: count - 0.5,
                    high: -0.5,
                },
            }
        }
        ScaleType::Log => spec.domain.map_or_else(
            || log_around(values.iter().copied(), 0.05),
            |[low, high]| Scale::Log { low, high },
        ),
        ScaleType::Log1p => Scale::LogOnePlus {
            high: spec.domain.map_or(most.max(1.0), |[_, high]| high),
        },
        ScaleType::Linear => {
            let (low, high) = spec
                .domain
                .map_or_else(|| linear(blocks, side, &values), |[low, high]| (low, high));
            Scale::Linear { low, high }
        }
    }
}

/// Ends of a linear axis: all values with a margin, and 0 where the kind has it.
fn linear(blocks: &[&Block], side: Side, values: &[f64]) -> (f64, f64) {
    let Some(block) = blocks.first() else {
        return (0.0, 1.0);
    };
    let spec = &block.spec.channel(side).scale;
    let is_value = block.spec.value_side() == Some(side);
    let stacked = matches!(block.spec.mark, Mark::Bars | Mark::Areas);
    if is_value && stacked && spec.percent {
        return (0.0, 100.0);
    }
    let zero = spec
        .zero
        .unwrap_or_else(|| is_value || blocks.iter().any(|block| covers(block)));
    let start = if zero {
        (0.0, 0.0)
    } else {
        (f64::MAX, f64::MIN)
    };
    let (least, most) = values.iter().fold(start, |(least, most), value| {
        (least.min(*value), most.max(*value))
    });
    if least > most {
        return (0.0, 1.0);
    }
    if least == most {
        let around = if least == 0.0 { 1.0 } else { 0.1 * least.abs() };
        let low = if zero { least } else { least - around };
        return (low, most + around);
    }
    let share = match block.spec.mark {
        _ if !is_value && blocks.iter().any(|block| covers(block)) => 0.0,
        Mark::Bars => 0.0,
        Mark::Curves | Mark::Scatter if !is_value => 0.04,
        _ => 0.06,
    };
    let margin = share * (most - least);
    let low = if zero && least == 0.0 {
        0.0
    } else {
        least - margin
    };
    let high = if zero && most == 0.0 {
        0.0
    } else {
        most + margin
    };
    // A share is no more than all.
    if spec.percent && most <= 100.0 && high > 100.0 && is_value {
        (low, 100.0)
    } else {
        (low, high)
    }
}

/// Whether a block fills its frames from edge to edge.
fn covers(block: &Block) -> bool {
    matches!(block.spec.mark, Mark::Areas | Mark::Raster)
}

/// All values of a block along a side.
fn values(block: &Block, side: Side, serves: Serves) -> Vec<f64> {
    let is_value = block.spec.value_side() == Some(side);
    let stacked = matches!(block.spec.mark, Mark::Bars | Mark::Areas);
    let own = block.items.iter().chain(&block.networks);
    // A point without one of its two values is not drawn.
    let whole = |item: &Item| {
        let on = |side: Side, at: f64| at > 0.0 || block.spec.scale_type(side) != ScaleType::Log;
        block.spec.mark != Mark::Scatter || (on(Side::X, item.x) && on(Side::Y, item.y))
    };
    // A line has no interval.
    let own = own.map(|item| (item, true));
    let layers = block.spec.layers.iter().zip(&block.layers);
    let layers = layers.flat_map(|(layer, items)| {
        let bounded = layer.mark != LayerMark::Line;
        items.iter().map(move |item| (item, bounded))
    });
    let mut values = Vec::new();
    let all = own.chain(layers);
    for (item, bounded) in all.filter(|(item, _)| serves.holds(item.cell) && whole(item)) {
        values.push(item.at(side));
        if is_value && !stacked && bounded {
            values.extend([item.low, item.high]);
        }
    }
    if is_value && stacked {
        for cell in block.cells().filter(|cell| serves.holds(*cell)) {
            values.extend(block.stacks(cell).into_iter().map(|stack| {
                let heights = stack.heights.iter();
                heights.filter(|height| height.is_finite()).sum::<f64>()
            }));
        }
    }
    values
}
