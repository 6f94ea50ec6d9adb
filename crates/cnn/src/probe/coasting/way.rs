//! The way of a filter without gradient, as the finite sum over what its optimizer remembers.

use super::{Lost, State, length};
use crate::optimizer::{Adam, OptimizerSettings, Sgd};

/// A term that is this part of the sum so far ends the sum: all later ones together are smaller
/// than the sum's rounding in f32.
const NEGLIGIBLE: f64 = 1e-12;

/// Length of the way that a filter travels without gradient; `rates` begins with the learning rate
/// of the first update after its last one.
pub(super) fn predicted(settings: &OptimizerSettings, lost: &Lost, rates: &[f64]) -> f64 {
    let State {
        parameters,
        first,
        second,
    } = &lost.state;
    let last = parameters.len().saturating_sub(1);
    let ways = (0..parameters.len()).map(|index| {
        let start = f64::from(parameters[index]);
        let moment = |buffer: &[f32]| buffer.get(index).map_or(0.0, |&value| f64::from(value));
        let own = Own {
            start,
            first: moment(first),
            second: moment(second),
            is_bias: index == last,
        };
        match settings {
            OptimizerSettings::Sgd(sgd) => own.sgd(sgd, rates),
            OptimizerSettings::Adam(adam) => own.adam(adam, lost.step, rates, false),
            OptimizerSettings::AdamW(adam) => own.adam(adam, lost.step, rates, true),
        }
    });
    length(ways, |way| way)
}

/// One parameter and what is remembered of it.
struct Own {
    start: f64,
    first: f64,
    second: f64,
    is_bias: bool,
}

impl Own {
    fn decay(&self, weight_decay: f64, decay_biases: bool) -> f64 {
        if self.is_bias && !decay_biases {
            0.0
        } else {
            weight_decay
        }
    }

    fn sgd(&self, sgd: &Sgd, rates: &[f64]) -> f64 {
        let decay = self.decay(sgd.weight_decay, sgd.decay_biases);
        let (mut way, mut velocity) = (0.0, self.first);
        for &rate in rates {
            let pull = decay * (self.start + way);
            velocity = sgd.momentum * velocity + pull;
            let direction = if sgd.nesterov {
                pull + sgd.momentum * velocity
            } else {
                velocity
            };
            let change = rate * direction;
            way -= change;
            if decay == 0.0 && change.abs() <= NEGLIGIBLE * way.abs() {
                break;
            }
        }
        way
    }

    fn adam(&self, adam: &Adam, step: u32, rates: &[f64], decoupled: bool) -> f64 {
        let decay = self.decay(adam.weight_decay, adam.decay_biases);
        let (mut way, mut mean, mut square) = (0.0, self.first, self.second);
        let [mut left1, mut left2] =
            [adam.beta1, adam.beta2].map(|beta| libm::pow(beta, f64::from(step)));
        for &rate in rates {
            (left1, left2) = (left1 * adam.beta1, left2 * adam.beta2);
            let pull = if decoupled {
                0.0
            } else {
                decay * (self.start + way)
            };
            mean = adam.beta1 * mean + (1.0 - adam.beta1) * pull;
            square = adam.beta2 * square + (1.0 - adam.beta2) * pull * pull;
            if decoupled {
                way -= rate * decay * (self.start + way);
            }
            let corrected = (square / (1.0 - left2)).sqrt();
            let change = rate * (mean / (1.0 - left1)) / (corrected + adam.epsilon);
            way -= change;
            if decay == 0.0 && change.abs() <= NEGLIGIBLE * way.abs() {
                break;
            }
        }
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sums_have_the_known_limits() {
        let own = Own {
            start: 0.0,
            first: -1.0,
            second: 1.0,
            is_bias: false,
        };
        let rates = vec![1.0; 5000];
        let sgd = |nesterov| {
            let momentum = Sgd {
                momentum: 0.9,
                nesterov,
                ..Sgd::default()
            };
            own.sgd(&momentum, &rates)
        };
        let adam = |beta2| {
            let adam = Adam {
                beta2,
                epsilon: 1e-300,
                ..Adam::default()
            };
            own.adam(&adam, 100_000, &rates, false)
        };
        for (way, expected) in [
            (sgd(false), 9.0),
            (sgd(true), 8.1),
            (adam(0.999), 9.045),
            (adam(0.9), 18.487),
        ] {
            assert!((way / expected - 1.0).abs() < 1e-4, "{way}");
        }
    }
}
