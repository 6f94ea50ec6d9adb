//! A network: an architecture recorded as a graph, for training or for observing.

mod load;
mod noise;
mod record;
mod units;

pub use crate::architecture::SlopeNoise;

use std::ops::Range;

use tensor::{BatchNormMode, Graph, NodeId};

use crate::CnnError;
use crate::architecture::{Activation, Architecture};
use crate::parameters::ParameterTensor;
use record::Fusion;

/// A recorded network with its loss.
///
/// Fill `images` and `labels`, then [`Graph::forward`] and [`Graph::backward`] with `loss`.
#[derive(Debug)]
pub struct Network {
    /// The recorded computation. Its flat parameter buffer has the layout of `parameters`.
    pub graph: Graph<f32>,
    /// Input, (N, H, W, C).
    pub images: NodeId,
    /// Input, (N): class indices.
    pub labels: NodeId,
    /// (N, classes).
    pub logits: NodeId,
    /// Mean cross-entropy of the batch, in nats.
    pub loss: NodeId,
    /// The layers with an activation, in order.
    pub layers: Vec<FilterLayer>,
    /// All parameters, in the order of the buffer.
    pub parameters: Vec<ParameterTensor>,
    /// What is drawn for each batch of training: see [`Network::draw_noise`]. Empty in a network
    /// that is observed.
    pub noise: Vec<SlopeNoise>,
}

/// A convolution or linear layer with the activation that it feeds.
#[derive(Clone, Debug)]
pub struct FilterLayer {
    /// `conv1`, `conv2`, `linear1`: each kind counted from 1, layers without activation included.
    pub name: String,
    /// Where its weights lie in the parameter buffer. Filter f owns every element whose index
    /// within the range is f modulo `filters`; of a locally connected layer see
    /// [`FilterLayer::rows`].
    pub weight: Range<usize>,
    /// Where its biases lie, one a filter.
    pub bias: Range<usize>,
    /// Where gamma and then beta of the batch norm lie that stands between the layer and its
    /// activation, one a channel, if one does.
    pub norm: Option<[Range<usize>; 2]>,
    /// What has weights of its own: output channels, units of a linear layer, or of a locally
    /// connected layer units too, one channel at one position, in the order of its output.
    pub filters: usize,
    /// Length of the last axis of its weights: `filters`, but for a locally connected layer.
    pub channels: usize,
    /// Positions of the pre-activation of a filter in one image; `filters` times this are the units.
    pub positions: usize,
    /// The activation function.
    pub function: Activation,
    /// What the weights are applied to.
    pub input: NodeId,
    /// Input of the activation function: what reaches it after a batch norm, a residual sum or a
    /// pooling that stands between. None where convolution and activation are one node.
    pub pre_activation: Option<NodeId>,
    /// Output of the activation function, or of the node that contains it (then after the
    /// max-pool that follows, if one does). See
    /// [`FilterLayer::activity`].
    pub activation: NodeId,
    /// Of a locally connected layer the node of its units' largest pre-activations.
    pub units: Option<NodeId>,
}

impl Network {
    /// The network as it is trained: convolution, bias, ReLU and a max-pool that follows are one
    /// node where they stand in a row. Batch norms are in train mode; [`Graph::update_buffers`] takes
    /// the statistics of a batch into their running ones.
    ///
    /// # Errors
    /// As [`Architecture::check`]; [`CnnError::Setting`] for a batch of 0; [`CnnError::Layer`] for a
    /// batch of 1 where a batch norm stands on a vector.
    pub fn training(
        architecture: &Architecture,
        input: [usize; 3],
        batch: usize,
    ) -> Result<Self, CnnError> {
        Self::record(
            architecture,
            input,
            batch,
            Fusion::Pooled,
            BatchNormMode::Train,
        )
    }

    /// The network as it is observed: one node an op, every pre-activation at hand. Its
    /// parameters lie as in [`Network::training`], its logits are the same bits (but for RReLU, whose slopes are the mean
    /// ones here, and batch norms, which are in eval mode).
    ///
    /// # Errors
    /// As [`Network::training`].
    pub fn observing(
        architecture: &Architecture,
        input: [usize; 3],
        batch: usize,
    ) -> Result<Self, CnnError> {
        Self::record(
            architecture,
            input,
            batch,
            Fusion::Nothing,
            BatchNormMode::Eval,
        )
    }

    /// The network as it is counted: convolution, bias and ReLU are one node, a max-pool that
    /// follows another, so that what every unit gives stands in the graph ([`FilterLayer::counted`])
    /// at the speed of training. Parameters and logits are as in [`Network::observing`].
    ///
    /// # Errors
    /// As [`Network::training`].
    pub fn counting(
        architecture: &Architecture,
        input: [usize; 3],
        batch: usize,
    ) -> Result<Self, CnnError> {
        let eval = BatchNormMode::Eval;
        Self::record(architecture, input, batch, Fusion::Plain, eval)
    }

    /// As [`Network::counting`], with batch norms in train mode: each batch by its own statistics.
    ///
    /// # Errors
    /// As [`Network::training`].
    pub fn counting_in_train_mode(
        architecture: &Architecture,
        input: [usize; 3],
        batch: usize,
    ) -> Result<Self, CnnError> {
        let train = BatchNormMode::Train;
        Self::record(architecture, input, batch, Fusion::Plain, train)
    }
}

impl FilterLayer {
    /// The largest pre-activation of each filter in the last forward pass, NaN if any was NaN.
    pub fn activity<'a>(&self, graph: &'a Graph<f32>) -> &'a [f32] {
        match self.units {
            Some(units) => graph.values(units),
            None => graph.activity(self.activation).unwrap_or_default(),
        }
    }

    /// The weights, or what lies as they do, in rows of one element for each of the filters that
    /// begin with the index given.
    pub fn rows<'a>(
        &self,
        weight: &'a [f32],
    ) -> impl Iterator<Item = (usize, &'a [f32])> + use<'a> {
        let (channels, fan_in) = (self.channels, self.fan_in());
        let rows = weight.chunks_exact(channels).enumerate();
        rows.map(move |(row, own)| (row / fan_in * channels, own))
    }

    /// The weights of one filter, or what lies as they do.
    pub fn of_filter<'a>(
        &self,
        filter: usize,
        weight: &'a [f32],
    ) -> impl Iterator<Item = &'a f32> + use<'a> {
        let (channels, fan_in) = (self.channels, self.fan_in());
        let first = filter / channels * channels * fan_in + filter % channels;
        weight[first..].iter().step_by(channels).take(fan_in)
    }

    /// Weights of one filter.
    pub fn fan_in(&self) -> usize {
        self.weight.len() / self.filters
    }

    /// The node with a value for each unit that is above 0 where its pre-activation is: the
    /// pre-activation, or what ReLU makes of it. Not for [`Network::training`], where a max-pool
    /// may hide units.
    pub fn counted(&self) -> NodeId {
        self.pre_activation.unwrap_or(self.activation)
    }
}
