//! How often a number of 16 bits keeps its bits, by its size: updates are about as long for large
//! numbers as for small ones, and large ones round them away.

use crate::Format;
use crate::compare::Pair;
use crate::sketch::places;

/// Exponents told apart, from 2^-LOWEST on.
const EXPONENTS: usize = 64;
const LOWEST: i32 = 40;

/// How many numbers of a tensor are asked.
const ASKED: usize = 2048;

/// What all tensors of 16 bits that move at all showed.
#[derive(Clone, Debug)]
pub struct Rounding {
    asked: [u64; EXPONENTS],
    still: [u64; EXPONENTS],
    /// Of those that moved, those that moved by a unit or two in the last place.
    nudged: u64,
}

impl Default for Rounding {
    fn default() -> Self {
        Self {
            asked: [0; EXPONENTS],
            still: [0; EXPONENTS],
            nudged: 0,
        }
    }
}

fn place(value: f64) -> usize {
    let exponent = ((value.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    (exponent + LOWEST).clamp(0, EXPONENTS as i32 - 1) as usize
}

impl Rounding {
    /// Looks at a tensor of which something moved; `still` says which of its rows, of `row`
    /// numbers each, did not: more than rounding keeps a whole row.
    pub fn look(&mut self, pair: Pair<'_>, row: usize, still: &[bool]) {
        if !matches!(pair.format, Format::Bf16 | Format::F16) {
            return;
        }
        for index in places(pair.len(), ASKED) {
            let [old, new] = [pair.old, pair.new].map(|own| pair.format.get(own, index));
            let whole = row > 1 && still.get(index / row).copied().unwrap_or(false);
            if old != 0.0 && !whole {
                self.asked[place(old)] += 1;
                self.still[place(old)] += u64::from(old == new);
                let unit = 2.0 * pair.format.half_ulp(old.abs().max(new.abs()));
                self.nudged += u64::from(old != new && (new - old).abs() <= 2.0 * unit);
            }
        }
    }

    /// Adds what another interval showed.
    pub fn add(&mut self, other: &Self) {
        let pairs = [
            (&mut self.asked, &other.asked),
            (&mut self.still, &other.still),
        ];
        for (own, other) in pairs {
            own.iter_mut()
                .zip(other)
                .for_each(|(own, other)| *own += other);
        }
        self.nudged += other.nudged;
    }

    /// The share of numbers at least as large as this that kept their bits in an interval; `None`
    /// if none was seen.
    pub fn share(&self, size: f64) -> Option<f64> {
        let from = place(size);
        let sum = |counts: &[u64]| counts[from..].iter().sum::<u64>();
        let asked = sum(&self.asked);
        (size > 0.0 && asked > 0).then(|| sum(&self.still) as f64 / asked as f64)
    }

    /// Whether it is by rounding that numbers stand still: what moves does so by a unit or two in
    /// the last place, or small numbers move more than twice as often as large ones.
    pub fn decides(&self) -> bool {
        let sum = |counts: &[u64]| counts.iter().sum::<u64>() as f64;
        let (asked, still) = (sum(&self.asked), sum(&self.still));
        if asked == 0.0 || still == 0.0 {
            return false;
        }
        let nudged = self.nudged as f64 >= (asked - still) / 2.0;
        let half = (1..EXPONENTS).find(|&place| sum(&self.asked[..place]) >= asked / 2.0);
        let middle = half.unwrap_or(EXPONENTS);
        let share = |range: std::ops::Range<usize>| {
            sum(&self.still[range.clone()]) / sum(&self.asked[range]).max(1.0)
        };
        let moved = |range| 1.0 - share(range);
        nudged || moved(0..middle) > 2.0 * moved(middle..EXPONENTS)
    }
}
