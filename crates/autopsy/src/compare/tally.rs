//! How many numbers moved and how far: asked of every row, so it has to be fast.

use super::Pair;
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
                tally.largest = [
                    tally.largest[0].max(old.abs()),
                    tally.largest[1].max(new.abs()),
                ];
                true
            });
        }
        tally
    }

    /// The common case, in eight lanes that the compiler keeps in registers.
    fn tally_f32(self, tally: &mut Tally) {
        const LANES: usize = 8;
        let mut largest = [[0.0_f32; LANES]; 2];
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
                    largest[0][lane] = larger(largest[0][lane], old);
                    largest[1][lane] = larger(largest[1][lane], new);
                }
            }
            let rest = old_rest.as_chunks::<4>().0.iter();
            for (old, new) in rest.zip(new_rest.as_chunks::<4>().0) {
                let (old, new) = (f32::from_le_bytes(*old), f32::from_le_bytes(*new));
                equal[0] += u32::from(old == new);
                squares[0] += (new - old) * (new - old);
                largest[0][0] = larger(largest[0][0], old);
                largest[1][0] = larger(largest[1][0], new);
            }
            tally.equal += equal.iter().sum::<u32>() as usize;
            tally.squares += squares.iter().map(|&sum| f64::from(sum)).sum::<f64>();
        }
        tally.largest = largest.map(|lanes| f64::from(lanes.into_iter().fold(0.0, larger)));
    }
}

/// The larger size; NaN is none. (In the form that one instruction does.)
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
}
