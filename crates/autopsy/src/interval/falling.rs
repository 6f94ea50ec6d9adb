//! Rows that L2 moves through Adam.

use super::LayerPair;
use super::descent::{Descent, FIRST_MOMENTS, may_swing};
use super::readers::ReaderView;
use crate::compare::{Pair, Tally};
use crate::decay::COINCIDENCE;
use crate::motion::Readers;
use crate::sketch::Before;

/// Steps that an interval must have: Adam's first moment forgets in a few dozen of them.
const FEWEST_STEPS: f64 = 50.0;

/// Size of inputs that a bias must outweigh whatever their signs are: what a layer gets that learns is
/// of size 1.
const LARGE_INPUT: f64 = 10.0;

/// What fell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fall {
    /// No gradient came in this interval and the one before; and what is known of the readers.
    Proven(Readers),
    /// All large weights came nearer to 0 in this interval, and no other can be asked, or they were
    /// nearly 0 before. Those of a unit that lives do so too where the loss is near 0.
    Likely(Readers),
}

/// Whether a unit and its readers fall towards 0 each weight by itself, as L2 through Adam
/// makes them.
pub struct Falling<'a> {
    pub pair: &'a LayerPair<'a>,
    pub tallies: &'a [Tally],
    /// How far a weight of the layer moves.
    pub pace: f64,
    pub view: Option<&'a ReaderView<'a>>,
    /// The same of the layer that reads it.
    pub reader_pace: f64,
    pub rows: usize,
    /// Steps of the interval.
    pub steps: f64,
    /// Whether no interval comes before.
    pub first: bool,
}

impl Falling<'_> {
    /// How a unit falls, if it does; `memory` is what is remembered of the interval before, and
    /// becomes that of this.
    pub fn judge(&self, unit: usize, memory: &mut Option<Before>) -> Option<Fall> {
        let before = memory.take();
        // Of most rows a large weight grew, and nothing more is asked of them.
        let [largest, after] = self.tallies[unit].largest;
        if after > largest.max(self.pace) || !self.may_fall(unit, largest) {
            return None;
        }
        *memory = Some(self.remember(unit));
        if self.first || self.steps < FEWEST_STEPS {
            return self.likely(unit, largest).map(Fall::Likely);
        }
        let proven = before.and_then(|before| self.proven(unit, &before));
        // Numbers of 16 bits are seldom exact enough.
        let half = self.pair.weight.format.is_half();
        let likely = || self.likely(unit, largest).map(Fall::Likely);
        proven.or_else(|| likely().filter(|_| half))
    }

    /// Whether a unit is silent whatever it reads. What has fallen to almost 0 altogether may be
    /// active, and its gradient too small.
    fn is_silent(&self, unit: usize) -> bool {
        let bias = self.pair.companions_of(unit).last();
        let bias = bias.map_or(0.0, |bias| bias.format.get(bias.new, 0));
        let only_bias = self.pair.companions.len() == 1;
        only_bias && outweighs(bias, numbers(self.pair.unit(unit)).map(|(_, new)| new))
    }

    /// Whether all large weights came nearer to 0, and no other went beyond them.
    fn may_fall(&self, unit: usize, largest: f64) -> bool {
        self.pair.unit(unit).all(|old, new| {
            let (old, new) = (old.abs(), new.abs());
            let falls = new <= largest && (old < largest / 2.0 || new < old);
            falls || may_swing(old, new, self.pace, self.steps)
        })
    }

    fn remember(&self, unit: usize) -> Before {
        let mut own = Vec::new();
        let companions = self.pair.companions_of(unit);
        for pair in std::iter::once(self.pair.unit(unit)).chain(companions) {
            own.extend(numbers(pair).map(|(old, _)| old));
        }
        let rows = self.view.map_or(0, |view| view.layer.units);
        let reading = (0..rows).map(|row| {
            let parts = self.view.into_iter().flat_map(|view| view.part(unit, row));
            parts.flat_map(numbers).map(|(old, _)| old).collect()
        });
        Before {
            own,
            reading: reading.collect(),
            steps: self.steps,
        }
    }

    /// What is known, if L2 alone moved the unit since `before`.
    fn proven(&self, unit: usize, before: &Before) -> Option<Fall> {
        let steps = [before.steps, self.steps];
        if before.steps < FEWEST_STEPS {
            return None;
        }
        let needed = libm::log(COINCIDENCE / self.rows.max(1) as f64);
        let found = |descent: &Descent, readers| {
            let shown = descent.chance_of_rates() < needed || self.is_silent(unit);
            (descent.chance() < needed).then_some(if shown {
                Fall::Proven(readers)
            } else {
                Fall::Likely(Readers::Unknown)
            })
        };
        FIRST_MOMENTS.iter().find_map(|&first_moment| {
            let mut own = Descent::new(first_moment, steps, self.pace);
            let companions = self.pair.companions_of(unit);
            let all = std::iter::once(self.pair.unit(unit)).chain(companions);
            if !follows(&mut own, &before.own, all) {
                return None;
            }
            let Some(view) = self.view.filter(|view| view.parts(unit).next().is_some()) else {
                return found(&own, Readers::Silent);
            };
            let mut both = own.at(self.reader_pace);
            let mut rows = view.rows.iter();
            let stopped = rows.all(|&(row, _)| {
                let parts = view.part(unit, row);
                let before = before.reading.get(row);
                before.is_some_and(|before| follows(&mut both, before, parts))
            });
            let stopped = stopped.then(|| found(&both, Readers::Stopped));
            stopped.flatten().or_else(|| found(&own, Readers::Moving))
        })
    }

    /// The readers, if all large weights of the unit, of which `largest` is the largest, and of
    /// what reads it fell in this interval.
    fn likely(&self, unit: usize, largest: f64) -> Option<Readers> {
        let row = self.pair.unit(unit);
        let mut chance = fall(std::iter::once(row), largest, |_| self.pace)?;
        let grows = |bias: Pair<'_>| {
            let [before, after] = bias.largest();
            after > before
        };
        if self.pair.companions_of(unit).any(grows) {
            return None;
        }
        let mut readers = Readers::Unknown;
        if let Some(view) = self.view {
            let parts = view.parts(unit);
            if parts.clone().next().is_none() {
                readers = Readers::Silent;
            } else {
                let rows: Vec<usize> = parts.clone().map(|(.., row)| row).collect();
                let pace = |part: usize| {
                    let tally = view.pair.unit(rows[part]).tally();
                    (tally.squares / tally.count.max(1) as f64).sqrt()
                };
                let parts = parts.map(|(part, ..)| part);
                let sizes = parts.clone().map(|part| part.largest()[0]);
                let largest = sizes.fold(0.0, f64::max);
                chance += fall(parts, largest, pace)?;
            }
        }
        let needed = libm::log(COINCIDENCE / self.rows.max(1) as f64);
        (chance < needed).then_some(readers)
    }
}

