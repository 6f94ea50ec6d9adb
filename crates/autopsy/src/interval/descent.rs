//! How a weight falls that L2 alone moves through Adam.
//!
//! With L2 of strength d and no other gradient, Adam (Kingma and Ba, 2015) sees g = d w. At step t,
//!
//! ```text
//! m <- b1 m + (1 - b1) d w        v <- b2 v + (1 - b2) d^2 w^2
//! w <- w - lr m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)
//! ```
//!
//! What v remembers of the time when there was a gradient G is G^2 b2^t, and as long as that
//! outweighs d^2 w^2 (the weights shrink faster than the memory does), w loses the share a = lr d /
//! sqrt(v) a step: every weight at a rate of its own, since every G was another, and all the rates
//! grow by one common factor from an interval to the next, whatever lr, d, b2 and the schedule are.
//! The first moment follows w by b1 / (1 - b1) steps; where w shrinks by q a step, m = d w (1 - b1) /
//! (1 - b1 / q), so that
//!
//! ```text
//! a = (1 - q) (q - b1) / (q (1 - b1)),    q = (|w_new| / |w_old|)^(1 / N)
//! ```
//!
//! A gradient of the share x of d w changes a by that share. That of a living unit differs from
//! weight to weight and from interval to interval, so that its weights show no common factor, even
//! where the loss is near 0 and all of them fall.
//!
//! What falls faster than its first moment can follow swings about 0 with a shrinking width, and
//! shows only that it does not grow. When sqrt(v) has fallen below lr d (1 - b1) / (2 (1 + b1)), the
//! swing grows until v has grown with it: from any size to about one step lr. Of a weight far below
//! one step nothing is known but that it is still short of what gradients move.

use crate::format::Format;

/// First moments that are tried: Adam's, and none, as in `RMSprop`.
pub const FIRST_MOMENTS: [f64; 2] = [0.9, 0.0];

/// The largest share of itself that a weight loses in a step and still falls smoothly. For b1 =
/// 0.9 it begins to swing at 1 - sqrt(b1) = 0.05; at this half of it what remains of the swing is
/// gone in a few dozen steps.
const SMOOTH: f64 = 0.02;

/// What is far below one step: a living weight is so near to 0 one time in hundred, if its size is
/// that of a step, and its size is that of many.
pub const FAR_BELOW: f64 = 0.01;

/// What is known of a number of weights in three files.
#[derive(Clone, Copy, Debug)]
pub struct Descent {
    first_moment: f64,
    steps: [f64; 2],
    /// How far gradients move a weight in the later interval.
    pace: f64,
    /// ln of the common factor of the rates.
    low: f64,
    high: f64,
    /// ln of the chances of those that fall smoothly, and their number.
    smooth: f64,
    count: usize,
    /// ln of the chances of the others.
    others: f64,
}

impl Descent {
    /// Nothing yet. `steps` are those of both intervals, and `pace` is how far gradients move a
    /// weight in the later one.
    pub const fn new(first_moment: f64, steps: [f64; 2], pace: f64) -> Self {
        Self {
            first_moment,
            steps,
            pace,
            low: f64::NEG_INFINITY,
            high: f64::INFINITY,
            smooth: 0.0,
            count: 0,
            others: 0.0,
        }
    }

    /// The same for weights of another pace.
    pub const fn at(self, pace: f64) -> Self {
        Self { pace, ..self }
    }

    /// Adds a weight; false if L2 alone cannot have moved it.
    pub fn add(&mut self, [first, second, third]: [f64; 3], format: Format) -> bool {
        let sizes = [first.abs(), second.abs(), third.abs()];
        let [steps, later_steps] = self.steps;
        let relative = |index: usize| format.half_ulp(sizes[index]) / sizes[index];
        let fall = [
            libm::log(sizes[0] / sizes[1]),
            libm::log(sizes[1] / sizes[2]),
        ];
        // Each step rounds once, relative to a number that shrinks.
        let errors = [
            format.roundings(steps) * relative(0).max(relative(1)),
            format.roundings(later_steps) * relative(1).max(relative(2)),
        ];
        let one_side = first * second > 0.0 && second * third > 0.0;
        let shrinks = fall[0] > -errors[0] && fall[1] > -errors[1];
        let per_step = [fall[0] / steps, fall[1] / later_steps];
        let step = self.pace / later_steps;
        let swings = !one_side || !shrinks || per_step[0].max(per_step[1]) > SMOOTH;
        if swings || sizes[0] <= step {
            if sizes[2] <= sizes[0].max(sizes[1]) {
                // The largest of three is the last one time in three.
                self.others += libm::log(2.0 / 3.0);
                return true;
            }
            return may_swing(sizes[1], sizes[2], self.pace, later_steps);
        }
        if fall[0] <= 2.0 * errors[0] || fall[1] <= 2.0 * errors[1] {
            // It hardly moved: its rate is not known.
            return true;
        }
        let ratio = libm::log(self.rate(per_step[1]) / self.rate(per_step[0]));
        // What the first moment's delay leaves when rates change within an interval is of second
        // order.
        let error = errors[0] / fall[0] + errors[1] / fall[1] + per_step[0] + per_step[1];
        self.low = self.low.max(ratio - error);
        self.high = self.high.min(ratio + error);
        self.count += 1;
        // A rate that depends on gradients may as well have halved or doubled.
        self.smooth += libm::log((error / std::f64::consts::LN_2).min(1.0));
        self.low <= self.high
    }

