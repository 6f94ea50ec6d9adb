//! What two versions of a vector of weights tell about what moved it, from the bits alone.

use crate::format::Format;

/// Two versions of the same numbers, as stored.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// How they are stored.
    pub format: Format,
    /// In the earlier file.
    pub old: &'a [u8],
    /// In the later file.
    pub new: &'a [u8],
}

/// How many numbers are decoded at a time.
const BLOCK: usize = 64;

impl Pair<'_> {
    /// The part from `start` to `end`, in numbers.
    #[must_use]
    pub fn slice(self, start: usize, end: usize) -> Self {
        let size = self.format.size();
        Self {
            format: self.format,
            old: &self.old[start * size..end * size],
            new: &self.new[start * size..end * size],
        }
    }

    /// How many numbers there are.
    pub fn len(self) -> usize {
        self.old.len() / self.format.size()
    }

    /// Whether every number is equal in both, zeros by value.
    pub fn is_frozen(self) -> bool {
        // Equal bytes are equal numbers unless they are NaN, and a memory comparison is fast.
        (self.old == self.new && !self.has_nan()) || self.all(|old, new| old == new)
    }

    fn has_nan(self) -> bool {
        !self.all(|_, new| !new.is_nan())
    }

    /// Whether `holds` for every (old, new); stops at the first that it does not.
    pub fn all(self, mut holds: impl FnMut(f64, f64) -> bool) -> bool {
        let (mut old, mut new) = ([0.0; BLOCK], [0.0; BLOCK]);
        let size = self.format.size() * BLOCK;
        self.old
            .chunks(size)
            .zip(self.new.chunks(size))
            .all(|(before, after)| {
                let count = before.len() / self.format.size();
                self.format.decode(before, &mut old[..count]);
                self.format.decode(after, &mut new[..count]);
                (old[..count].iter().zip(&new[..count])).all(|(&old, &new)| holds(old, new))
            })
    }

    /// Counts what moved and how far.
    pub fn tally(self) -> Tally {
        let mut tally = Tally {
            count: self.len(),
            ..Tally::default()
        };
        if self.format == Format::F32 {
            self.tally_f32(&mut tally);
        } else {
            self.all(|old, new| {
                tally.equal += usize::from(old == new);
                let difference = new - old;
                tally.squares += difference * difference;
                true
            });
        }
        tally
    }

    /// The common case, in eight lanes that the compiler keeps in registers.
    fn tally_f32(self, tally: &mut Tally) {
        const LANES: usize = 8;
        // Blocks short enough for sums in f32 to stay accurate to 1e-4 or so.
        for (old, new) in self.old.chunks(4096).zip(self.new.chunks(4096)) {
            let (mut equal, mut squares) = ([0_u32; LANES], [0.0_f32; LANES]);
            let (old, old_rest) = old.as_chunks::<{ 4 * LANES }>();
            let (new, new_rest) = new.as_chunks::<{ 4 * LANES }>();
            for (old, new) in old.iter().zip(new) {
                let (old, new) = (old.as_chunks::<4>().0, new.as_chunks::<4>().0);
                for lane in 0..LANES {
                    let old = f32::from_le_bytes(old[lane]);
                    let new = f32::from_le_bytes(new[lane]);
                    equal[lane] += u32::from(old == new);
                    squares[lane] += (new - old) * (new - old);
                }
            }
            let rest = old_rest.as_chunks::<4>().0.iter();
            for (old, new) in rest.zip(new_rest.as_chunks::<4>().0) {
                let (old, new) = (f32::from_le_bytes(*old), f32::from_le_bytes(*new));
                equal[0] += u32::from(old == new);
                squares[0] += (new - old) * (new - old);
            }
            tally.equal += equal.iter().sum::<u32>() as usize;
            tally.squares += squares.iter().map(|&sum| f64::from(sum)).sum::<f64>();
        }
    }

    /// Whether every number is finite in the later file.
    pub fn is_finite(self) -> bool {
        self.all(|_, new| new.is_finite())
    }

    /// Whether part of the numbers did not move and no other by more than two units in the last
    /// place: updates that round away, now and then one that does not.
    pub fn is_stalled(self) -> bool {
        self.all(|old, new| {
            let largest = old.abs().max(new.abs());
            (new - old).abs() <= 4.0 * self.format.half_ulp(largest)
        })
    }

    /// The largest size of a number in the earlier file.
    pub fn largest(self) -> f64 {
        let mut largest = 0.0_f64;
        self.all(|old, _| {
            largest = largest.max(old.abs());
            true
        });
        largest
    }

    /// The largest size of a number in the later file.
    pub fn newest(self) -> f64 {
        let mut largest = 0.0_f64;
        self.all(|_, new| {
            largest = largest.max(new.abs());
            true
        });
        largest
    }

    /// Whether the numbers fall towards 0, each by itself: those at least half as large as
    /// `largest` all came nearer to 0, and none is now farther from it than `largest`. Returns how
    /// many could have done otherwise.
    ///
    /// This is what Adam makes of L2 alone: its steps are about as long for every weight, so that
    /// small ones reach 0 first and swing about it, and only large ones are certain to shrink.
    pub fn falls(self, largest: f64) -> Option<usize> {
        let mut large = 0;
        let falls = self.all(|old, new| {
            let is_large = old.abs() >= largest / 2.0;
            large += usize::from(is_large);
            new.abs() <= largest && (!is_large || new.abs() < old.abs())
        });
        (falls && largest > 0.0).then_some(large)
    }

    /// The factors by which all numbers can have been multiplied in `steps` steps, each with one
    /// rounding: new = f old, to `steps` halves of a unit in the last place. `None` if no factor
    /// does.
    pub fn factors(self, steps: f64) -> Option<Factors> {
        let mut factors = Factors {
            low: 0.0,
            high: 1.0,
        };
        let common = self.all(|old, new| {
            let error = steps * self.format.half_ulp(old);
            if old == 0.0 {
                return new.abs() <= error;
            }
            let (ratio, error) = (new / old, error / old.abs());
            factors.low = factors.low.max(ratio - error);
            factors.high = factors.high.min(ratio + error);
            factors.low <= factors.high
        });
        common.then_some(factors)
    }

    /// ln of the chance that numbers which move by amounts of the size of 1 - `factor` of their
    /// own all land as near to that factor as the roundings of `steps` steps allow.
    pub fn chance_of_factor(self, factor: f64, steps: f64) -> f64 {
        let mut chance = 0.0;
        self.all(|old, _| {
            if old != 0.0 {
                let window = 2.0 * steps * self.format.half_ulp(old) / old.abs();
                chance += libm::log((window / (1.0 - factor)).clamp(f64::MIN_POSITIVE, 1.0));
            }
            true
        });
        chance
    }
}

