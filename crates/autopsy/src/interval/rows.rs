//! What every row shows by itself: all that is asked of both files whatever else is found, in one
//! pass while a row is at hand, on a few threads.

use std::thread;

use super::LayerPair;
use crate::compare::{Factors, Tally};
use crate::layers::Layer;
use crate::sketch::{SAMPLES, Sample, places, sample};
use crate::threads::{MANY_BYTES, threads};

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
    fn read(layer: &LayerPair<'_>, unit: usize, steps: Option<f64>) -> Self {
        let pair = layer.unit(unit);
        let tally = pair.tally();
        let moved = tally.equal < tally.count;
        Self {
            tally,
            shrinks: !moved || pair.shrinks(),
            stalled: moved && tally.equal > 0 && pair.is_stalled(),
            factors: steps
                .filter(|_| moved)
                .and_then(|steps| pair.factors(steps)),
            sample: if moved {
                let companions = layer.companions_of(unit);
                let weights = SAMPLES.saturating_sub(layer.companions.len());
                let weights = places(pair.len(), weights);
                sample(companions.chain(weights.map(|place| pair.slice(place, place + 1))))
            } else {
                Sample::default()
            },
        }
    }
}

/// All rows by layer.
pub fn read(layers: &[Layer], pairs: &[LayerPair<'_>], steps: Option<f64>) -> Vec<Vec<Row>> {
    let mut all: Vec<Vec<Row>> = Vec::with_capacity(layers.len());
    for (layer, pair) in layers.iter().zip(pairs) {
        let mut own = vec![Row::default(); layer.units];
        let bytes = layer.units * layer.row() * layer.format.size();
        let share = layer.units.div_ceil(threads(bytes, MANY_BYTES)).max(1);
        let part = |index: usize, part: &mut [Row]| {
            for (unit, row) in (index * share..).zip(part) {
                *row = Row::read(pair, unit, steps);
            }
        };
        thread::scope(|scope| {
            let mut parts = own.chunks_mut(share).enumerate();
            let first = parts.next();
            for (index, rows) in parts {
                scope.spawn(move || part(index, rows));
            }
            if let Some((index, rows)) = first {
                part(index, rows);
            }
        });
        all.push(own);
    }
    all
}
