//! A network: an architecture recorded as a graph, for training or for observing.

mod load;
mod noise;

pub use noise::SlopeNoise;

use std::ops::Range;

use tensor::{Conv2dConfig, ConvBlockConfig, Graph, NodeId, PoolConfig, TensorError};

use crate::CnnError;
use crate::architecture::{Activation, Architecture, Convolution, Layer, LayerShape, Pool};
use crate::parameters::ParameterTensor;
use crate::random::Uniform;

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
    /// within the range is f modulo `filters`.
    pub weight: Range<usize>,
    /// Where its biases lie, one a filter.
    pub bias: Range<usize>,
    /// Output channels, or units of a linear layer.
    pub filters: usize,
    /// Positions of the pre-activation in one image; `filters` times this are the units.
    pub positions: usize,
    /// The activation function.
    pub function: Activation,
    /// What the weights are applied to.
    pub input: NodeId,
    /// Input of the activation function: what reaches it after a residual sum or a pooling that
    /// stands between. None where convolution and activation are one node.
    pub pre_activation: Option<NodeId>,
    /// Output of the activation function, or of the node that contains it (then after the
    /// max-pool that follows, if one does). [`Graph::activity`] of this node is the largest
    /// pre-activation of each filter.
    pub activation: NodeId,
}

impl Network {
    /// The network as it is trained: convolution, bias, ReLU and a max-pool that follows are one
    /// node where they stand in a row.
    ///
    /// # Errors
    /// As [`Architecture::check`]; [`CnnError::Setting`] for a batch of 0.
    pub fn training(
        architecture: &Architecture,
        input: [usize; 3],
        batch: usize,
    ) -> Result<Self, CnnError> {
        Self::record(architecture, input, batch, Fusion::Pooled)
    }

    /// The network as it is observed: one node an op, every pre-activation at hand. Its
    /// parameters lie as in [`Network::training`], its logits are the same bits (but for RReLU, whose slopes are the mean ones here).
    ///
    /// # Errors
    /// As [`Network::training`].
    pub fn observing(
        architecture: &Architecture,
        input: [usize; 3],
        batch: usize,
    ) -> Result<Self, CnnError> {
        Self::record(architecture, input, batch, Fusion::Nothing)
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
        Self::record(architecture, input, batch, Fusion::Plain)
    }

    fn record(
        architecture: &Architecture,
        input: [usize; 3],
        batch: usize,
        fusion: Fusion,
    ) -> Result<Self, CnnError> {
        let parameters = architecture.parameters(input)?;
        let shapes = architecture.check(input)?;
        let [height, width, channels] = input;
        let whole = |problem: TensorError| {
            CnnError::setting("batch", batch, &format!("must be at least 1 ({problem})"))
        };
        let mut graph = Graph::new();
        let images = graph
            .input(&[batch, height, width, channels])
            .map_err(whole)?;
        let labels = graph.input(&[batch]).map_err(whole)?;
        let mut recorder = Recorder {
            graph,
            layers: Vec::new(),
            convolutions: 0,
            linears: 0,
            fusion,
            noise: Vec::new(),
        };
        let (logits, _) = recorder.layers(&architecture.0, &shapes, images, "")?;
        let Recorder {
            mut graph,
            layers,
            noise,
            ..
        } = recorder;
        let loss = graph.softmax_cross_entropy(logits, labels).map_err(whole)?;
        Ok(Self {
            graph,
            images,
            labels,
            logits,
            loss,
            layers,
            parameters,
            noise,
        })
    }
}

impl FilterLayer {
    /// The node with a value for each unit that is above 0 where its pre-activation is: the
    /// pre-activation, or what ReLU makes of it. Not for [`Network::training`], where a max-pool
    /// may hide units.
    pub fn counted(&self) -> NodeId {
        self.pre_activation.unwrap_or(self.activation)
    }
}

/// Which ops in a row are recorded as one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fusion {
    /// None.
    Nothing,
    /// Convolution, bias and ReLU.
    Plain,
    /// These with a max-pool that follows; for training.
    Pooled,
}

/// A layer with weights whose output has met no activation yet.
struct Weighted {
    name: String,
    weight: NodeId,
    bias: NodeId,
    input: NodeId,
}

struct Recorder {
    graph: Graph<f32>,
    layers: Vec<FilterLayer>,
    convolutions: usize,
    linears: usize,
    fusion: Fusion,
    noise: Vec<SlopeNoise>,
}

impl Recorder {
    /// Records layers in a row on `x`; gives their output and the layer that has no activation
    /// yet, if one has not.
    fn layers(
        &mut self,
        layers: &[Layer],
        shapes: &[LayerShape],
        mut x: NodeId,
        path: &str,
    ) -> Result<(NodeId, Option<Weighted>), CnnError> {
        let mut pending = None;
        let mut index = 0;
        while let Some((layer, shape)) = layers.get(index).zip(shapes.get(index)) {
            let failed = |problem: TensorError| CnnError::Layer {
                index: format!("{path}{index}"),
                layer: layer.to_string(),
                problem: problem.to_string(),
            };
            let mut recorded = 1;
            if let Layer::Residual(block) = layer {
                let path = format!("{path}{index}.");
                let (inside, last) = self.layers(block, &shape.block, x, &path)?;
                x = self.graph.add(inside, x).map_err(failed)?;
                pending = last.or(pending);
            } else if let Some((settings, pool)) = self.block_at(&layers[index..]) {
                let positions = shape.output.positions();
                x = self.block(settings, pool, x, positions).map_err(failed)?;
                recorded = if pool.is_some() { 3 } else { 2 };
            } else {
                x = self.plain(layer, shape, x, &mut pending).map_err(failed)?;
            }
            index += recorded;
        }
        Ok((x, pending))
    }

