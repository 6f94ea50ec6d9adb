//! Convolution, bias, ReLU and, where one follows, max-pool as one op.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::conv2d::{self, Conv2dShape};
use crate::kernels::pool::{self, PoolShape};
use crate::kernels::{activation, bias};
use crate::op::Op;
use crate::ops::Conv2dConfig;
use crate::ops::shapes::{self, PoolConfig};

/// Settings of a convolution block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvBlockConfig {
    /// Step between windows of the convolution, in both directions.
    pub stride: usize,
    /// Zeros added on all four sides.
    pub padding: usize,
    /// The max-pooling that follows the ReLU.
    pub max_pool: Option<PoolConfig>,
}

#[derive(Debug)]
struct Pooling {
    shape: PoolShape,
    winners: Vec<u32>,
}

#[derive(Debug)]
struct ConvBlock<T> {
    shape: Conv2dShape,
    pooling: Option<Pooling>,
    /// The convolution's output.
    convolved: Vec<T>,
    /// With the bias, before pooling: first the pre-activation, then the activation.
    activation: Vec<T>,
    grad_activation: Vec<T>,
    activity: Vec<T>,
}

impl<T: Element> Op<T> for ConvBlock<T> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let [input, weight, bias] = [inputs[0], inputs[1], inputs[2]];
        let shape = self.shape.with_inputs(input.len());
        let convolved = &mut self.convolved[..shape.outputs()];
        let activation = &mut self.activation[..shape.outputs()];
        conv2d::forward(&shape, input, weight, convolved);
        bias::forward(convolved, bias, activation);
        activation::activity(activation, &mut self.activity);
        for y in activation.iter_mut() {
            *y = activation::rectify(*y);
        }
        match &mut self.pooling {
            Some(pooling) => {
                let pool = PoolShape {
                    images: shape.images,
                    ..pooling.shape
                };
                pool::max(
                    &pool,
                    activation,
                    output,
                    &mut pooling.winners[..output.len()],
                );
            }
            None => output.copy_from_slice(activation),
        }
    }

    fn backward(
        &mut self,
        inputs: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        let shape = self.shape.with_inputs(inputs[0].len());
        let activation = &self.activation[..shape.outputs()];
        let grad = &mut self.grad_activation[..shape.outputs()];
        match &self.pooling {
            Some(pooling) => {
                grad.fill(T::ZERO);
                let winners = &pooling.winners[..grad_output.len()];
                pool::max_backward(pooling.shape.channels, winners, grad_output, grad);
            }
            None => grad.copy_from_slice(grad_output),
        }
        for (dy, &y) in grad.iter_mut().zip(activation) {
            *dy = if y <= T::ZERO { T::ZERO } else { *dy };
        }
        if let Some(grad_input) = &mut grad_inputs[0] {
            conv2d::backward_input(&shape, inputs[1], grad, grad_input);
        }
        if let Some(grad_weight) = &mut grad_inputs[1] {
            conv2d::backward_weight(&shape, inputs[0], grad, grad_weight);
        }
        if let Some(grad_bias) = &mut grad_inputs[2] {
            bias::backward_bias(grad, grad_bias);
        }
    }

    fn activity(&self) -> Option<&[T]> {
        Some(&self.activity)
    }
}

impl<T: Element> Graph<T> {
    /// Records [`Graph::conv2d`], [`Graph::bias`], [`Graph::relu`] and, if asked for,
    /// [`Graph::max_pool`] as one node, with the same result to the bit.
    ///
    /// `input` is (N, H, W, Cin), `weight` (Kh, Kw, Cin, Cout), `bias` (Cout), the output
    /// (N, H', W', Cout). [`Graph::activity`] is that of the ReLU, before the pooling.
    ///
    /// # Errors
    /// As those of its parts.
    pub fn conv_block(
        &mut self,
        input: NodeId,
        weight: NodeId,
        bias: NodeId,
        config: ConvBlockConfig,
    ) -> Result<NodeId, TensorError> {
        let op = "conv_block";
        self.check_operands(
            op,
            &[("input", input)],
            &[("weight", weight), ("bias", bias)],
        )?;
        let ConvBlockConfig {
            stride,
            padding,
            max_pool,
        } = config;
        let shape =
            shapes::conv2d_shape(self, op, input, weight, Conv2dConfig { stride, padding })?;
        shapes::require(self, op, "bias", bias, &[shape.out_channels])?;
        let mut output = vec![
            shape.images,
            shape.out_height(),
            shape.out_width(),
            shape.out_channels,
        ];
        let pooling = match max_pool {
            Some(config) => {
                let shape = shapes::pool_shape(op, &output, config)?;
                output = shape.output().to_vec();
                Some(Pooling {
                    shape,
                    winners: vec![0; output.iter().product()],
                })
            }
            None => None,
        };
        let zeros = |length| vec![T::ZERO; length];
        let block = ConvBlock {
            shape,
            pooling,
            convolved: zeros(shape.outputs()),
            activation: zeros(shape.outputs()),
            grad_activation: zeros(shape.outputs()),
            activity: zeros(shape.out_channels),
        };
        let batched = self.is_batched(input);
        Ok(self.record(Box::new(block), &[input, weight, bias], output, batched))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Draws, Golden, check_gradients, replay};
    use crate::{Conv2dConfig, ConvBlockConfig, Graph, NodeId, PoolConfig};

    /// A block and the plain ops in a row, on the same operands.
    struct Pair {
        graph: Graph<f64>,
        operands: [NodeId; 3],
        pre_activation: NodeId,
        plain: NodeId,
        relu: NodeId,
        block: NodeId,
    }

