//! Rows that L2 moves through Adam.

use super::LayerPair;
use super::readers::ReaderView;
use crate::compare::Pair;
use crate::decay::COINCIDENCE;
use crate::motion::Readers;

/// Whether a unit and its readers fall towards 0 each weight by itself, as L2 through Adam
/// makes them.
pub struct Falling<'a> {
    pub pair: &'a LayerPair<'a>,
    /// How far a weight of the layer moves.
    pub pace: f64,
    pub view: Option<&'a ReaderView<'a>>,
    pub rows: usize,
}

impl Falling<'_> {
    /// What is known of the readers, if it falls.
    pub fn judge(&self, unit: usize) -> Option<Readers> {
        let row = self.pair.unit(unit);
        let mut chance = fall(std::iter::once(row), |_| self.pace)?;
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
            readers = Readers::Silent;
            if parts.clone().next().is_some() {
                let rows: Vec<usize> = parts.clone().map(|(.., row)| row).collect();
                let pace = |part: usize| {
                    let tally = view.pair.unit(rows[part]).tally();
                    (tally.squares / tally.count.max(1) as f64).sqrt()
                };
                chance += fall(parts.map(|(part, ..)| part), pace)?;
                readers = Readers::Stopped;
            }
        }
        let needed = libm::log(COINCIDENCE / self.rows.max(1) as f64);
        (chance < needed).then_some(readers)
    }
}

/// Whether parts fall together, and ln of the chance that they do while they learn: either every
/// large weight happens to move towards 0, or every weight of a part, which moves by about
/// `pace`, happens to stay within the largest.
pub fn fall<'a>(
    parts: impl Iterator<Item = Pair<'a>> + Clone,
    pace: impl Fn(usize) -> f64,
) -> Option<f64> {
    let largest = parts
        .clone()
        .map(|part| part.largest()[0])
        .fold(0.0, f64::max);
    let (mut towards, mut within) = (0.0, 0.0);
    for (index, part) in parts.enumerate() {
        towards += part.falls(largest)? as f64 * libm::log(0.5);
        let share = (largest / pace(index)).clamp(f64::MIN_POSITIVE, 1.0);
        within += part.len() as f64 * libm::log(share);
    }
    Some(towards.min(within))
}
