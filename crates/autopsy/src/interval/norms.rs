//! Units whose norm tells more than their weights.
//!
//! - A norm over channels (layer norm, group norm) passes gradients of the other channels on to a
//!   unit that is silent behind it, so that its weights move. Its own gain and shift stand still, and
//!   so do the weights that read it.
//! - The norm of a weight itself (weight norm, spectral norm) moves all of it with any part, so that
//!   weights go on moving that read a unit which is silent.
//! - A norm behind the activation makes a constant of an output of 0: it goes on learning its shift,
//!   and so does what reads it, while the unit's weights stand still. In front of the activation
//!   whatever moves the norm reaches the weights too, unless all that they read is 0; a layer with
//!   other units that learn, each of which reads the same, reads something else than 0.

use super::LayerPair;
use super::scene::Scene;
use crate::Format;
use crate::chain::{Link, Network};
use crate::compare::{Factors, Pair};
use crate::decay::Decay;
use crate::layers::Kind;
use crate::motion::Motion;

/// Two versions of the weights that read a unit, wherever they lie.
pub struct Column {
    format: Format,
    old: Vec<u8>,
    new: Vec<u8>,
}

impl Column {
    /// Both versions.
    pub fn pair(&self) -> Pair<'_> {
        Pair {
            format: self.format,
            old: &self.old,
            new: &self.new,
        }
    }
}

/// What reads the units whose gain and shift, of a norm over channels, may have decayed by one factor
/// in `steps` steps. Where every row is carried these alone show the factor.
pub fn columns(network: &Network, pairs: &[LayerPair<'_>], steps: f64) -> Vec<Column> {
    let mut columns = Vec::new();
    for (index, layer) in network.layers.iter().enumerate() {
        let over_channels = layer.norm.as_ref().is_some_and(|norm| norm.over_channels);
        let Some((reader, link)) = network.readers[index].filter(|_| over_channels) else {
            continue;
        };
        let (weight, reader) = (pairs[reader].weight, &network.layers[reader]);
        for unit in (0..layer.units).filter(|&unit| may_decay(&pairs[index], unit, steps)) {
            let mut column = Column {
                format: weight.format,
                old: Vec::new(),
                new: Vec::new(),
            };
            for row in 0..reader.units {
                for range in link.ranges(layer.units, unit, reader, row) {
                    let start = row * reader.row();
                    let part = weight.slice(start + range.start, start + range.end);
                    column.old.extend(part.old);
                    column.new.extend(part.new);
                }
            }
            columns.push(column);
        }
    }
    columns
}

/// Whether gain and shift of a unit moved, and can have done so by one factor.
fn may_decay(pair: &LayerPair<'_>, unit: usize, steps: f64) -> bool {
    let vectors = || {
        pair.norm
            .iter()
            .map(|&place| pair.companions[place].slice(unit, unit + 1))
    };
    let mut common = Factors {
        low: 0.0,
        high: 1.0,
    };
    let alike = vectors().all(|own| {
        own.factors(steps).is_some_and(|own| {
            common.low = common.low.max(own.low);
            common.high = common.high.min(own.high);
            common.low <= common.high
        })
    });
    alike && !vectors().all(Pair::is_frozen)
}

/// Whether nothing but decay moved the companions of a unit that `are_asked` by their places.
fn are_quiet(
    pair: &LayerPair<'_>,
    unit: usize,
    decay: &Decay,
    are_asked: impl Fn(&usize) -> bool,
) -> bool {
    let quiet = |own: Pair<'_>| own.is_frozen() || decay.admits(own);
    let mut companions = pair.companions_of(unit).enumerate();
    companions.all(|(place, own)| !are_asked(&place) || quiet(own))
}

impl Scene<'_> {
    /// Whether a unit moves, but not the gain and shift of its norm over channels.
    pub fn is_carried(&self, index: usize, unit: usize) -> bool {
        let (pair, norm) = (&self.pairs[index], &self.network.layers[index].norm);
        let moves = matches!(
            self.motions[index][unit],
            Motion::Learning | Motion::Stalled
        );
        let over_channels = norm.as_ref().is_some_and(|norm| norm.over_channels);
        moves && over_channels && are_quiet(pair, unit, self.decay, |own| pair.norm.contains(own))
    }

    /// Whether a unit of a layer that learns stands still, but not the norm behind it.
    pub fn is_constant(&self, index: usize, unit: usize) -> bool {
        let (pair, motions) = (&self.pairs[index], &self.motions[index]);
        let still = matches!(motions[unit], Motion::Frozen | Motion::Decaying);
        still
            && self.bias_moves[index][unit]
            && are_quiet(pair, unit, self.decay, |own| !pair.norm.contains(own))
            && motions.contains(&Motion::Learning)
            && self.reads_all(index)
    }

    /// Whether all units of a layer read the same.
    fn reads_all(&self, index: usize) -> bool {
        let mut readers = self.network.readers.iter().flatten();
        let grouped =
            readers.any(|(reader, link)| *reader == index && matches!(link, Link::Groups { .. }));
        let layer = &self.network.layers[index];
        !grouped && layer.kind != Kind::Depthwise && (layer.inputs > 1 || index == 0)
    }
}
