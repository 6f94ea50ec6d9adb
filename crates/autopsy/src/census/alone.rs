//! Numbers that nothing but weight decay moved: new = f old, to the roundings.

use crate::Format;
use crate::compare::Pair;

/// A factor, and how well it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alone {
    /// The factor.
    pub factor: f64,
    /// Its standard error, from the roundings.
    pub error: f64,
}

/// How many standard errors a factor must be below 1.
const CERTAIN: f64 = 6.0;

/// Steps between two files, where nobody knows.
const MANY: f64 = 1e4;

/// How many numbers are asked before all are.
const FIRST: usize = 16;

/// The factor by which all numbers were multiplied, if one explains them and is below 1.
///
/// With f = sum(old new) / sum(old^2) the rest sum((new - f old)^2) is compared with the most that
/// roundings leave, half a unit in the last place for either file and for every step: a factor that
/// is applied again and again rounds numbers in the same direction for long. Numbers of 16 bits are
/// taken for copies of longer ones, rounded once: decay of a few thousandths of a unit would not
/// move them.
pub fn alone(pair: Pair<'_>, steps: Option<f64>) -> Option<Alone> {
    if pair.len() < 2 {
        return None;
    }
    if pair.len() > 2 * FIRST {
        decay(pair.slice(0, FIRST), steps, 0.0)?;
    }
    decay(pair, steps, CERTAIN)
}

fn decay(pair: Pair<'_>, steps: Option<f64>, certain: f64) -> Option<Alone> {
    let steps = match pair.format {
        Format::F32 | Format::F64 => steps.unwrap_or(MANY).max(1.0),
        Format::F16 | Format::Bf16 => 0.0,
    };
    let (mut squares, mut products, mut error) = (0.0, 0.0, 0.0);
    let finite = pair.all(|old, new| {
        squares += old * old;
        products += old * new;
        let [before, after] = [old, new].map(|own| pair.format.half_ulp(own));
        let most = (1.0 + steps) * before + after;
        error += most * most;
        old.is_finite() && new.is_finite()
    });
    if !finite || squares == 0.0 {
        return None;
    }
    let factor = products / squares;
    let mut rest = 0.0;
    pair.all(|old, new| {
        let own = new - factor * old;
        rest += own * own;
        true
    });
    // Errors between the two ends have a third of that as their mean square.
    let spread = libm::sqrt(error / (3.0 * squares * pair.len() as f64));
    let below = factor > 0.0 && 1.0 - factor > certain * spread;
    (below && rest <= error).then_some(Alone {
        factor,
        error: spread,
    })
}

/// Whether numbers kept their direction: new = f old for any f above 0, to a thousandth.
pub fn is_multiple(pair: Pair<'_>) -> bool {
    const SLACK: f64 = 1e-3;
    let (mut squares, mut products) = (0.0, 0.0);
    pair.all(|old, new| {
        squares += old * old;
        products += old * new;
        true
    });
    let factor = products / squares;
    let (mut rest, mut length) = (0.0, 0.0);
    pair.all(|old, new| {
        rest += (new - factor * old) * (new - factor * old);
        length += new * new;
        true
    });
    pair.len() > 2 && factor > 0.0 && rest <= SLACK * SLACK * length
}

#[cfg(test)]
mod tests {
    use super::*;
    use half::bf16;

    fn copies(old: &[f32], new: &[f32]) -> Option<Alone> {
        let bytes = |values: &[f32]| -> Vec<u8> {
            let halves = values.iter().map(|&value| bf16::from_f32(value));
            halves.flat_map(bf16::to_le_bytes).collect()
        };
        let (old, new) = (bytes(old), bytes(new));
        let pair = Pair {
            format: Format::Bf16,
            old: &old,
            new: &new,
        };
        alone(pair, Some(100.0))
    }

    #[test]
    fn copies_in_bfloat16_show_the_decay_of_what_they_copy() {
        let old: Vec<f32> = (0..32).map(|i| 0.013 * i as f32 - 0.2).collect();
        let decayed: Vec<f32> = old.iter().map(|weight| 0.99 * weight).collect();
        let found = copies(&old, &decayed).unwrap();
        assert!((found.factor - 0.99).abs() < 4.0 * found.error, "{found:?}");
        // A gradient moves by other amounts, and grows as often as it shrinks.
        let learned: Vec<f32> = (0..32)
            .map(|i| old[i] + 0.01 * ((i * i) % 7) as f32)
            .collect();
        assert_eq!(copies(&old, &learned), None);
        assert_eq!(copies(&old, &old), None);
        let grown: Vec<f32> = old.iter().map(|weight| 1.01 * weight).collect();
        assert_eq!(copies(&old, &grown), None);
    }
}
