//! Rows that L2 moves through Adam.

use super::LayerPair;
use super::readers::ReaderView;
use crate::compare::{Pair, Tally};
use crate::decay::COINCIDENCE;
use crate::motion::Readers;

/// Whether a unit and its readers fall towards 0 each weight by itself, as L2 through Adam
/// makes them.
pub struct Falling<'a> {
    pub pair: &'a LayerPair<'a>,
    pub tallies: &'a [Tally],
    /// How far a weight of the layer moves.
    pub pace: f64,
    pub view: Option<&'a ReaderView<'a>>,
    pub rows: usize,
}

impl Falling<'_> {
    /// What is known of the readers, if it falls.
    pub fn judge(&self, unit: usize) -> Option<Readers> {
        // Most rows are no smaller than they were, and nothing more is asked of them.
        let [before, after] = self.tallies[unit].largest;
        if after > before {
            return None;
        }
        let row = self.pair.unit(unit);
        let mut chance = fall(std::iter::once(row), before, |_| self.pace)?;
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
                let parts = parts.map(|(part, ..)| part);
                let sizes = parts.clone().map(|part| part.largest()[0]);
                let largest = sizes.fold(0.0, f64::max);
                chance += fall(parts, largest, pace)?;
                readers = Readers::Stopped;
            }
        }
        let needed = libm::log(COINCIDENCE / self.rows.max(1) as f64);
        (chance < needed).then_some(readers)
    }
}

/// Whether parts, of which `largest` is the largest size before, fall together, and ln of the chance that they do while they learn: either every
/// large weight happens to move towards 0, or every weight of a part, which moves by about
/// `pace`, happens to stay within the largest.
pub fn fall<'a>(
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
