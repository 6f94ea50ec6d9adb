//! Convolution, bias, ReLU and, where one follows, max-pool as one op.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Workspace;
use crate::kernels::conv_block::Block;
use crate::kernels::conv2d::Conv2dShape;
use crate::kernels::pool::PoolShape;
use crate::kernels::simd::Source;
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
struct ConvBlock<T> {
    shape: Conv2dShape,
    pool: Option<PoolShape>,
    /// Of the max-pool; empty without one.
    winners: Vec<u32>,
    activity: Vec<T>,
    workspace: Workspace<T>,
}

impl<T> ConvBlock<T> {
    /// Sizes for the current batch.
    fn shapes(&self, inputs: usize) -> (Conv2dShape, Option<PoolShape>) {
        let shape = self.shape.with_inputs(inputs);
        let images = shape.images;
        let pool = self.pool.map(|pool| PoolShape { images, ..pool });
        (shape, pool)
    }
}

impl<T: Element> Op<T> for ConvBlock<T> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let (shape, pool) = self.shapes(inputs[0].len());
        let block = Block {
            shape: &shape,
            pool,
            input: inputs[0],
            weight: inputs[1],
            bias: inputs[2],
            winners: self.winners.get_mut(..output.len()).unwrap_or_default(),
            output,
            activity: &mut self.activity,
        };
        T::conv_block_forward(&mut self.workspace, block);
    }

    fn backward(
        &mut self,
        inputs: &[&[T]],
        output: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        let (shape, pool) = self.shapes(inputs[0].len());
        let winners = &self.winners;
        let source = Source {
            grad_output,
            rectified: Some(output),
            pooled: pool.map(|pool| (pool, &winners[..output.len()])),
        };
        let [input, weight, bias] = grad_inputs else {
            return;
        };
        let grads = [input, weight, bias].map(Option::as_deref_mut);
        let workspace = &mut self.workspace;
        T::conv_block_backward(workspace, &shape, source, inputs[0], inputs[1], grads);
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
        let pool = match max_pool {
            Some(config) => Some(shapes::pool_shape(op, &output, config)?),
            None => None,
        };
        if let Some(pool) = &pool {
            output = pool.output().to_vec();
        }
        let winners = pool.map_or(0, |_| output.iter().product());
        let block = ConvBlock {
            shape,
            pool,
            winners: vec![0; winners],
            activity: vec![T::ZERO; shape.out_channels],
            workspace: Workspace::new(self.instructions()?),
        };
        let batched = self.is_batched(input);
        Ok(self.record(Box::new(block), &[input, weight, bias], output, batched))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Draws, Golden, assert_close, check_gradients, replay};
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
            let [x, w, b] = pair.operands;
            assert_eq!(
                [x, w].map(|node| graph.grads(node)),
                [&grads[0][..], &grads[1]]
            );
            // Of the bias, the same terms are summed in the order of the windows.
            assert_close(graph.grads(b), &grads[2], 1e-13);
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