    /// The convolution that begins `layers`, if ReLU follows, and the max-pool after that.
    fn block_at(&self, layers: &[Layer]) -> Option<(Convolution, Option<Pool>)> {
        let [
            Layer::Convolution(settings),
            Layer::Activation(Activation::Relu),
            rest @ ..,
        ] = layers
        else {
            return None;
        };
        let pool = match rest {
            [Layer::MaxPool(pool), ..] if self.fusion == Fusion::Pooled => Some(*pool),
            _ => None,
        };
        (self.fusion != Fusion::Nothing).then_some((*settings, pool))
    }

    fn block(
        &mut self,
        settings: Convolution,
        pool: Option<Pool>,
        x: NodeId,
        positions: usize,
    ) -> Result<NodeId, TensorError> {
        let weighted = self.convolution_parameters(settings, x)?;
        let config = ConvBlockConfig {
            stride: settings.stride,
            padding: settings.padding,
            max_pool: pool.map(pool_config),
        };
        let output = self
            .graph
            .conv_block(x, weighted.weight, weighted.bias, config)?;
        self.activated(weighted, Activation::Relu, positions, None, output);
        Ok(output)
    }

    fn plain(
        &mut self,
        layer: &Layer,
        shape: &LayerShape,
        x: NodeId,
        pending: &mut Option<Weighted>,
    ) -> Result<NodeId, TensorError> {
        match layer {
            Layer::Convolution(settings) => {
                let weighted = self.convolution_parameters(*settings, x)?;
                let config = Conv2dConfig {
                    stride: settings.stride,
                    padding: settings.padding,
                };
                let product = self.graph.conv2d(x, weighted.weight, config)?;
                let output = self.graph.bias(product, weighted.bias);
                *pending = Some(weighted);
                output
            }
            Layer::Linear { units } => {
                self.linears += 1;
                let inputs = shape.input.filters();
                let weighted = Weighted {
                    name: format!("linear{}", self.linears),
                    weight: self.graph.parameter(&[inputs, *units])?,
                    bias: self.graph.parameter(&[*units])?,
                    input: x,
                };
                let product = self.graph.linear(x, weighted.weight)?;
                let output = self.graph.bias(product, weighted.bias);
                *pending = Some(weighted);
                output
            }
            Layer::Activation(function) => {
                let output = self.activation(*function, x, shape.output.filters())?;
                if let Some(weighted) = pending.take() {
                    let positions = shape.output.positions();
                    self.activated(weighted, *function, positions, Some(x), output);
                }
                Ok(output)
            }
            Layer::MaxPool(pool) => self.graph.max_pool(x, pool_config(*pool)),
            Layer::AveragePool(pool) => self.graph.average_pool(x, pool_config(*pool)),
            Layer::GlobalAveragePool => self.graph.global_average_pool(x),
            Layer::Flatten => self.graph.flatten(x),
            Layer::Residual(_) => Ok(x),
        }
    }

    fn activation(
        &mut self,
        function: Activation,
        x: NodeId,
        filters: usize,
    ) -> Result<NodeId, TensorError> {
        match function {
            Activation::Relu => self.graph.relu(x),
            Activation::LeakyRelu { slope } => self.graph.leaky_relu(x, slope as f32),
            Activation::Prelu => {
                let slope = self.graph.parameter(&[filters])?;
                self.graph.prelu(x, slope)
            }
            Activation::Rrelu { low, high } if self.fusion == Fusion::Pooled => {
                let shape = self.graph.shape(x).to_vec();
                let slopes = self.graph.input(&shape)?;
                self.noise.push(SlopeNoise {
                    slopes,
                    distribution: Uniform { low, high },
                });
                self.graph.rrelu(x, slopes)
            }
            Activation::Rrelu { low, high } => {
                self.graph.leaky_relu(x, f64::midpoint(low, high) as f32)
            }
            Activation::Elu => self.graph.elu(x),
            Activation::Selu => self.graph.selu(x),
            Activation::Gelu => self.graph.gelu(x),
            Activation::GeluTanh => self.graph.gelu_tanh(x),
            Activation::Silu => self.graph.silu(x),
            Activation::Softplus => self.graph.softplus(x),
            Activation::Tanh => self.graph.tanh(x),
        }
    }

    fn convolution_parameters(
        &mut self,
        settings: Convolution,
        x: NodeId,
    ) -> Result<Weighted, TensorError> {
        self.convolutions += 1;
        let [rows, columns] = settings.kernel_size;
        let channels = self.graph.shape(x).last().copied().unwrap_or(1);
        let kernel = [rows, columns, channels, settings.filters];
        Ok(Weighted {
            name: format!("conv{}", self.convolutions),
            weight: self.graph.parameter(&kernel)?,
            bias: self.graph.parameter(&[settings.filters])?,
            input: x,
        })
    }

    fn activated(
        &mut self,
        weighted: Weighted,
        function: Activation,
        positions: usize,
        pre_activation: Option<NodeId>,
        activation: NodeId,
    ) {
        let bias = self.graph.parameter_range(weighted.bias);
        self.layers.push(FilterLayer {
            name: weighted.name,
            weight: self.graph.parameter_range(weighted.weight),
            filters: bias.len(),
            bias,
            positions,
            function,
            input: weighted.input,
            pre_activation,
            activation,
        });
    }
}

fn pool_config(pool: Pool) -> PoolConfig {
    PoolConfig {
        size: pool.size,
        stride: pool.stride,
    }
}
