//! Small networks that use every op.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tensor::{
    BatchNormConfig, BatchNormMode, BatchNormOperands, Conv2dConfig, ConvBlockConfig, Element,
    Graph, NodeId, PoolConfig, TensorError,
};

pub struct Network<T> {
    pub graph: Graph<T>,
    pub images: NodeId,
    pub labels: NodeId,
    pub targets: NodeId,
    /// The cross-entropy and the mean squared error.
    pub losses: [NodeId; 2],
    pub activations: Vec<NodeId>,
}

/// All ops but those of [`normalized`]. Ten by ten pixels, two channels, three classes; parameters between -0.5 and 0.5.
pub fn every_op<T: Element>(capacity: usize) -> Result<Network<T>, TensorError> {
    let mut graph = Graph::new();
    let images = graph.input(&[capacity, 10, 10, 2])?;
    let labels = graph.input(&[capacity])?;
    let targets = graph.input(&[capacity, 3])?;

    let (weight, bias) = (graph.parameter(&[3, 3, 2, 8])?, graph.parameter(&[8])?);
    let pooled = ConvBlockConfig {
        stride: 1,
        padding: 1,
        max_pool: Some(PoolConfig::tiles(2)),
    };
    let block = graph.conv_block(images, weight, bias, pooled)?;

    let (weight, bias) = (graph.parameter(&[3, 3, 8, 8])?, graph.parameter(&[8])?);
    let same = Conv2dConfig {
        stride: 1,
        padding: 1,
    };
    let convolved = graph.conv2d(block, weight, same)?;
    let biased = graph.bias(convolved, bias)?;
    let relu = graph.relu(biased)?;
    let sum = graph.add(block, relu)?;
    let leaky = graph.leaky_relu(sum, T::from_f64(0.1))?;

    let (weight, bias) = (graph.parameter(&[2, 2, 8, 5])?, graph.parameter(&[5])?);
    let unpooled = ConvBlockConfig {
        stride: 2,
        padding: 1,
        max_pool: None,
    };
    let strided = graph.conv_block(leaky, weight, bias, unpooled)?;
    let slopes = graph.parameter(&[8])?;
    let prelu = graph.prelu(sum, slopes)?;
    let largest = graph.max_pool(prelu, PoolConfig { size: 3, stride: 2 })?;
    let mean = graph.average_pool(largest, PoolConfig { size: 2, stride: 1 })?;
    let flat = graph.flatten(mean)?;
    let global = graph.global_average_pool(strided)?;

    let weight = graph.parameter(&[5, 3])?;
    let first = graph.linear(global, weight)?;
    let weight = graph.parameter(&[8, 3])?;
    let second = graph.linear(flat, weight)?;
    let logits = graph.add(first, second)?;
    let losses = [
        graph.softmax_cross_entropy(logits, labels)?,
        graph.mean_squared_error(logits, targets)?,
    ];
    let mut draws = ChaCha8Rng::seed_from_u64(1);
    let random = || T::from_f64(draws.random_range(-0.5..0.5));
    graph.parameters_mut().fill_with(random);
    Ok(Network {
        graph,
        images,
        labels,
        targets,
        losses,
        activations: vec![block, relu, leaky, strided, prelu],
    })
}

/// A batch norm with buffers as new ones have them.
fn norm<T: Element>(
    graph: &mut Graph<T>,
    x: NodeId,
    mode: BatchNormMode,
) -> Result<NodeId, TensorError> {
    let filters = graph.shape(x)[3];
    let operands = BatchNormOperands {
        weight: graph.parameter(&[filters])?,
        bias: graph.parameter(&[filters])?,
        running_mean: graph.buffer(&[filters])?,
        running_variance: graph.buffer(&[filters])?,
        batches: graph.buffer(&[1])?,
    };
    graph.batch_norm(x, operands, BatchNormConfig::new(mode))
}

/// Batch norms in both modes, before and after activations, and a locally connected layer, on the
/// same images.
pub fn normalized<T: Element>(capacity: usize) -> Result<Network<T>, TensorError> {
    let mut graph = Graph::new();
    let images = graph.input(&[capacity, 10, 10, 2])?;
    let labels = graph.input(&[capacity])?;
    let targets = graph.input(&[capacity, 3])?;
    let strided = Conv2dConfig {
        stride: 2,
        padding: 1,
    };
    let weight = graph.parameter(&[3, 3, 2, 20])?;
    let convolved = graph.conv2d(images, weight, strided)?;
    let normal = norm(&mut graph, convolved, BatchNormMode::Train)?;
    let relu = graph.relu(normal)?;

    let weight = graph.parameter(&[3, 3, 3, 3, 20, 6])?;
    let bias = graph.parameter(&[3, 3, 6])?;
    let local = graph.local2d(relu, weight, strided)?;
    let local = graph.bias(local, bias)?;
    let leaky = graph.leaky_relu(local, T::from_f64(0.1))?;
    let normal = norm(&mut graph, leaky, BatchNormMode::Eval)?;
    let flat = graph.flatten(normal)?;
    let weight = graph.parameter(&[54, 3])?;
    let logits = graph.linear(flat, weight)?;
    let losses = [
        graph.softmax_cross_entropy(logits, labels)?,
        graph.mean_squared_error(logits, targets)?,
    ];
    let mut draws = ChaCha8Rng::seed_from_u64(2);
    // Running variances are not negative.
    let random = || T::from_f64(draws.random_range(0.0..0.5));
    graph.parameters_mut().fill_with(random);
    Ok(Network {
        graph,
        images,
        labels,
        targets,
        losses,
        activations: vec![relu, leaky],
    })
}

impl<T: Element> Network<T> {
    /// Fills in a batch that depends on the seed alone; the first images of two batches of
    /// different sizes agree.
    pub fn fill(&mut self, seed: u64) {
        let mut draws = ChaCha8Rng::seed_from_u64(seed);
        let random = || T::from_f64(draws.random_range(0.0..1.0));
        self.graph.values_mut(self.images).fill_with(random);
        for (image, label) in self.graph.values_mut(self.labels).iter_mut().enumerate() {
            *label = T::from_usize((image + seed as usize) % 3);
        }
        for (index, target) in self.graph.values_mut(self.targets).iter_mut().enumerate() {
            *target = T::from_f64((index as f64 * 0.37).fract());
        }
    }

    /// Forward, backward from one of the losses, and a step of plain gradient descent.
    pub fn step(&mut self, loss: NodeId) {
        self.graph.forward();
        self.graph.update_buffers();
        self.graph.backward(loss);
        let rate = T::from_f64(0.05);
        let (parameters, grads) = self.graph.parameters_and_grads();
        for (parameter, &grad) in parameters.iter_mut().zip(grads) {
            *parameter -= rate * grad;
        }
    }
}
