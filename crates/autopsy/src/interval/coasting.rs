//! Units that stored momentum alone still moves.

use super::LayerPair;
use crate::chain::Network;
use crate::compare::Factors;
use crate::motion::Motion;
use crate::row::Row;
use crate::sketch::{Extent, SAMPLES, Sample, Sketches, places, sample};

/// What an interval shows of every unit, by layer.
pub struct Seen {
    /// What moved its weights.
    pub motions: Vec<Vec<Motion>>,
    /// Whether its bias got a gradient.
    pub bias_moves: Vec<Vec<bool>>,
}

/// Marks units whose weights and bias repeat the difference of the interval before, shortened;
/// returns, of each of them, whether the weights that read it do so too, if that is known.
pub fn mark(
    network: &Network,
    pairs: &[LayerPair<'_>],
    shown: &[Vec<Row>],
    seen: &mut Seen,
    sketches: &mut Sketches,
    extent: Extent,
) -> Vec<Vec<Option<bool>>> {
    let mut readers = Vec::with_capacity(shown.len());
    for (layer, rows) in shown.iter().enumerate() {
        let mut own = Vec::with_capacity(rows.len());
        for (unit, row) in rows.iter().enumerate() {
            let motion = &mut seen.motions[layer][unit];
            let coasts = sketches.coasts(layer, unit, row.sample, extent);
            // Its readers may coast for longer than it does.
            let column = coasts.then(|| reading(network, pairs, layer, unit));
            if coasts && matches!(motion, Motion::Learning | Motion::Stalled) {
                *motion = Motion::Coasting;
                // The bias coasts with the weights: it is in the sample.
                seen.bias_moves[layer][unit] = false;
            }
            own.push(sketches.readers_coast(layer, unit, column.flatten(), extent));
        }
        readers.push(own);
    }
    readers
}

/// Roundings that are allowed where the number of steps may be wrong: epochs, say. They wander, so
/// that a thousand times half a unit is the way of a million.
const MANY_STEPS: f64 = 1000.0;

/// Marks units whose weights were all 0 and are multiples of one vector ever since. A filter that
/// is set to 0 while the optimizer keeps its momentum moves along that momentum, and where its
/// gradient is 0 along nothing else; a gradient would change the direction.
pub fn mark_from_zero(
    pairs: &[LayerPair<'_>],
    shown: &[Vec<Row>],
    motions: &mut [Vec<Motion>],
    sketches: &mut Sketches,
    extent: Extent,
) {
    let steps = extent.steps.unwrap_or(MANY_STEPS).max(MANY_STEPS);
    for (layer, rows) in shown.iter().enumerate() {
        for (unit, row) in rows.iter().enumerate() {
            let follows = &mut sketches.from_zero[layer][unit];
            let motion = &mut motions[layer][unit];
            let [before, after] = row.tally.largest;
            if before == 0.0 {
                *follows = after > 0.0;
            } else if *follows && matches!(motion, Motion::Learning | Motion::Stalled) {
                let pair = pairs[layer].unit(unit);
                let factors = pair.factors_up_to(f64::INFINITY, steps);
                let chance = |factors: Factors| pair.chance_of_factor(factors.middle(), steps);
                *follows = factors.is_some_and(|own| chance(own) < extent.threshold);
                if *follows {
                    *motion = Motion::Coasting;
                }
            }
        }
    }
}

/// Some of the weights that read a unit.
fn reading(
    network: &Network,
    pairs: &[LayerPair<'_>],
    layer: usize,
    unit: usize,
) -> Option<Sample> {
    let (reader, link) = network.readers[layer]?;
    let (weight, reader) = (&pairs[reader].weight, &network.layers[reader]);
    let units = network.layers[layer].units;
    let rows = (0..reader.units).flat_map(|row| {
        let ranges = link.ranges(units, unit, reader, row);
        ranges.flat_map(move |range| {
            (row * reader.row() + range.start)..(row * reader.row() + range.end)
        })
    });
    let all: Vec<usize> = rows.collect();
    let some = places(all.len(), SAMPLES).map(|place| all[place]);
    Some(sample(some.map(|place| weight.slice(place, place + 1))))
}
