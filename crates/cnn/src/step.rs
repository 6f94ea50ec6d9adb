//! What there is to see between two updates of a network.

use crate::data::Subset;
use crate::network::Network;
use crate::optimizer::Optimizer;

/// A trial between two updates.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Step<'a> {
    /// Updates done.
    pub step: u32,
    /// Updates planned.
    pub planned: u32,
    /// Learning rate of the update just done; of the first one at step 0.
    pub learning_rate: f64,
    /// Mean loss of the batch just used, before its update, in nats; none at step 0.
    pub loss: Option<f64>,
    /// Indices into the training images of the batch just used; empty at step 0.
    pub batch: &'a [u32],
    /// The network with the weights after the update; its gradients and activations are those of
    /// the batch just used, before it.
    pub network: &'a Network,
    /// The optimizer after the update.
    pub optimizer: &'a Optimizer,
    /// The masters in f32 of weights that are kept in bf16, after the update; else empty.
    pub masters: &'a [f32],
    /// The training images, as the network sees them.
    pub training: &'a Subset,
    /// The held-out images, as the network sees them.
    pub held_out: &'a Subset,
}
