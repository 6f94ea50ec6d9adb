//! Reading and filling in what a graph holds.

use std::ops::Range;

use ndarray::{ArrayViewD, IxDyn};

use super::{Buffer, Graph, NodeId};
use crate::kernels::Element;

impl<T: Element> Graph<T> {
    /// Shape of a node with the current batch; empty for a loss, which is one number.
    pub fn shape(&self, id: NodeId) -> &[usize] {
        &self.nodes[id.0].shape
    }

    /// Whether the leading axis of a node is the batch.
    pub fn is_batched(&self, id: NodeId) -> bool {
        self.nodes[id.0].batched
    }

    /// Values of a node, for the current batch, in row-major order.
    pub fn values(&self, id: NodeId) -> &[T] {
        let node = &self.nodes[id.0];
        match node.buffer {
            Buffer::Parameters => &self.parameters[node.range()],
            Buffer::Activations => &self.activations[node.range()],
        }
    }

    /// Values of a node, to fill in inputs and parameters.
    pub fn values_mut(&mut self, id: NodeId) -> &mut [T] {
        let node = &self.nodes[id.0];
        match node.buffer {
            Buffer::Parameters => &mut self.parameters[node.range()],
            Buffer::Activations => &mut self.activations[node.range()],
        }
    }

    /// Gradients of a node after [`Graph::backward`], for the current batch, in row-major order.
    ///
    /// Zero for nodes that the loss does not depend on, and for inputs recorded without gradient.
    pub fn grads(&self, id: NodeId) -> &[T] {
        let node = &self.nodes[id.0];
        match node.buffer {
            Buffer::Parameters => &self.parameter_grads[node.range()],
            Buffer::Activations => &self.activation_grads[node.range()],
        }
    }

    /// Values of a node as an array.
    pub fn value(&self, id: NodeId) -> ArrayViewD<'_, T> {
        view(self.shape(id), self.values(id))
    }

    /// Gradients of a node as an array; see [`Graph::grads`].
    pub fn grad(&self, id: NodeId) -> ArrayViewD<'_, T> {
        view(self.shape(id), self.grads(id))
    }

    /// All parameters, in the order of recording.
    pub fn parameters(&self) -> &[T] {
        &self.parameters
    }

    /// All parameters, to initialize or restore them.
    pub fn parameters_mut(&mut self) -> &mut [T] {
        &mut self.parameters
    }

    /// Gradients of all parameters, in the order of [`Graph::parameters`].
    pub fn parameter_grads(&self) -> &[T] {
        &self.parameter_grads
    }

    /// The same, to change them between a backward pass and an update.
    pub fn parameter_grads_mut(&mut self) -> &mut [T] {
        &mut self.parameter_grads
    }

    /// Parameters to update, with their gradients, as an optimizer needs them.
    pub fn parameters_and_grads(&mut self) -> (&mut [T], &[T]) {
        (&mut self.parameters, &self.parameter_grads)
    }

    /// Values and gradients of everything, for tests of replay.
    #[cfg(test)]
    pub(crate) fn buffers(&self) -> [&[T]; 4] {
        [
            &self.parameters,
            &self.parameter_grads,
            &self.activations,
            &self.activation_grads,
        ]
    }

    /// Where a parameter lies in [`Graph::parameters`]; empty for any other node.
    pub fn parameter_range(&self, id: NodeId) -> Range<usize> {
        let node = &self.nodes[id.0];
        match node.buffer {
            Buffer::Parameters => node.range(),
            Buffer::Activations => 0..0,
        }
    }

    /// Per filter (last axis) the largest pre-activation that an activation or convolution block
    /// met in the last forward pass, NaN if any was NaN.
    ///
    /// `None` for nodes of other kinds.
    pub fn activity(&self, id: NodeId) -> Option<&[T]> {
        self.nodes[id.0].recorded.as_ref()?.op.activity()
    }
}

fn view<'a, T>(shape: &[usize], values: &'a [T]) -> ArrayViewD<'a, T> {
    ArrayViewD::from_shape(IxDyn(shape), values)
        .expect("a node holds as many values as its shape says")
}
