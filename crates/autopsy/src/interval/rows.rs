//! What every row shows by itself: all that is asked of both files whatever else is found, in one
//! pass while a row is at hand, on a few threads.

use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread;

use super::LayerPair;
use crate::compare::{Factors, Moved, Tally};
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
    fn read(layer: &LayerPair<'_>, unit: usize, steps: Option<f64>, moved: &mut Moved) -> Self {
        let pair = layer.unit(unit);
        let tally = pair.tally_marking(moved);
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

/// All rows by layer, and by layer which places of a row moved in any.
pub fn read(
    layers: &[Layer],
    pairs: &[LayerPair<'_>],
    steps: Option<f64>,
) -> (Vec<Vec<Row>>, Vec<Moved>) {
    let size = |layer: &Layer| layer.row() * layer.format.size();
    let rows = |layer: &Layer| vec![Row::default(); layer.units];
    let mut all: Vec<Vec<Row>> = layers.iter().map(rows).collect();
    let parts = layers.iter().zip(&mut all).enumerate();
    let parts = parts.flat_map(|(index, (layer, rows))| {
        let share = (MANY_BYTES / size(layer).max(1)).max(1);
        let parts = rows.chunks_mut(share).enumerate();
        parts.map(move |(part, rows)| (index, part * share, rows))
    });
    // Whoever has done a part takes the next: another file is being read meanwhile.
    let parts = Mutex::new(parts);
    let next = || parts.lock().ok()?.next();
    let read = || {
        let nowhere = |layer: &Layer| Moved::nowhere(layer.row());
        let mut moved: Vec<Moved> = layers.iter().map(nowhere).collect();
        while let Some((index, start, rows)) = next() {
            for (unit, row) in (start..).zip(rows) {
                *row = Row::read(&pairs[index], unit, steps, &mut moved[index]);
            }
        }
        moved
    };
    let bytes = layers.iter().map(|layer| layer.units * size(layer)).sum();
    let moved = thread::scope(|scope| {
        let others = 1..threads(bytes, MANY_BYTES);
        let others: Vec<_> = others.map(|_| scope.spawn(read)).collect();
        let mut moved = read();
        for other in others {
            let other = other.join().unwrap_or_else(|panic| resume_unwind(panic));
            (moved.iter_mut().zip(&other)).for_each(|(own, other)| own.join(other));
        }
        moved
    });
    (all, moved)
}
