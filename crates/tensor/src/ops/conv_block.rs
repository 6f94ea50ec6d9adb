//! Convolution, bias, ReLU and, where one follows, max-pool as one op.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
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
mod tests;
