//! What an optimizer's state proves about the gradients of an interval.
//!
//! SGD's buffer and Adam's first moment are running sums m <- mu m + c g. Without a gradient in
//! any of N steps, m is mu^N times what it was, to N roundings, and no coincidence makes it so for
//! a whole unit. With an L2 term (g = decay x weight) it settles at one multiple of the weights.

mod alignment;
mod held;
mod parameters;

use std::ops::Range;

use crate::checkpoint::{Checkpoint, ParameterGroup, StateEntry};
use crate::compare::Pair;
use crate::layers::Layer;

pub use held::{Held, Rates, Updates, held};
pub use parameters::{Movement, Parameters};

/// The states of two files.
pub struct Moments<'a> {
    old: &'a Checkpoint,
    new: &'a Checkpoint,
    parameters: &'a Parameters,
    layers: &'a [Layer],
    steps: f64,
}

impl<'a> Moments<'a> {
    /// The states of two files that are `steps` steps apart; `None` where one has none.
    pub fn new(
        old: &'a Checkpoint,
        new: &'a Checkpoint,
        parameters: &'a Parameters,
        layers: &'a [Layer],
        steps: f64,
    ) -> Option<Self> {
        let filled = |checkpoint: &Checkpoint| {
            let state = checkpoint.state();
            state.is_some_and(|(state, _)| !state.entries.is_empty())
        };
        (filled(old) && filled(new)).then_some(Self {
            old,
            new,
            parameters,
            layers,
            steps,
        })
    }

    /// Whether no gradient reached a unit in the interval; `None` if the state does not tell.
    pub fn no_gradient(&self, layer: usize, unit: usize) -> Option<bool> {
        let layer = &self.layers[layer];
        // Axes in another order are not PyTorch's own: nothing to look up.
        if layer.axes.is_some() {
            return None;
        }
        let row = layer.row();
        let mut none = self.part(&layer.weight, unit * row..(unit + 1) * row)?;
        for name in &layer.companions {
            none &= self.part(name, unit..unit + 1)?;
        }
        Some(none)
    }

    /// The same of the weights in a range of one unit's row.
    pub fn no_gradient_in(&self, layer: usize, unit: usize, range: &Range<usize>) -> Option<bool> {
        let layer = &self.layers[layer];
        if layer.axes.is_some() {
            return None;
        }
        let start = unit * layer.row();
        self.part(&layer.weight, start + range.start..start + range.end)
    }

    fn part(&self, name: &str, range: Range<usize>) -> Option<bool> {
        let index = self.parameters.index(name)?;
        let (old, group_before, before) = entry(self.old, index)?;
        let (new, group, after) = entry(self.new, index)?;
        let mu = momentum(group_before, group)?;
        let (old_moment, new_moment) = (old.first_moment.as_ref()?, new.first_moment.as_ref()?);
        if old_moment.format != new_moment.format || old_moment.shape != new_moment.shape {
            return None;
        }
        let moments = Pair {
            format: new_moment.format,
            old: before.bytes(old_moment),
            new: after.bytes(new_moment),
        };
        if range.end > moments.len() {
            return None;
        }
        let moments = moments.slice(range.start, range.end);
        let factor = libm::pow(mu, self.steps);
        if group.weight_decay == 0.0 || group.decoupled {
            return Some(follows(moments, factor, mu, self.steps));
        }
        if group.beta1.is_some() {
            return None;
        }
        let weights = self.new.tensor(name)?;
        let weights = Pair {
            format: weights.format,
            old: self.new.bytes(weights),
            new: self.new.bytes(weights),
        };
        let weights = weights.slice(range.start, range.end);
        // A single number is a multiple of any other: what the decay makes of it is known.
        let multiple = group.weight_decay * (1.0 - group.dampening) / (1.0 - mu);
        Some(settles(moments, weights, factor, mu, multiple))
    }
}

fn entry(
    checkpoint: &Checkpoint,
    index: i64,
) -> Option<(&StateEntry, &ParameterGroup, &Checkpoint)> {
    let (state, file) = checkpoint.state()?;
    Some((state.entries.get(&index)?, state.group(index)?, file))
}

