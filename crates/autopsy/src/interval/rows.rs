//! What every row shows by itself: all that is asked of both files whatever else is found, in one
//! pass while a row is at hand, on a few threads.

use std::mem;
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread;

use super::LayerPair;
use crate::compare::Moved;
use crate::glance::Counted;
use crate::layers::Layer;
use crate::row::Row;
use crate::sketch::sample;
use crate::threads::{MANY_BYTES, threads};

/// Adds what the steps and the numbers beside the weights show.
fn complete(row: &mut Row, layer: &LayerPair<'_>, unit: usize, steps: Option<f64>) {
    if row.tally.equal < row.tally.count {
        row.factors = steps.and_then(|steps| layer.unit(unit).factors(steps));
        let companions = sample(layer.companions_of(unit));
        let own = row.sample.iter_mut().take(layer.companions.len());
        own.zip(companions).for_each(|(own, moved)| *own = moved);
    }
}

/// All rows by layer, and by layer which places of a row moved in any. What was `counted` already
/// is not counted again.
pub fn read(
    layers: &[Layer],
    pairs: &[LayerPair<'_>],
    mut counted: Vec<Option<Counted>>,
    steps: Option<f64>,
) -> (Vec<Vec<Row>>, Vec<Moved>) {
    let size = |layer: &Layer| layer.row() * layer.format.size();
    let rows = |layer: &Layer| vec![Row::default(); layer.units];
    let mut all: Vec<Vec<Row>> = layers.iter().map(rows).collect();
    counted.resize_with(layers.len(), || None);
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
        let nowhere = |(layer, counted): (&Layer, &Option<Counted>)| {
            Moved::nowhere(if counted.is_none() { layer.row() } else { 0 })
        };
        let mut moved: Vec<Moved> = layers.iter().zip(&counted).map(nowhere).collect();
        while let Some((index, start, rows)) = next() {
            for (unit, row) in (start..).zip(rows) {
                let pair = &pairs[index];
                if let Some(counted) = &counted[index] {
                    row.clone_from(&counted.rows[unit]);
                } else {
                    let companions = pair.companions.len();
                    *row = Row::count(pair.unit(unit), companions, &mut moved[index]);
                }
                complete(row, pair, unit, steps);
            }
        }
        moved
    };
    let bytes = layers.iter().map(|layer| layer.units * size(layer)).sum();
    let mut moved = thread::scope(|scope| {
        let others = 1..threads(bytes, MANY_BYTES);
        let others: Vec<_> = others.map(|_| scope.spawn(read)).collect();
        let mut moved = read();
        for other in others {
            let other = other.join().unwrap_or_else(|panic| resume_unwind(panic));
            (moved.iter_mut().zip(&other)).for_each(|(own, other)| own.join(other));
        }
        moved
    });
    for (moved, counted) in moved.iter_mut().zip(counted) {
        *moved = counted.map_or_else(|| mem::take(moved), |counted| counted.moved);
    }
    (all, moved)
}
