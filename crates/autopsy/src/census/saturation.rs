//! Layers whose output is constant: what reads them tells.
//!
//! The gradient of a weight that reads a unit is the sum of errors times the unit's output; that
//! of its bias is the sum of errors. Where the output is c for every example, weight and bias get
//! gradients in the proportion c, so that under every optimizer that treats numbers alike they move
//! by the same amounts where c is 1 or -1, as the ends of tanh and of the sigmoid are.

use super::View;
use crate::compare::Pair;
use crate::layers::Kind;

/// Fewer columns could agree by chance.
const FEWEST: usize = 3;

/// Steps between two files, where nobody knows.
const MANY: f64 = 1e3;

/// Whether some layer that can read this one moves as if every unit of it put out 1, -1 or 0, at
/// least one of them not 0, in all examples.
pub fn is_saturated(view: &View<'_>, layer: usize) -> bool {
    let units = view.layers[layer].units;
    units >= FEWEST
        && view.layers.iter().enumerate().any(|(index, reader)| {
            let can = index != layer && reader.kind == Kind::Linear && reader.inputs == units;
            let pair = || {
                let bias = view.pair(reader.bias.as_ref()?)?;
                Some((view.pair(&reader.weight)?, bias))
            };
            can && pair().is_some_and(|(weight, bias)| repeats(weight, bias, units, view.steps))
        })
}

/// Whether in every column all weights move as the biases of their rows do, or all against them,
/// or none at all.
fn repeats(weight: Pair<'_>, bias: Pair<'_>, columns: usize, steps: Option<f64>) -> bool {
    let steps = steps.unwrap_or(MANY).max(1.0);
    let moved = |pair: Pair<'_>, index: usize| {
        let [old, new] = [pair.old, pair.new].map(|own| pair.format.get(own, index));
        // Roundings of all steps, which add up like a random walk, generously.
        let error = 8.0 * libm::sqrt(steps) * pair.format.half_ulp(old.abs().max(new.abs()));
        (new - old, error)
    };
    let rows: Vec<(usize, f64, f64)> = (0..bias.len())
        .map(|row| {
            let (difference, error) = moved(bias, row);
            (row, difference, error)
        })
        .filter(|(_, difference, error)| difference.abs() > 8.0 * error)
        .collect();
    if rows.len() < 2 {
        return false;
    }
    let mut constant = 0;
    for column in 0..columns {
        let fits = |sign: f64| {
            rows.iter().all(|&(row, difference, error)| {
                let (own, rounding) = moved(weight, row * columns + column);
                (own - sign * difference).abs() <= error + rounding
            })
        };
        if fits(1.0) || fits(-1.0) {
            constant += 1;
        } else if !fits(0.0) {
            return false;
        }
    }
    constant > 0
}
