//! What is remembered of an interval to recognize coasting in the next: a few differences of
//! every unit.
//!
//! A unit that stored momentum alone still moves repeats the difference of the interval before,
//! shortened by one factor for all of its weights and its bias, and so do the weights that read it.
//! A handful of them shows it, so that no earlier file need be kept in memory.

use crate::compare::Pair;
use crate::decay::COINCIDENCE;
use crate::layers::Layer;

/// The largest momentum in use. What shrinks more slowly is learning that comes to its end, or an
/// average of weights.
const LARGEST_MOMENTUM: f64 = 0.99;

/// Numbers remembered of a unit, and of what reads it.
pub const SAMPLES: usize = 12;

/// What is remembered of a unit that fell: its numbers at the beginning of the interval.
#[derive(Clone, Debug)]
pub struct Before {
    /// Its weights, bias and norm.
    pub own: Vec<f64>,
    /// The weights that read it, by row of their layer.
    pub reading: Vec<Vec<f64>>,
    /// Steps of the interval.
    pub steps: f64,
}

/// Some numbers in an interval; what is missing of a few is 0.
pub type Sample = [Moved; SAMPLES];

/// A number in an interval.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moved {
    difference: f32,
    /// Half a unit in the last place of the larger of both.
    half_ulp: f32,
}

/// The first of these single numbers.
pub fn sample<'a>(numbers: impl Iterator<Item = Pair<'a>>) -> Sample {
    let mut sample = Sample::default();
    for (moved, number) in sample.iter_mut().zip(numbers) {
        let old = number.format.get(number.old, 0);
        let new = number.format.get(number.new, 0);
        *moved = Moved {
            difference: (new - old) as f32,
            half_ulp: number.format.half_ulp(old.abs().max(new.abs())) as f32,
        };
    }
    sample
}

/// `count` evenly spaced numbers of `length`, or all.
pub fn places(length: usize, count: usize) -> impl Iterator<Item = usize> {
    let count = length.min(count);
    (0..count).map(move |place| place * length / count)
}

/// What is remembered of an interval, by layer and unit.
pub struct Sketches {
    /// Of the units themselves.
    units: Vec<Vec<Option<Memory>>>,
    /// Of the weights that read a unit, where it coasted.
    readers: Vec<Vec<Option<Memory>>>,
    /// Whether a unit's weights, once 0, have been multiples of one vector ever since.
    pub from_zero: Vec<Vec<bool>>,
    /// Of units that fell.
    pub falls: Vec<Vec<Option<Before>>>,
}

#[derive(Clone, Copy)]
struct Memory {
    sample: Sample,
    coasted: bool,
}

/// How many steps an interval has and how many rows the network, and what follows for all rows.
#[derive(Clone, Copy)]
pub struct Extent {
    /// Steps, if they are known and nothing else repeats differences.
    pub steps: Option<f64>,
    /// ln of the chance below which something is no coincidence among all rows.
    pub threshold: f64,
    /// What the largest momentum leaves of a difference.
    left: f64,
}

impl Extent {
    /// Of an interval of so many steps in a network of so many rows.
    pub fn new(steps: Option<f64>, rows: usize) -> Self {
        Self {
            steps,
            threshold: libm::log(COINCIDENCE / rows.max(1) as f64),
            left: steps.map_or(0.0, |steps| libm::pow(LARGEST_MOMENTUM, steps)),
        }
    }
}

impl Sketches {
    /// Nothing yet.
    pub fn new(layers: &[Layer]) -> Self {
        let empty = |layer: &Layer| vec![None; layer.units];
        let empty: Vec<_> = layers.iter().map(empty).collect();
        Self {
            units: empty.clone(),
            readers: empty,
            from_zero: (layers.iter().map(|layer| vec![false; layer.units])).collect(),
            falls: (layers.iter().map(|layer| vec![None; layer.units])).collect(),
        }
    }

    /// Whether a unit coasts, and remembers this interval's differences instead.
    pub fn coasts(&mut self, layer: usize, unit: usize, now: Sample, extent: Extent) -> bool {
        let memory = &mut self.units[layer][unit];
        memory.insert(follow(*memory, now, extent)).coasted
    }