    fn random(seed: u64, draws: &mut Draws) -> Pair {
        let kernel = [draws.size(1, 3), draws.size(1, 3)];
        let channels = [draws.size(1, 3), draws.size(1, 3)];
        let (stride, padding) = (draws.size(1, 2), draws.size(0, 2));
        let max_pool = (!seed.is_multiple_of(3)).then(|| PoolConfig {
            size: draws.size(1, 2),
            stride: draws.size(1, 3),
        });
        let image = kernel.map(|length| length + draws.size(2, 6));
        let mut graph = Graph::new();
        let input = [draws.size(1, 3), image[0], image[1], channels[0]];
        let x = graph.input_with_gradient(&input).unwrap();
        let w = graph
            .parameter(&[kernel[0], kernel[1], channels[0], channels[1]])
            .unwrap();
        let b = graph.parameter(&[channels[1]]).unwrap();
        let config = ConvBlockConfig {
            stride,
            padding,
            max_pool,
        };
        let block = graph.conv_block(x, w, b, config).unwrap();
        let convolved = graph
            .conv2d(x, w, Conv2dConfig { stride, padding })
            .unwrap();
        let pre_activation = graph.bias(convolved, b).unwrap();
        let relu = graph.relu(pre_activation).unwrap();
        let plain = match max_pool {
            Some(config) => graph.max_pool(relu, config).unwrap(),
            None => relu,
        };
        for node in [x, w, b] {
            draws.fill(&mut graph, node);
        }
        Pair {
            graph,
            operands: [x, w, b],
            pre_activation,
            plain,
            relu,
            block,
        }
    }

    #[test]
    fn equals_the_plain_ops_to_the_bit() {
        for seed in 0..100 {
            let mut draws = Draws::new(seed);
            let mut pair = random(seed, &mut draws);
            let z = draws.like(&pair.graph, pair.block);
            replay(&mut pair.graph, pair.plain, &z);
            let grads = pair.operands.map(|node| pair.graph.grads(node).to_vec());
            replay(&mut pair.graph, pair.block, &z);
            let graph = &pair.graph;
            assert_eq!(graph.values(pair.block), graph.values(pair.plain));
            assert_eq!(graph.activity(pair.block), graph.activity(pair.relu));
            assert_eq!(pair.operands.map(|node| graph.grads(node).to_vec()), grads);
        }
    }

    #[test]
    fn gradients_are_central_differences() {
        let mut checked = 0;
        for seed in 0..60 {
            let mut draws = Draws::new(seed);
            let Pair {
                mut graph,
                operands,
                pre_activation,
                block,
                ..
            } = random(seed, &mut draws);
            graph.forward();
            // Away from the kinks: no pre-activation near 0, no two positive ones near each other.
            let mut positive = vec![0.0];
            let all = graph.values(pre_activation);
            positive.extend(all.iter().filter(|&&value| value > 0.0));
            positive.sort_by(f64::total_cmp);
            let near = |pair: &[f64]| pair[1] - pair[0] < 2e-4;
            if all.iter().any(|value| value.abs() < 2e-4) || positive.windows(2).any(near) {
                continue;
            }
            check_gradients(&mut graph, block, &operands);
            checked += 1;
        }
        assert!(checked >= 10, "{checked} blocks were away from kinks");
    }

    #[test]
    fn agrees_with_pytorch() {
        for (case, stride, max_pool) in [
            ("conv_block_plain", 2, None),
            ("conv_block_pooled", 1, Some(PoolConfig::tiles(2))),
        ] {
            let golden = Golden::new(case);
            let mut graph = Graph::new();
            let x = golden.input(&mut graph, "input");
            let w = golden.parameter(&mut graph, "weight");
            let b = golden.parameter(&mut graph, "bias");
            let config = ConvBlockConfig {
                stride,
                padding: 1,
                max_pool,
            };
            let y = graph.conv_block(x, w, b, config).unwrap();
            golden.compare(&mut graph, y, &[("input", x), ("weight", w), ("bias", b)]);
        }
    }

    #[test]
    fn a_dead_filter_gets_a_gradient_of_exactly_zero() {
        let mut draws = Draws::new(5);
        let mut pair = random(4, &mut draws);
        let [_, w, b] = pair.operands;
        pair.graph.values_mut(b)[0] = -100.0;
        let z = draws.like(&pair.graph, pair.block);
        replay(&mut pair.graph, pair.block, &z);
        let filters = pair.graph.shape(b)[0];
        assert!(pair.graph.activity(pair.block).unwrap()[0] < 0.0);
        assert!(
            pair.graph
                .grads(w)
                .iter()
                .step_by(filters)
                .all(|&grad| grad == 0.0)
        );
        assert_eq!(pair.graph.grads(b)[0], 0.0);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input(&[2, 4, 4, 3]).unwrap();
        let w = graph.parameter(&[3, 3, 3, 8]).unwrap();
        let b = graph.parameter(&[7]).unwrap();
        let right = graph.parameter(&[8]).unwrap();
        let config = ConvBlockConfig {
            stride: 1,
            padding: 0,
            max_pool: Some(PoolConfig::tiles(3)),
        };
        assert_eq!(
            graph.conv_block(x, w, b, config).unwrap_err().to_string(),
            "conv_block: bias has shape [7], but should have [8]"
        );
        assert_eq!(
            graph
                .conv_block(x, w, right, config)
                .unwrap_err()
                .to_string(),
            "conv_block: a window of 3x3 does not fit into an input of shape [2, 2, 2, 8] with padding 0"
        );
    }
}
