//! How much each filter puts out on a set of images, for the definitions of death that others use.
//!
//! Every number is one chain of operations a filter: images in their order, within an image
//! positions in their order. Means are sums of f64 in that order, divided once. So neither the
//! instruction set nor the size of a batch can matter.

mod layer;
#[cfg(test)]
mod tests;

pub use layer::{LayerActivity, NEAR_ZERO};

use tensor::{Instructions, Loops};

use crate::network::Network;

/// What all filters put out, on the first images of a set and on the whole of it.
#[derive(Clone, Debug)]
pub struct Activity {
    /// On the whole set.
    pub whole: Vec<LayerActivity>,
    /// By prefix asked for: the number of images, and the layers on as many.
    prefixes: Vec<(u64, Vec<LayerActivity>)>,
    instructions: Instructions,
}

impl Activity {
    /// Of a network's layers, also on the first images, as many as each of `prefixes` says.
    pub fn new(network: &Network, prefixes: &[u64]) -> Self {
        let whole: Vec<_> = network.layers.iter().map(LayerActivity::new).collect();
        Self {
            instructions: Instructions::chosen().unwrap_or(Instructions::SCALAR),
            prefixes: prefixes.iter().map(|&own| (own, whole.clone())).collect(),
            whole,
        }
    }

    /// Forgets all images.
    pub fn clear(&mut self) {
        let prefixes = self.prefixes.iter_mut();
        let all = prefixes.flat_map(|(_, layers)| layers);
        all.chain(&mut self.whole).for_each(LayerActivity::clear);
    }

    /// The layers on the first images of this prefix, all images where the set has no more.
    pub fn prefix(&self, index: usize) -> &[LayerActivity] {
        let (asked, layers) = &self.prefixes[index];
        let short = self.whole.iter().all(|layer| layer.images < *asked);
        if short { &self.whole } else { layers }
    }

    /// Takes in the batch that a network has just computed, one recorded by
    /// [`Network::counting`] or [`Network::observing`].
    pub fn add(&mut self, network: &Network) {
        let graph = &network.graph;
        for (index, (layer, own)) in network.layers.iter().zip(&mut self.whole).enumerate() {
            self.instructions.vectorize(Batch {
                own,
                index,
                prefixes: &mut self.prefixes,
                pre_activations: graph.values(layer.counted()),
                outputs: graph.values(layer.activation),
            });
        }
    }
}

/// One layer's part of a batch, (N, positions, filters).
struct Batch<'a> {
    own: &'a mut LayerActivity,
    index: usize,
    prefixes: &'a mut [(u64, Vec<LayerActivity>)],
    pre_activations: &'a [f32],
    outputs: &'a [f32],
}

impl Loops for Batch<'_> {
    #[expect(clippy::inline_always, reason = "as the trait says")]
    #[inline(always)]
    fn run(self) {
        let Self { own, .. } = self;
        let each = own.filters() * own.positions;
        let images = self.pre_activations.chunks_exact(each);
        for (pre_activations, outputs) in images.zip(self.outputs.chunks_exact(each)) {
            own.image(pre_activations, outputs);
            for (asked, prefix) in &mut *self.prefixes {
                if own.images == *asked {
                    prefix[self.index].clone_from(own);
                }
            }
        }
    }
}