/// Whether a bias is negative and larger than what any inputs make of the weights. Those that have
/// fallen to nothing add nothing, however many they are.
fn outweighs(bias: f64, weights: impl Iterator<Item = f64>) -> bool {
    -bias > LARGE_INPUT * weights.map(f64::abs).sum::<f64>()
}

/// Old and new numbers.
fn numbers(pair: Pair<'_>) -> impl Iterator<Item = (f64, f64)> {
    let get = move |index| {
        (
            pair.format.get(pair.old, index),
            pair.format.get(pair.new, index),
        )
    };
    (0..pair.len()).map(get)
}

/// Whether the numbers of these pairs, which were `before` an interval ago, fall by L2 alone.
fn follows<'a>(
    descent: &mut Descent,
    before: &[f64],
    pairs: impl Iterator<Item = Pair<'a>>,
) -> bool {
    let mut pairs =
        pairs.flat_map(|pair| numbers(pair).map(move |(old, new)| (old, new, pair.format)));
    let mut before = before.iter();
    pairs.all(|(old, new, format)| {
        before
            .next()
            .is_some_and(|&first| descent.add([first, old, new], format))
    })
}

/// ln of the chance that parts, of which `largest` is the largest size before, fall together while
/// they learn, if they do: either every large weight happens to move towards 0, or every weight of
/// a part, which moves by about `pace`, happens to stay within the largest.
fn fall<'a>(
    parts: impl Iterator<Item = Pair<'a>>,
    largest: f64,
    pace: impl Fn(usize) -> f64,
) -> Option<f64> {
    let (mut towards, mut within) = (0.0, 0.0);
    for (index, part) in parts.enumerate() {
        towards += part.falls(largest)? as f64 * libm::log(0.5);
        let share = (largest / pace(index)).clamp(f64::MIN_POSITIVE, 1.0);
        within += part.len() as f64 * libm::log(share);
    }
    Some(towards.min(within))
}

#[cfg(test)]
mod tests {
    use super::outweighs;

    #[test]
    fn a_bias_outweighs_what_is_left_of_the_weights() {
        let one_left = |size: f64| (0..144).map(move |index| if index == 7 { size } else { 1e-27 });
        assert!(outweighs(-1.75e-4, one_left(5e-6)));
        assert!(outweighs(-1.75e-4, one_left(-5e-6)));
        assert!(!outweighs(1.75e-4, one_left(5e-6)));
        assert!(!outweighs(-1.75e-4, one_left(5e-5)));
        // Of many small ones the sum counts.
        assert!(!outweighs(-1.75e-4, [2e-7; 144].into_iter()));
        // What is 0 altogether is not silent: its output is 0, and so it may learn.
        assert!(!outweighs(0.0, [0.0; 144].into_iter()));
    }
}
