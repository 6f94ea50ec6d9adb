//! How many numbers moved and how far: asked of every row, so it has to be fast.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined loses the wide instructions of its caller"
)]

use pulp::{Arch, Simd, WithSimd};

use super::{Moved, Pair};
use crate::format::Format;

/// What moved and how far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Numbers.
    pub count: usize,
    /// Those that are equal in both files.
    pub equal: usize,
    /// Sum of squared differences.
    pub squares: f64,
    /// Size of the largest number in the earlier file, and in the later one.
    pub largest: [f64; 2],
}

impl Pair<'_> {
    /// Counts what moved and how far.
    pub fn tally(self) -> Tally {
        self.tally_marking(&mut Moved::nowhere(self.len()))
    }

    /// The same, and marks which of as many places moved.
    pub fn tally_marking(self, moved: &mut Moved) -> Tally {
        let marks = moved.marks();
        if self.format == Format::F32 {
            return Arch::new().dispatch(Fast { pair: self, marks });
        }
        let mut tally = Tally {
            count: self.len(),
            ..Tally::default()
        };
        let mut marks = marks.iter_mut();
        self.all(|old, new| {
            let same = old == new;
            tally.equal += usize::from(same);
            if let Some(mark) = marks.next() {
                *mark |= u32::from(!same);
            }
            let difference = new - old;
            tally.squares += difference * difference;
            tally.largest = [
                tally.largest[0].max(old.abs()),
                tally.largest[1].max(new.abs()),
            ];
            true
        });
        tally
    }
}

/// The common case, with the widest instructions of the processor at hand.
struct Fast<'a> {
    pair: Pair<'a>,
    marks: &'a mut [u32],
}

/// Numbers at a time, whatever the processor: its sums are the same bits everywhere.
const LANES: usize = 8;

/// Numbers as stored.
type Words<'a> = &'a [[u8; 4]];

impl WithSimd for Fast<'_> {
    type Output = Tally;

    // Plain loops, which the compiler makes of the instructions of each kind of processor: one for
    // each question, since of one that asks all it makes instructions for single numbers.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Tally {
        // Short enough for sums in f32 to stay accurate to 1e-4 or so, and to be read several
        // times from the nearest cache.
        const BLOCK: usize = 1024;
        let Self { pair, marks } = self;
        let mut tally = Tally {
            count: pair.len(),
            ..Tally::default()
        };
        let mut largest = [0; 2];
        let (old, new) = (pair.old.as_chunks::<4>().0, pair.new.as_chunks::<4>().0);
        let blocks = old.chunks(BLOCK).zip(new.chunks(BLOCK));
        for ((old, new), marks) in blocks.zip(marks.chunks_mut(BLOCK)) {
            tally.equal += old.len() - mark(old, new, marks);
            tally.squares += squares(old, new);
            largest = [largest_bits(largest[0], old), largest_bits(largest[1], new)];
        }
        tally.largest = largest.map(|bits| f64::from(f32::from_bits(bits)));
        tally
    }
}

/// Marks what moved, and counts it.
#[inline(always)]
fn mark(old: Words<'_>, new: Words<'_>, marks: &mut [u32]) -> usize {
    let mut count = 0_u32;
    for ((&old, &new), mark) in old.iter().zip(new).zip(marks) {
        let moved = u32::from(f32::from_le_bytes(old) != f32::from_le_bytes(new));
        *mark |= moved;
        count += moved;
    }
    count as usize
}

/// Sum of squared differences.
#[inline(always)]
fn squares(old: Words<'_>, new: Words<'_>) -> f64 {
    let square = |old, new| {
        let difference = f32::from_le_bytes(new) - f32::from_le_bytes(old);
        difference * difference
    };
    let mut sums = [0.0_f32; LANES];
    let ((old, old_rest), (new, new_rest)) = (old.as_chunks::<LANES>(), new.as_chunks::<LANES>());
    for (old, new) in old.iter().zip(new) {
        for lane in 0..LANES {
            sums[lane] += square(old[lane], new[lane]);
        }
    }
    for (&old, &new) in old_rest.iter().zip(new_rest) {
        sums[0] += square(old, new);
    }
    sums.into_iter().map(f64::from).sum()
}

/// The bits of the largest size, if it is above that of these. Sizes are in the order of their
/// bits, and integers may be compared in any order.
#[inline(always)]
fn largest_bits(largest: u32, numbers: Words<'_>) -> u32 {
    let size = |&number: &[u8; 4]| u32::from_le_bytes(number) & (!0 >> 1);
    let found = numbers.iter().map(size).fold(largest, u32::max);
    let infinite = f32::INFINITY.to_bits();
    if found <= infinite {
        return found;
    }
    // NaN, which is no size, is above all of them.
    let sizes = numbers.iter().map(size).filter(|&own| own <= infinite);
    sizes.fold(largest, u32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::tests::with;

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
        assert_eq!(fast.largest, with(&old, &new, Pair::largest));
    }

    #[test]
    fn the_largest_is_a_number() {
        for place in [0, 9, 19] {
            let mut new = [-0.5; 20];
            new[(place + 1) % 20] = -2.0;
            new[place] = -f32::NAN;
            let tally = with(&[0.0; 20], &new, Pair::tally);
            assert_eq!(tally.largest, [0.0, 2.0]);
            new[place] = f32::NEG_INFINITY;
            let tally = with(&[0.0; 20], &new, Pair::tally);
            assert_eq!(tally.largest, [0.0, f64::INFINITY]);
        }
    }

    #[test]
    fn what_moved_in_any_row_is_marked() {
        let old: Vec<f32> = (0..60).map(|i| i as f32).collect();
        for format in [Format::F32, Format::Bf16] {
            let mut moved = Moved::nowhere(20);
            for (row, place) in [(0, 3), (2, 17)] {
                let mut new = old.clone();
                new[20 * row + place] = f32::NAN;
                let of = |values: &[f32]| -> Vec<u8> {
                    let start = 4 - format.size();
                    let words = values.iter().map(|value| value.to_le_bytes());
                    words.flat_map(|word| word[start..].to_vec()).collect()
                };
                let (old, new) = (of(&old), of(&new));
                let pair = Pair {
                    format,
                    old: &old,
                    new: &new,
                };
                for row in 0..3 {
                    pair.slice(20 * row, 20 * row + 20)
                        .tally_marking(&mut moved);
                }
            }
            let marked: Vec<usize> = (0..20).filter(|&own| moved.any(own..own + 1)).collect();
            assert_eq!(marked, [3, 17]);
        }
    }
}
