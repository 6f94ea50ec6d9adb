//! What every op can do.

use std::fmt::Debug;

use crate::error::TensorError;

/// The largest number of operands of an op.
pub const MAX_INPUTS: usize = 6;

/// One operation of a graph: its settings and scratch, with its forward and backward pass.
///
/// The number of images of the current batch is read off the lengths of the slices.
pub trait Op<T>: Debug + Send {
    /// Writes every element of `output`.
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]);

    /// Adds this op's share to the gradients of its inputs.
    ///
    /// `grad_inputs[i]` is `None` where nobody asks for the gradient of input `i`. It always
    /// follows a `forward` of the same batch, whose scratch it may read.
    fn backward(
        &mut self,
        inputs: &[&[T]],
        output: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    );

    /// Takes what the last forward pass found into the buffers among the inputs: `buffers[i]` is
    /// `None` where input `i` is none ([`Graph::buffer`](crate::Graph::buffer)).
    fn update_buffers(&mut self, buffers: &mut [Option<&mut [T]>]) {
        let _ = buffers;
    }

    /// Whether the op has a meaning for a batch of so many images.
    ///
    /// # Errors
    /// A [`TensorError`] that says why not.
    fn check_batch(&self, images: usize) -> Result<(), TensorError> {
        let _ = images;
        Ok(())
    }

    /// Per filter the largest pre-activation of the last forward pass, for activations.
    fn activity(&self) -> Option<&[T]> {
        None
    }
}
