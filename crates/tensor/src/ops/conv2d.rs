//! 2-D convolution.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::conv2d::{self, Conv2dShape};
use crate::op::Op;
use crate::ops::shapes;

/// Windows of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv2dConfig {
    /// Step between windows, in both directions.
    pub stride: usize,
    /// Zeros added on all four sides.
    pub padding: usize,
}

impl Default for Conv2dConfig {
    fn default() -> Self {
        Self {
            stride: 1,
            padding: 0,
        }
    }
}

#[derive(Debug)]
struct Conv2d {
    shape: Conv2dShape,
}

impl<T: Element> Op<T> for Conv2d {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        conv2d::forward(
            &self.shape.with_inputs(inputs[0].len()),
            inputs[0],
            inputs[1],
            output,
        );
    }

    fn backward(
        &mut self,
        inputs: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        let shape = self.shape.with_inputs(inputs[0].len());
        if let Some(grad_input) = &mut grad_inputs[0] {
            conv2d::backward_input(&shape, inputs[1], grad_output, grad_input);
        }
        if let Some(grad_weight) = &mut grad_inputs[1] {
            conv2d::backward_weight(&shape, inputs[0], grad_output, grad_weight);
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records a convolution (without flipping the filters: a cross-correlation), without bias.
    ///
    /// y\[n, i, j, o\] = sum over ky, kx, c of x\[n, i s + ky - p, j s + kx - p, c\]
    /// w\[ky, kx, c, o\], with stride s and padding p, where x outside of the image is 0.
    ///
    /// `input` is (N, H, W, Cin), `weight` (Kh, Kw, Cin, Cout), the output (N, H', W', Cout) with
    /// H' = (H + 2p - Kh) / s + 1, rounded down, and W' alike.
    ///
    /// # Errors
    /// [`TensorError::Rank`], [`TensorError::Shape`], [`TensorError::Window`] or
    /// [`TensorError::Setting`] if they do not fit.
    pub fn conv2d(
        &mut self,
        input: NodeId,
        weight: NodeId,
        config: Conv2dConfig,
    ) -> Result<NodeId, TensorError> {
        let op = "conv2d";
        self.check_operands(op, &[("input", input)], &[("weight", weight)])?;
        let shape = shapes::conv2d_shape(self, op, input, weight, config)?;
        let output = vec![
            shape.images,
            shape.out_height(),
            shape.out_width(),
            shape.out_channels,
        ];
        let batched = self.is_batched(input);
        Ok(self.record(
            Box::new(Conv2d { shape }),
            &[input, weight],
            output,
            batched,
        ))
    }
}
