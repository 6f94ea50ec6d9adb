//! What every op can do.

use std::fmt::Debug;

/// The largest number of operands of an op.
pub const MAX_INPUTS: usize = 3;

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

    /// Per filter the largest pre-activation of the last forward pass, for activations.
    fn activity(&self) -> Option<&[T]> {
        None
    }
}
