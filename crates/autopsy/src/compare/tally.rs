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

/// What the lanes hold.
#[derive(Default)]
struct Lanes {
    equal: [u32; LANES],
    squares: [f32; LANES],
    largest: [[f32; LANES]; 2],
}

impl Lanes {
    #[inline(always)]
    fn look(&mut self, lane: usize, old: [u8; 4], new: [u8; 4], mark: &mut u32) {
        let (old, new) = (f32::from_le_bytes(old), f32::from_le_bytes(new));
        let same = u32::from(old == new);
        *mark |= 1 - same;
        self.equal[lane] += same;
        self.squares[lane] += (new - old) * (new - old);
        self.largest[0][lane] = larger(self.largest[0][lane], old);
        self.largest[1][lane] = larger(self.largest[1][lane], new);
    }
}

impl WithSimd for Fast<'_> {
    type Output = Tally;

    // Plain loops, which the compiler makes of the instructions of each kind of processor.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Tally {
        const BLOCK: usize = 1024;
        let Self { pair, marks } = self;
        let mut tally = Tally {
            count: pair.len(),
            ..Tally::default()
        };
        let mut lanes = Lanes::default();
        let (old, new) = (pair.old.as_chunks::<4>().0, pair.new.as_chunks::<4>().0);
        // Blocks short enough for sums in f32 to stay accurate to 1e-4 or so.
        let blocks = old.chunks(BLOCK).zip(new.chunks(BLOCK));
        for ((old, new), marks) in blocks.zip(marks.chunks_mut(BLOCK)) {
            let (old, old_rest) = old.as_chunks::<LANES>();
            let (new, new_rest) = new.as_chunks::<LANES>();
            let (marks, marks_rest) = marks.as_chunks_mut::<LANES>();
            for ((old, new), marks) in old.iter().zip(new).zip(marks) {
                for lane in 0..LANES {
                    lanes.look(lane, old[lane], new[lane], &mut marks[lane]);
                }
            }
            for ((&old, &new), mark) in old_rest.iter().zip(new_rest).zip(marks_rest) {
                lanes.look(0, old, new, mark);
            }
            let (equal, squares) = (&mut lanes.equal, &mut lanes.squares);
            tally.equal += std::mem::take(equal).iter().sum::<u32>() as usize;
            tally.squares += std::mem::take(squares)
                .iter()
                .map(|&sum| f64::from(sum))
                .sum::<f64>();
        }
        let largest = |lanes: [f32; LANES]| f64::from(lanes.into_iter().fold(0.0, larger));
        tally.largest = lanes.largest.map(largest);
        tally
    }
}

/// The larger size; NaN is none. (In the form that one instruction does.)
#[inline(always)]
fn larger(largest: f32, number: f32) -> f32 {
    let size = number.abs();
    if size > largest { size } else { largest }
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
