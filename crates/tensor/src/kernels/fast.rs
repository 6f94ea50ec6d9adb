//! Which kernels have a fast version: those of `f32`.

use crate::element::Element;
use crate::kernels::conv_block::{self, Block};
use crate::kernels::conv2d::{self, Conv2dShape};
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
}
