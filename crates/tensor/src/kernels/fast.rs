//! Which kernels have a fast version: those of `f32`.

use crate::kernels::Element;
use crate::kernels::batch_norm::{self, Pass};
use crate::kernels::conv_block::{self, Block};
use crate::kernels::conv2d::{self, Conv2dShape};
use crate::kernels::linear;
use crate::kernels::pool::{self, PoolShape};
use crate::kernels::rows;
use crate::kernels::simd::{self, Instructions, Scratch, Source};

/// What an op keeps for its kernels: the instructions, and buffers that grow at the first use.
#[derive(Debug)]
pub struct Workspace<T> {
    instructions: Instructions,
    plain: Vec<T>,
    scratch: Scratch,
}

impl<T> Workspace<T> {
    /// A workspace of one op.
    pub fn new(instructions: Instructions) -> Self {
        Self {
            instructions,
            plain: Vec::new(),
            scratch: Scratch::default(),
        }
    }
}

/// The kernels that take most of the time. Here they are the plain loops; `f32` has faster ones
/// with the same result.
pub trait Kernels: Sized {
    /// [`conv2d::forward`].
    fn conv2d_forward(
        _: &mut Workspace<Self>,
        shape: &Conv2dShape,
        input: &[Self],
        weight: &[Self],
        output: &mut [Self],
    ) where
        Self: Element,
    {
        conv2d::forward(shape, input, weight, output);
    }

    /// [`conv_block::forward`].
    fn conv_block_forward(workspace: &mut Workspace<Self>, block: Block<'_, Self>)
    where
        Self: Element,
    {
        conv_block::forward(block, &mut workspace.plain);
    }

    /// [`conv_block::backward`]; without ReLU and max-pool that of a convolution.
    fn conv_block_backward(
        workspace: &mut Workspace<Self>,
        shape: &Conv2dShape,
        source: Source<'_, Self>,
        input: &[Self],
        weight: &[Self],
        grads: [Option<&mut [Self]>; 3],
    ) where
        Self: Element,
    {
        conv_block::backward(shape, source, input, weight, grads, &mut workspace.plain);
    }

    /// [`pool::max`].
    fn max_pool_forward(
        _: &mut Workspace<Self>,
        shape: PoolShape,
        input: &[Self],
        output: &mut [Self],
        winners: &mut [u32],
    ) where
        Self: Element,
    {
        pool::max(&shape, input, output, winners);
    }

    /// [`linear::forward`].
    fn linear_forward(
        _: &mut Workspace<Self>,
        features: (usize, usize),
        input: &[Self],
        weight: &[Self],
        output: &mut [Self],
    ) where
        Self: Element,
    {
        linear::forward(features, input, weight, output);
    }

    /// [`linear::backward_input`].
    fn linear_backward_input(
        _: &mut Workspace<Self>,
        features: (usize, usize),
        weight: &[Self],
        grad_output: &[Self],
        grad_input: &mut [Self],
    ) where
        Self: Element,
    {
        linear::backward_input(features, weight, grad_output, grad_input);
    }

    /// [`linear::backward_weight`].
    fn linear_backward_weight(
        _: &mut Workspace<Self>,
        features: (usize, usize),
        input: &[Self],
        grad_output: &[Self],
        grad_weight: &mut [Self],
    ) where
        Self: Element,
    {
        linear::backward_weight(features, input, grad_output, grad_weight);
    }

    /// [`batch_norm::run`].
    fn batch_norm(_: Instructions, pass: Pass<'_, Self>)
    where
        Self: Element,
    {
        batch_norm::run(pass);
    }

    /// [`rows::run`].
    fn rows(_: Instructions, pass: rows::Pass<'_, Self>)
    where
        Self: Element,
    {
        rows::run(pass);
    }
}

impl Kernels for f64 {}

impl Kernels for f32 {
    fn conv2d_forward(
        workspace: &mut Workspace<Self>,
        shape: &Conv2dShape,
        input: &[Self],
        weight: &[Self],
        output: &mut [Self],
    ) {
        workspace.instructions.run(simd::Forward {
            shape,
            input,
            weight,
            output,
            scratch: &mut workspace.scratch,
        });
    }

    fn conv_block_forward(workspace: &mut Workspace<Self>, block: Block<'_, Self>) {
        workspace.instructions.run(simd::BlockForward {
            block,
            scratch: &mut workspace.scratch,
            plain: &mut workspace.plain,
        });
    }

    fn conv_block_backward(
        workspace: &mut Workspace<Self>,
        shape: &Conv2dShape,
        source: Source<'_, Self>,
        input: &[Self],
        weight: &[Self],
        grads: [Option<&mut [Self]>; 3],
    ) {
        workspace.instructions.run(simd::Backward {
            shape,
            source,
            input,
            weight,
            grads,
            scratch: &mut workspace.scratch,
            plain: &mut workspace.plain,
        });
    }

    fn max_pool_forward(
        workspace: &mut Workspace<Self>,
        shape: PoolShape,
        input: &[Self],
        output: &mut [Self],
        winners: &mut [u32],
    ) {
        workspace.instructions.run(simd::MaxPool {
            shape,
            input,
            output,
            winners,
        });
    }

    fn linear_forward(
        workspace: &mut Workspace<Self>,
        features: (usize, usize),
        input: &[Self],
        weight: &[Self],
        output: &mut [Self],
    ) {
        workspace.instructions.run(simd::LinearForward {
            features,
            input,
            weight,
            output,
            scratch: &mut workspace.scratch,
        });
    }

    fn linear_backward_input(
        workspace: &mut Workspace<Self>,
        features: (usize, usize),
        weight: &[Self],
        grad_output: &[Self],
        grad_input: &mut [Self],
    ) {
        workspace.instructions.run(simd::LinearBackwardInput {
            features,
            weight,
            grad_output,
            grad_input,
            scratch: &mut workspace.scratch,
        });
    }

    fn linear_backward_weight(
        workspace: &mut Workspace<Self>,
        features: (usize, usize),
        input: &[Self],
        grad_output: &[Self],
        grad_weight: &mut [Self],
    ) {
        workspace.instructions.run(simd::LinearBackwardWeight {
            features,
            input,
            grad_output,
            grad_weight,
            scratch: &mut workspace.scratch,
        });
    }

    fn batch_norm(instructions: Instructions, pass: Pass<'_, Self>) {
        instructions.run(simd::BatchNorm(pass));
    }

    fn rows(instructions: Instructions, pass: rows::Pass<'_, Self>) {
        instructions.run(simd::Rows(pass));
    }
}
