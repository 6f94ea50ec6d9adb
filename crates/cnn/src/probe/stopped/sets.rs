//! Sets of weights as numbers, so that trials can be compared weight by weight.

use super::NAME;
use super::compare::Comparison;
use super::places::Places;
use crate::record::ProbeRow;

/// Weights in one number: as many bits as an f64 holds exactly, less one.
pub const BITS: usize = 52;

/// Members as numbers of [`BITS`] bits each, the first member in the lowest bit.
fn pack(members: &[bool]) -> Vec<f64> {
    let words = members.chunks(BITS).map(|chunk| {
        let bits = chunk.iter().enumerate();
        let word = bits.fold(0_u64, |word, (bit, &is_in)| {
            word | (u64::from(is_in) << bit)
        });
        word as f64
    });
    words.collect()
}

/// The members that a number of a row `N set` stands for.
pub fn unpack(word: f64) -> [bool; BITS] {
    let word = word as u64;
    std::array::from_fn(|bit| word >> bit & 1 == 1)
}

/// Writes the stopped weights of the last comparison, part by part, in the order of the parameter
/// buffer: filter is the number of the word. Words without a member are left out.
pub(super) fn rows(comparison: &Comparison, places: &Places, rows: &mut Vec<ProbeRow>) {
    for part in 0..=places.layers() {
        let members: Vec<bool> = (0..places.all.len())
            .filter(|&index| places.part(index) == part && !places.all[index].kept)
            .map(|index| comparison.stopped[index])
            .collect();
        let words = pack(&members).into_iter().enumerate();
        rows.extend(
            words
                .filter(|(_, word)| *word > 0.0)
                .map(|(number, word)| ProbeRow {
                    probe: NAME.into(),
                    step: comparison.step,
                    layer: (part < places.layers()).then_some(part as u32),
                    filter: Some(number as u32),
                    quantity: format!("{} set", comparison.interval),
                    value: word,
                }),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_come_back_as_they_went() {
        let members: Vec<bool> = (0..130).map(|i| i % 3 == 0 || i > 100).collect();
        let words = pack(&members);
        assert_eq!(words.len(), 3);
        let back: Vec<bool> = words.into_iter().flat_map(unpack).collect();
        assert_eq!(back[..130], members);
        assert!(!back[130..].contains(&true));
        assert_eq!(pack(&[true; BITS]), [((1_u64 << BITS) - 1) as f64]);
    }
}
