//! Convolution, bias, ReLU and, where one follows, max-pool in a row.

use crate::kernels::Element;
use crate::kernels::conv2d::{self, Conv2dShape};
use crate::kernels::pool::{self, PoolShape};
use crate::kernels::simd::Source;
use crate::kernels::{activation, bias};

/// What a forward pass reads and writes.
#[derive(Debug)]
pub struct Block<'a, T> {
    /// Sizes of the convolution.
    pub shape: &'a Conv2dShape,
    /// Sizes of the max-pool.
    pub pool: Option<PoolShape>,
    /// (N, H, W, Cin).
    pub input: &'a [T],
    /// (Kh, Kw, Cin, Cout).
    pub weight: &'a [T],
    /// (Cout).
    pub bias: &'a [T],
    /// (N, H', W', Cout).
    pub output: &'a mut [T],
    /// As [`pool::max`] writes them, where there is a max-pool.
    pub winners: &'a mut [u32],
    /// Per filter the largest pre-activation, NaN if any is NaN.
    pub activity: &'a mut [T],
}

/// Convolution, bias, ReLU, max-pool, one after the other.
pub fn forward<T: Element>(block: Block<'_, T>, scratch: &mut Vec<T>) {
    let Block {
        shape,
        pool,
        input,
        weight,
        bias,
        output,
        winners,
        activity,
    } = block;
    let outputs = shape.outputs();
    scratch.resize(scratch.len().max(2 * outputs), T::ZERO);
    let (convolved, activation) = scratch[..2 * outputs].split_at_mut(outputs);
    conv2d::forward(shape, input, weight, convolved);
    bias::forward(convolved, bias, activation);
    activation::activity(activation, activity);
    for y in activation.iter_mut() {
        *y = activation::rectify(*y);
    }
    match &pool {
        Some(pool) => pool::max(pool, activation, output, winners),
        None => output.copy_from_slice(activation),
    }
}

/// The gradients of input, weight and bias: dL/dy where the op's output is positive (or NaN) is
/// that of the bias, summed over images and windows in one chain; [`pool::max_backward`] takes it
/// on to the convolution.
pub fn backward<T: Element>(
    shape: &Conv2dShape,
    source: Source<'_, T>,
    input: &[T],
    weight: &[T],
    grads: [Option<&mut [T]>; 3],
    scratch: &mut Vec<T>,
) {
    let length = source.grad_output.len();
    scratch.resize(scratch.len().max(length + shape.outputs()), T::ZERO);
    let (rectified, unpooled) = scratch.split_at_mut(length);
    let mut grad = source.grad_output;
    if let Some(output) = source.rectified {
        rectified.fill(T::ZERO);
        activation::relu_backward(output, grad, rectified);
        grad = rectified;
    }
    let [grad_input, grad_weight, grad_bias] = grads;
    if let Some(grad_bias) = grad_bias {
        bias::backward_bias(grad, grad_bias);
    }
    if let Some((pool, winners)) = source.pooled {
        let unpooled = &mut unpooled[..shape.outputs()];
        unpooled.fill(T::ZERO);
        pool::max_backward(pool.channels, winners, grad, unpooled);
        grad = unpooled;
    }
    if let Some(grad_input) = grad_input {
        conv2d::backward_input(shape, weight, grad, grad_input);
    }
    if let Some(grad_weight) = grad_weight {
        conv2d::backward_weight(shape, input, grad, grad_weight);
    }
}
