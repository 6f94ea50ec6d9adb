//! What is remembered of an interval to recognize coasting in the next: a few differences of
//! every unit.
//!
//! A unit that stored momentum alone still moves repeats the difference of the interval before,
//! shortened by one factor for all of its weights. A handful of weights shows it, so that no third
//! file need be kept in memory.

use crate::compare::Pair;
use crate::decay::COINCIDENCE;
use crate::format::Format;
use crate::interval::Row;
use crate::layers::Layer;

/// Weights remembered of a unit.
const SAMPLES: usize = 12;

/// Evenly spaced weights of a unit in an interval; what is missing of a short row is 0.
pub type Sample = [Moved; SAMPLES];

/// A weight in an interval.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moved {
    difference: f32,
    /// The larger of its sizes before and after.
    size: f32,
}

/// The last interval's differences.
pub struct Sketches {
    /// By layer and unit.
    samples: Vec<Vec<Sample>>,
    /// Whether there was an interval before.
    filled: bool,
}

impl Sketches {
    /// Nothing yet.
    pub fn new(layers: &[Layer]) -> Self {
        let empty = |layer: &Layer| vec![Sample::default(); layer.units];
        Self {
            samples: layers.iter().map(empty).collect(),
            filled: false,
        }
    }

    /// Marks the end of an interval.
    pub fn finish_interval(&mut self) {
        self.filled = true;
    }

    /// Which units of a layer coast, and remembers this interval's differences instead.
    pub fn coasting(
        &mut self,
        layer: usize,
        shown: &[Row],
        format: Format,
        steps: Option<f64>,
        rows: usize,
    ) -> Vec<bool> {
        let threshold = libm::log(COINCIDENCE / rows.max(1) as f64);
        let steps = steps.filter(|_| self.filled);
        let own = self.samples[layer].iter_mut().zip(shown);
        own.map(|(before, row)| {
            let moved = row.tally.equal < row.tally.count;
            let chance = steps
                .filter(|_| moved)
                .and_then(|steps| chance_of_coasting(format, before, &row.sample, steps));
            *before = row.sample;
            chance.is_some_and(|chance| chance < threshold)
        })
        .collect()
    }
}

/// Places of the samples in a row.
fn places(length: usize) -> impl Iterator<Item = usize> {
    let count = length.min(SAMPLES);
    (0..count).map(move |sample| sample * length / count)
}

/// The sample of a row.
pub fn sample(row: Pair<'_>) -> Sample {
    let mut sample = Sample::default();
    for (moved, place) in sample.iter_mut().zip(places(row.len())) {
        let old = row.format.get(row.old, place);
        let new = row.format.get(row.new, place);
        *moved = Moved {
            difference: (new - old) as f32,
            size: old.abs().max(new.abs()) as f32,
        };
    }
    sample
}

/// ln of the chance that differences with directions of their own repeat those of the interval
/// before, times one factor below 1, as nearly as they do; `None` if they do not.
///
/// A difference is known to `steps` roundings, so that nothing is seen once it is no larger:
/// coasting shows only between files that are few steps apart.
fn chance_of_coasting(format: Format, before: &Sample, now: &Sample, steps: f64) -> Option<f64> {
    let (mut low, mut high, mut chance) = (0.0_f64, 1.0_f64, 0.0);
    for (before, now) in before.iter().zip(now) {
        // Both ends were rounded once more than there are steps, if they come from elsewhere.
        let error = (steps + 1.0) * format.half_ulp(f64::from(now.size));
        let (before, now) = (f64::from(before.difference), f64::from(now.difference));
        if before.abs() <= 2.0 * error {
            // Too small to tell: it may only have become smaller.
            if now.abs() > 2.0 * error {
                return None;
            }
            continue;
        }
        // Both differences carry the error; a factor is at most 1.
        let (ratio, window) = (now / before, 2.0 * error / before.abs());
        low = low.max(ratio - window);
        high = high.min(ratio + window);
        if low > high || high <= 0.0 {
            return None;
        }
        // A free ratio is anywhere between -1 and 1.
        chance += libm::log(window.clamp(f64::MIN_POSITIVE, 1.0));
    }
    // A factor of 1 is constant motion, which is learning.
    (low < high && high < 1.0).then_some(chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn momentum_alone_is_recognized() {
        let mut weights: Vec<f32> = (0..40).map(|i| wave(i as f32 * 0.37)).collect();
        let mut velocity: Vec<f32> = (0..40).map(|i| wave(i as f32 * 0.91) * 0.1).collect();
        let bytes =
            |values: &[f32]| -> Vec<u8> { values.iter().flat_map(|w| w.to_le_bytes()).collect() };
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
        let row = |k: usize| Pair {
            format: Format::F32,
            old: &files[k],
            new: &files[k + 1],
        };
        let chance =
            chance_of_coasting(Format::F32, &sample(row(0)), &sample(row(1)), 5.0).unwrap();
        assert!(chance < libm::log(1e-20), "{chance}");
        let mut other = sample(row(1));
        other[3].difference = -other[3].difference;
        assert_eq!(
            chance_of_coasting(Format::F32, &sample(row(0)), &other, 5.0),
            None
        );
        // Far apart nothing can be seen.
        let far = chance_of_coasting(Format::F32, &sample(row(0)), &sample(row(1)), 1e9);
        assert!(far.is_none_or(|chance| chance == 0.0));
    }

    /// Something between -1 and 1 that repeats slowly.
    fn wave(x: f32) -> f32 {
        (x * 1.7).fract() * 2.0 - 1.0
    }
}
