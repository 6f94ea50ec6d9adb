//! What the weights of one unit show in one interval, whatever else is known.

use crate::compare::{Factors, Moved, Pair, Tally};
use crate::sketch::{SAMPLES, Sample, places, sample};

/// The weights of one unit in one interval.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// How many moved and how far.
    pub tally: Tally,
    /// Whether part of them did not move and no other by more than two units in the last place.
    pub stalled: bool,
    /// Whether no number moved away from 0, but for roundings: decay alone may have moved it.
    pub shrinks: bool,
    /// The factors by which all can have been multiplied, if they moved and any does.
    pub factors: Option<Factors>,
    /// A few of the differences, and those of its bias.
    pub sample: Sample,
}

impl Row {
    /// What weights show whatever else is known, and marks which of them moved. Beside a bias and
    /// so on, `companions` of them, fewer weights are sampled.
    pub fn count(weights: Pair<'_>, companions: usize, moved: &mut Moved) -> Self {
        let tally = weights.tally_marking(moved);
        let moved = tally.equal < tally.count;
        let mut row = Self {
            tally,
            shrinks: !moved || weights.shrinks(),
            stalled: moved && tally.equal > 0 && weights.is_stalled(),
            ..Self::default()
        };
        if moved {
            let asked = places(weights.len(), SAMPLES.saturating_sub(companions));
            let asked = asked.map(|place| weights.slice(place, place + 1));
            row.sample[companions.min(SAMPLES)..]
                .iter_mut()
                .zip(sample(asked))
                .for_each(|(own, moved)| *own = moved);
        }
        row
    }
}