/// What moved and how far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Numbers.
    pub count: usize,
    /// Those that are equal in both files.
    pub equal: usize,
    /// Sum of squared differences.
    pub squares: f64,
}

/// A range of factors between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factors {
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

impl Factors {
    /// Whether they have a factor in common.
    pub fn overlap(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    /// The middle one.
    pub fn middle(self) -> f64 {
        f64::midpoint(self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(values: &[f32]) -> Vec<u8> {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    }

    /// Asks a pair that lives for ever, so that methods may be named.
    fn with<T>(old: &[f32], new: &[f32], ask: impl Fn(Pair<'static>) -> T) -> T {
        ask(Pair {
            format: Format::F32,
            old: bytes(old).leak(),
            new: bytes(new).leak(),
        })
    }

    #[test]
    fn frozen_is_equality_by_value() {
        assert!(with(&[0.0, 1.5], &[-0.0, 1.5], Pair::is_frozen));
        assert!(!with(
            &[1.0; 100],
            &[[1.0; 99].as_slice(), &[2.0]].concat(),
            Pair::is_frozen
        ));
        assert!(!with(&[f32::NAN], &[f32::NAN], Pair::is_frozen));
    }

    #[test]
    fn the_fast_tally_is_the_plain_one() {
        let old: Vec<f32> = (0..2500).map(|i| (i % 37) as f32 * 0.3).collect();
        let new: Vec<f32> = old
            .iter()
            .enumerate()
            .map(|(i, w)| w + (i % 3) as f32 * 0.01)
            .collect();
        let fast = with(&old, &new, Pair::tally);
        let mut plain = Tally {
            count: 2500,
            ..Tally::default()
        };
        for (old, new) in old.iter().zip(&new) {
            plain.equal += usize::from(old == new);
            plain.squares += f64::from(new - old) * f64::from(new - old);
        }
        assert_eq!((fast.count, fast.equal), (plain.count, plain.equal));
        assert!((fast.squares / plain.squares - 1.0).abs() < 1e-4);
    }

    #[test]
    fn decay_of_many_steps_is_one_factor() {
        let old = [0.3_f32, -1.7, 2e-3, 0.0, 4.1e-5, 11.0];
        let mut new = old;
        for _ in 0..200 {
            for weight in &mut new {
                // PyTorch's SGD: gradient += decay x weight; weight -= rate x gradient.
                *weight -= 0.8 * (1e-4 * *weight);
            }
        }
        let factors = with(&old, &new, |pair| pair.factors(200.0)).unwrap();
        let exact = (0..200).fold(1.0, |product, _| product * (1.0 - 0.8e-4));
        assert!(factors.low <= exact && exact <= factors.high, "{factors:?}");
        assert!(factors.high - factors.low <= 400.0 * libm::exp2(-24.0));
        let chance = with(&old, &new, |pair| pair.chance_of_factor(exact, 200.0));
        assert!(chance < libm::log(1e-12), "{chance}");
        new[1] *= 1.0001;
        assert_eq!(with(&old, &new, |pair| pair.factors(200.0)), None);
    }

    #[test]
    fn stalled_is_a_unit_or_two_in_the_last_place() {
        assert!(with(
            &[1.0, 2.0],
            &[1.0_f32.next_up().next_up(), 2.0],
            Pair::is_stalled
        ));
        assert!(!with(&[1.0, 2.0], &[1.000_001, 2.0], Pair::is_stalled));
    }

    #[test]
    fn falling_asks_the_large_ones_only() {
        let fall = |new: &[f32]| with(&[1.0, -0.8, 0.1, 0.0], new, |pair| pair.falls(1.0));
        assert_eq!(fall(&[0.7, -0.5, -0.2, 1e-9]), Some(2));
        assert_eq!(fall(&[0.7, -0.9, 0.0, 0.0]), None);
        assert_eq!(fall(&[0.7, -0.5, 1.1, 0.0]), None);
        assert_eq!(fall(&[1.0, -0.5, 0.1, 0.0]), None);
    }
}
