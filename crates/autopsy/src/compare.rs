//! What two versions of a vector of weights tell about what moved it, from the bits alone.

mod factors;
mod moved;
mod tally;

use crate::format::Format;

pub use factors::Factors;
pub use moved::Moved;
pub use tally::Tally;

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
const BLOCK: usize = 16;

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

    /// Whether every number is equal in both, zeros by value and NaN never.
    pub fn is_frozen(self) -> bool {
        if self.format != Format::F32 {
            return self.all(|old, new| old == new);
        }
        // The common case, asked of many short parts: without a branch for every number.
        let moves = |(old, new): (&[u8], &[u8])| {
            let numbers = old.as_chunks::<4>().0.iter().zip(new.as_chunks::<4>().0);
            numbers.fold(false, |moves, (old, new)| {
                moves | (f32::from_le_bytes(*old) != f32::from_le_bytes(*new))
            })
        };
        let size = 4 * BLOCK;
        !self.old.chunks(size).zip(self.new.chunks(size)).any(moves)
    }

    /// Whether `holds` for every (old, new); stops at the first that it does not.
    pub fn all(self, mut holds: impl FnMut(f64, f64) -> bool) -> bool {
        let (mut old, mut new) = ([0.0; BLOCK], [0.0; BLOCK]);
        let size = self.format.size();
        let mut block = |(before, after): (&[u8], &[u8])| {
            let count = before.len() / size;
            self.format.decode(before, &mut old[..count]);
            self.format.decode(after, &mut new[..count]);
            (old[..count].iter().zip(&new[..count])).all(|(&old, &new)| holds(old, new))
        };
        // The first number answers most questions: it is decoded alone.
        let alone = self.len().min(1);
        let parts = [self.slice(0, alone), self.slice(alone, self.len())];
        parts.into_iter().all(|part| {
            let (old, new) = (part.old.chunks(size * BLOCK), part.new.chunks(size * BLOCK));
            old.zip(new).all(&mut block)
        })
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

    /// Whether no number moved away from 0 by more than the rounding of both.
    pub fn shrinks(self) -> bool {
        self.all(|old, new| new.abs() <= old.abs() + 2.0 * self.format.half_ulp(old))
    }

    /// The largest size of a number in the earlier file, and in the later one.
    pub fn largest(self) -> [f64; 2] {
        let mut largest = [0.0_f64; 2];
        self.all(|old, new| {
            largest = [largest[0].max(old.abs()), largest[1].max(new.abs())];
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
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn bytes(values: &[f32]) -> Vec<u8> {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    }

    pub(crate) fn pair<'a>(old: &'a [u8], new: &'a [u8]) -> Pair<'a> {
        Pair {
            format: Format::F32,
            old,
            new,
        }
    }

    /// Asks a pair that lives for ever, so that methods may be named.
    pub(crate) fn with<T>(old: &[f32], new: &[f32], ask: impl Fn(Pair<'static>) -> T) -> T {
        ask(pair(bytes(old).leak(), bytes(new).leak()))
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
