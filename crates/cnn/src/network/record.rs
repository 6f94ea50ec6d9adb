//! How an architecture becomes a graph: its layers, recorded one after the other.

use tensor::{Conv2dConfig, ConvBlockConfig, Graph, NodeId, PoolConfig, TensorError};

use super::{FilterLayer, Network, SlopeNoise};
use crate::CnnError;
use crate::architecture::{Activation, Architecture, Convolution, Layer, LayerShape, Pool};
use crate::random::Uniform;

/// Which ops in a row are recorded as one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fusion {
    /// None.
    Nothing,
    /// Convolution, bias and ReLU.
    Plain,
    /// These with a max-pool that follows; for training.
    Pooled,
}

impl Network {
    /// Records the network.
    ///
    /// # Errors
    /// As [`Network::training`].
    pub(super) fn record(
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