/// What a step leaves of the first moment; `None` where a schedule changes it, as one cycle of the
/// rate does, and its product over the steps is not known.
fn momentum(before: &ParameterGroup, after: &ParameterGroup) -> Option<f64> {
    let [before, after] =
        [before, after].map(|own| own.momentum.filter(|mu| *mu > 0.0).or(own.beta1));
    after.filter(|_| before == after)
}

/// Whether moments are `factor` times what they were, to the roundings of `steps` steps; near 0
/// they stick at a few of the smallest numbers, at most 1 / (1 - mu) of their halves.
fn follows(moments: Pair<'_>, factor: f64, mu: f64, steps: f64) -> bool {
    let smallest = moments.format.half_ulp(0.0) / (1.0 - mu);
    moments.all(|old, new| {
        let expected = factor * old;
        // mu itself is rounded once, which N steps repeat.
        let error = 2.0 * steps * moments.format.half_ulp(expected) + smallest;
        (new - expected).abs() <= error
    })
}

/// Whether moments are what an L2 term alone makes of weights: `multiple` times them, within the
/// few percent that the weights moved meanwhile, and in one proportion for all of them.
fn settles(moments: Pair<'_>, weights: Pair<'_>, factor: f64, mu: f64, multiple: f64) -> bool {
    const SLACK: f64 = 0.05;
    let count = moments.len();
    let (mut low, mut high) = (multiple * (1.0 - SLACK), multiple * (1.0 + SLACK));
    for index in 0..count {
        let weight = weights.format.get(weights.new, index);
        let moment = moments.format.get(moments.new, index);
        let before = moments.format.get(moments.old, index);
        let error =
            (1.0 / (1.0 - mu) + 1.0) * moments.format.half_ulp(moment) + factor * before.abs();
        if weight == 0.0 {
            if moment.abs() > error {
                return false;
            }
            continue;
        }
        let (ratio, window) = (moment / weight, error / weight.abs());
        low = low.max(ratio - window);
        high = high.min(ratio + window);
        if low > high {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::tests::{bytes, pair};

    #[test]
    fn a_momentum_that_changes_proves_nothing() {
        let group = |momentum, beta1| ParameterGroup {
            momentum,
            beta1,
            ..ParameterGroup::default()
        };
        let adam = |beta1| group(None, Some(beta1));
        assert_eq!(momentum(&adam(0.9), &adam(0.9)), Some(0.9));
        assert_eq!(momentum(&adam(0.95), &adam(0.9)), None);
        let plain = group(Some(0.0), None);
        assert_eq!(momentum(&plain, &plain), None);
    }

    #[test]
    fn a_buffer_without_gradients_only_shrinks() {
        let old = [1e-3_f32, -2e-7, 0.0, 5e-12];
        let mut new = old;
        for steps in 1..=2000 {
            for moment in &mut new {
                *moment *= 0.9;
            }
            if [1, 10, 200, 2000].contains(&steps) {
                let factor = libm::pow(0.9, f64::from(steps));
                let (before, after) = (bytes(&old), bytes(&new));
                assert!(follows(
                    pair(&before, &after),
                    factor,
                    0.9,
                    f64::from(steps)
                ));
            }
        }
        let mut learned = old;
        learned[1] = 2.5e-14;
        let (before, after) = (bytes(&old), bytes(&learned));
        assert!(!follows(
            pair(&before, &after),
            libm::pow(0.9, 200.0),
            0.9,
            200.0
        ));
    }

    #[test]
    fn with_l2_the_buffer_settles_at_a_multiple_of_the_weights() {
        let (mut weights, mut buffer) = ([0.3_f32, -0.07, 1.2], [0.01_f32, 0.02, -0.01]);
        let before = bytes(&buffer);
        for _ in 0..200 {
            for (weight, buffer) in weights.iter_mut().zip(&mut buffer) {
                *buffer = 0.9 * *buffer + 1e-4 * *weight;
                *weight -= 0.2 * *buffer;
            }
        }
        let factor = libm::pow(0.9, 200.0);
        let (after, own) = (bytes(&buffer), bytes(&weights));
        let own = pair(&own, &own);
        assert!(settles(pair(&before, &after), own, factor, 0.9, 1e-3));
        buffer[1] *= 1.001;
        let other = bytes(&buffer);
        assert!(!settles(pair(&before, &other), own, factor, 0.9, 1e-3));
    }
}
