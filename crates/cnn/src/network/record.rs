//! How an architecture becomes a graph: its layers, recorded one after the other.

use std::collections::BTreeMap;

use tensor::{BatchNormMode, ConvBlockConfig, Graph, NodeId, TensorError};

use super::{FilterLayer, Network, SlopeNoise, units};
use crate::CnnError;
use crate::architecture::{
    Activation, Architecture, Convolution, Layer, LayerShape, MaxPool, Parameter, Part, Pool, Site,
    Word,
};

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
        batch_norms: BatchNormMode,
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
            named: BTreeMap::new(),
            fusion,
            batch_norms,
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
    /// gamma and beta of a batch norm that followed.
    norm: Option<[NodeId; 2]>,
    input: NodeId,
}

struct Recorder {
    graph: Graph<f32>,
    layers: Vec<FilterLayer>,
    /// How many layers with weights there are so far, by the word that their text begins with.
    named: BTreeMap<String, usize>,
    fusion: Fusion,
    batch_norms: BatchNormMode,
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
            if let Part::Block(block) = layer.part() {
                let path = format!("{path}{index}.");
                let (inside, last) = self.layers(block, &shape.block, x, &path)?;
                x = self.graph.add(inside, x).map_err(failed)?;
                pending = last.or(pending);
            } else if let Some((settings, pool)) = self.fused_at(&layers[index..]) {
                x = self.fused(settings, pool, shape, x).map_err(failed)?;
                recorded = if pool.is_some() { 3 } else { 2 };
            } else {
                x = self.plain(layer, shape, x, &mut pending).map_err(failed)?;
            }
            index += recorded;
        }
        Ok((x, pending))
    }

    /// The convolution that begins `layers`, if ReLU follows, and the max-pool after that.
    fn fused_at(&self, layers: &[Layer]) -> Option<(Convolution, Option<Pool>)> {
        let [
            Layer::Convolution(settings),
            Layer::Activation(function),
            rest @ ..,
        ] = layers
        else {
            return None;
        };
        let pool = match rest {
            [Layer::MaxPool(MaxPool(pool)), ..] if self.fusion == Fusion::Pooled => Some(*pool),
            _ => None,
        };
        let fused = *function == Activation::RELU && self.fusion != Fusion::Nothing;
        fused.then_some((*settings, pool))
    }

    fn fused(
        &mut self,
        settings: Convolution,
        pool: Option<Pool>,
        shape: &LayerShape,
        x: NodeId,
    ) -> Result<NodeId, TensorError> {
        let own = self.parameters(&settings, shape)?;
        let weighted = self.weighted(&settings, &own, x);
        let config = ConvBlockConfig {
            stride: settings.stride,
            padding: settings.padding,
            max_pool: pool.map(Pool::config),
        };
        let output = self.graph.conv_block(x, own[0], own[1], config)?;
        self.activated(weighted, Activation::RELU, shape, None, output)?;
        Ok(output)
    }

    fn plain(
        &mut self,
        layer: &Layer,
        shape: &LayerShape,
        x: NodeId,
        pending: &mut Option<Weighted>,
    ) -> Result<NodeId, TensorError> {
        let Part::Word(word) = layer.part() else {
            return Ok(x);
        };
        let own = self.parameters(word, shape)?;
        let mut site = Site {
            graph: &mut self.graph,
            noise: &mut self.noise,
            trained: self.fusion == Fusion::Pooled,
            batch_norms: self.batch_norms,
        };
        let output = word.record(&mut site, x, &own)?;
        if word.filters().is_some() {
            *pending = Some(self.weighted(word, &own, x));
        }
        if let (Layer::BatchNorm(_), Some(weighted)) = (layer, &mut *pending) {
            weighted.norm = Some([own[0], own[1]]);
        }
        if let Layer::Activation(function) = layer
            && let Some(weighted) = pending.take()
        {
            self.activated(weighted, *function, shape, Some(x), output)?;
        }
        Ok(output)
    }

    /// Records a layer's parameters.
    fn parameters(
        &mut self,
        word: &dyn Word,
        shape: &LayerShape,
    ) -> Result<Vec<NodeId>, TensorError> {
        let own = word.parameters(shape).into_iter();
        own.map(|Parameter { role, shape, .. }| {
            if role.is_trained() {
                self.graph.parameter(&shape)
            } else {
                self.graph.buffer(&shape)
            }
        })
        .collect()
    }

    /// A layer with filters of its own, on `input`, with the nodes of its parameters.
    fn weighted(&mut self, layer: &dyn Word, own: &[NodeId], input: NodeId) -> Weighted {
        let text = layer.to_string();
        let word = text.split(' ').next().unwrap_or_default();
        let number = self.named.entry(word.to_owned()).or_default();
        *number += 1;
        Weighted {
            name: format!("{word}{number}"),
            weight: own[0],
            bias: own[1],
            norm: None,
            input,
        }
    }

    fn activated(
        &mut self,
        weighted: Weighted,
        function: Activation,
        shape: &LayerShape,
        pre_activation: Option<NodeId>,
        activation: NodeId,
    ) -> Result<(), TensorError> {
        let bias = self.graph.parameter_range(weighted.bias);
        let (filters, channels) = (bias.len(), shape.output.filters());
        // Units of a locally connected layer are filters, each at one position.
        let positions = shape.output.positions() * channels / filters;
        let units = match pre_activation {
            Some(x) if filters != channels => Some(units::activity(&mut self.graph, x)?),
            _ => None,
        };
        let place = |node| self.graph.parameter_range(node);
        let norm = weighted.norm.map(|nodes| nodes.map(place));
        self.layers.push(FilterLayer {
            name: weighted.name,
            weight: self.graph.parameter_range(weighted.weight),
            filters,
            channels,
            bias,
            norm,
            positions,
            function,
            input: weighted.input,
            pre_activation,
            activation,
            units,
        });
        Ok(())
    }
}