    /// Whether the weights that read a unit coast; `None` if nothing is remembered of them.
    /// `now` is `None` where the unit does not coast.
    pub fn readers_coast(
        &mut self,
        layer: usize,
        unit: usize,
        now: Option<Sample>,
        extent: Extent,
    ) -> Option<bool> {
        let memory = &mut self.readers[layer][unit];
        let before = *memory;
        *memory = now.map(|now| follow(before, now, extent));
        before.and(*memory).map(|memory| memory.coasted)
    }
}

/// Whether numbers coast: they do so by more than chance among all rows, or did so before and
/// moved no farther than that allows. A momentum that runs out cannot be seen any more, but a
/// gradient could.
fn follow(before: Option<Memory>, now: Sample, extent: Extent) -> Memory {
    let coasted = before.is_some_and(|before| {
        chance_of_coasting(&before.sample, &now, extent)
            .is_some_and(|chance| before.coasted || chance < extent.threshold)
    });
    Memory {
        sample: now,
        coasted,
    }
}

/// ln of the chance that differences of their own repeat those of the interval before, times one
/// factor, as nearly as they do; `None` if they do not, or if steps are not known.
///
/// A difference is known to `steps` roundings, so that nothing is seen once it is no larger:
/// coasting shows only between files that are few steps apart.
fn chance_of_coasting(before: &Sample, now: &Sample, extent: Extent) -> Option<f64> {
    let steps = extent.steps?;
    let (mut low, mut high) = (0.0_f64, extent.left);
    let mut windows = [f64::INFINITY; SAMPLES];
    for ((before, now), window) in before.iter().zip(now).zip(&mut windows) {
        // Both ends were rounded once more than there are steps, if they come from elsewhere.
        let error = (steps + 1.0) * f64::from(now.half_ulp);
        let (before, now) = (f64::from(before.difference), f64::from(now.difference));
        if before.abs() <= 2.0 * error {
            // Too small to tell: it may only have become smaller.
            if now.abs() > 2.0 * error {
                return None;
            }
            continue;
        }
        // Both differences carry the error.
        *window = 2.0 * error / before.abs();
        low = low.max(now / before - *window);
        high = high.min(now / before + *window);
        if low > high {
            return None;
        }
    }
    // A row that merely slowed down to this factor would have ratios of that size, either sign.
    // Where they may as well be 0, nothing is known to repeat.
    let share = |window: &f64| libm::log((window / low).clamp(f64::MIN_POSITIVE, 1.0));
    let chance = windows.iter().map(share).sum();
    Some(if low > 0.0 { chance } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::tests::{bytes, pair};

    #[test]
    fn momentum_alone_is_recognized() {
        let mut weights: Vec<f32> = (0..40).map(|i| wave(i as f32 * 0.37)).collect();
        let mut velocity: Vec<f32> = (0..40).map(|i| wave(i as f32 * 0.91) * 0.1).collect();
        let mut files = vec![bytes(&weights)];
        for _ in 0..3 {
            for _ in 0..5 {
                for (weight, velocity) in weights.iter_mut().zip(&mut velocity) {
                    *velocity *= 0.9;
                    *weight -= 0.1 * *velocity;
                }
            }
            files.push(bytes(&weights));
        }
        let row = |k: usize| {
            let pair = pair(&files[k], &files[k + 1]);
            sample(places(40, SAMPLES).map(|place| pair.slice(place, place + 1)))
        };
        let after = |steps| Extent::new(Some(steps), 1);
        let chance = chance_of_coasting(&row(0), &row(1), after(5.0)).unwrap();
        assert!(chance < libm::log(1e-20), "{chance}");
        let mut other = row(1);
        other[3].difference = -other[3].difference;
        assert_eq!(chance_of_coasting(&row(0), &other, after(5.0)), None);
        // Far apart nothing can be seen.
        let far = chance_of_coasting(&row(0), &row(1), after(1e9));
        assert_eq!(far, Some(0.0));
    }

    /// Something between -1 and 1 that repeats slowly.
    fn wave(x: f32) -> f32 {
        (x * 1.7).fract() * 2.0 - 1.0
    }
}