    /// ln of the chance that weights which learn look like this.
    pub fn chance(&self) -> f64 {
        self.chance_of_rates() + self.others
    }

    /// The same of the common factor of the rates alone.
    pub fn chance_of_rates(&self) -> f64 {
        // One of them chooses the factor.
        let confirm = self.count.saturating_sub(1) as f64 / self.count.max(1) as f64;
        self.smooth * confirm
    }

    /// The share that a weight loses in a step, from ln of what it lost.
    fn rate(&self, per_step: f64) -> f64 {
        let kept = libm::exp(-per_step);
        let first = self.first_moment;
        -libm::expm1(-per_step) * (kept - first) / (kept * (1.0 - first))
    }
}

/// Whether a weight far below one step may have grown to `after` by swinging, short of the `pace`
/// of an interval of `steps`.
pub fn may_swing(before: f64, after: f64, pace: f64, steps: f64) -> bool {
    before <= FAR_BELOW * pace / steps && after <= pace
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adam with L2 and a gradient that is `share` of the decay, other for every weight.
    fn adam(share: f64, every: u32) -> Vec<[f64; 3]> {
        let (rate, decay, first, second) = (0.01_f64, 1e-4_f64, 0.9_f64, 0.999_f64);
        let weight = |index: u32| {
            let mut weight = 0.3 / f64::from(index + 1);
            let past = 1e-3 * f64::from(index % 7 + 1);
            let (mut m, mut v) = (decay * weight, past * past);
            let mut files = [weight; 3];
            for step in 1..=2 * every {
                let wave = libm::sin(f64::from(step * (index + 3)) * 0.01);
                let gradient = decay * weight * (1.0 + share * wave);
                m = first * m + (1.0 - first) * gradient;
                v = second * v + (1.0 - second) * gradient * gradient;
                // Far into a run, so that the corrections are over.
                weight = f64::from((weight - rate * m / (v.sqrt() + 1e-8)) as f32);
                if step % every == 0 {
                    files[(step / every) as usize] = weight;
                }
            }
            files
        };
        (0..40).map(weight).collect()
    }

    fn follow(weights: &[[f64; 3]], every: u32) -> Option<f64> {
        let mut descent = Descent::new(0.9, [f64::from(every); 2], 1e-3);
        let all = weights.iter().all(|&own| descent.add(own, Format::F32));
        all.then(|| descent.chance())
    }

    #[test]
    fn without_gradient_the_rates_grow_together() {
        for every in [100, 250, 600] {
            let chance = follow(&adam(0.0, every), every).unwrap();
            assert!(chance < libm::log(1e-20), "{every}: {chance}");
            // All of them fall with a gradient of a fifth of the decay, and it shows.
            let living = adam(0.2, every);
            assert!(living.iter().all(|[a, b, c]| a > b && b > c));
            assert_eq!(follow(&living, every), None, "{every}");
        }
    }

    #[test]
    fn what_swings_only_must_not_grow() {
        let mut descent = Descent::new(0.9, [250.0; 2], 0.1);
        assert!(descent.add([1e-3, -1e-9, 1e-14], Format::F32));
        assert!(descent.add([0.0, 0.0, 0.0], Format::F32));
        // From far below a step of 4e-4 to less than the pace.
        assert!(descent.add([1e-9, -1e-9, 2e-3], Format::F32));
        assert!(!descent.add([1e-9, -1e-9, 0.2], Format::F32));
        assert!(!descent.add([1e-5, -1e-5, 2e-5], Format::F32));
    }
}
