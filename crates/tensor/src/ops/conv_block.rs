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
