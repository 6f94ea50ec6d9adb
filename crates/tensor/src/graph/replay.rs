//! Replay: values forward, gradients backward.

use super::{Buffer, Graph, Node, NodeId};
use crate::error::TensorError;
use crate::kernels::Element;
use crate::op::MAX_INPUTS;

impl<T: Element> Graph<T> {
    /// Computes every op in the order of recording.
    pub fn forward(&mut self) {
        for index in 0..self.nodes.len() {
            let Some(mut recorded) = self.nodes[index].recorded.take() else {
                continue;
            };
            let range = self.nodes[index].range();
            let (before, rest) = self.activations.split_at_mut(range.start);
            let inputs = lend(&self.nodes, &self.parameters, before, &recorded.inputs);
            recorded
                .op
                .forward(&inputs[..recorded.inputs.len()], &mut rest[..range.len()]);
            self.nodes[index].recorded = Some(recorded);
        }
    }

    /// Computes the gradient of `loss` with respect to every parameter and every node in between.
    ///
    /// Follows a [`Graph::forward`]. All gradients are zeroed first. For a node with more than one
    /// element this is the gradient of the sum of its elements.
    pub fn backward(&mut self, loss: NodeId) {
        self.zero_grads();
        self.grad_slice_mut(loss).fill(T::ONE);
        self.propagate(loss);
    }

    /// As [`Graph::backward`], starting from the given gradient of `output`: a vector-Jacobian
    /// product.
    ///
    /// # Errors
    /// [`TensorError::GradientLength`] if `grad_output` has not as many elements as `output`.
    pub fn backward_from(&mut self, output: NodeId, grad_output: &[T]) -> Result<(), TensorError> {
        let expected = self.nodes[output.0].range().len();
        if grad_output.len() != expected {
            return Err(TensorError::GradientLength {
                expected,
                found: grad_output.len(),
            });
        }
        self.zero_grads();
        self.grad_slice_mut(output).copy_from_slice(grad_output);
        self.propagate(output);
        Ok(())
    }

    /// Takes what the last [`Graph::forward`] found into the buffers: the statistics of a batch into
    /// the running ones of batch norms in train mode. Once a step of training.
    pub fn update_buffers(&mut self) {
        let Self {
            nodes, parameters, ..
        } = self;
        for index in 0..nodes.len() {
            let Some(mut recorded) = nodes[index].recorded.take() else {
                continue;
            };
            let mut buffers = lend_buffers(nodes, parameters, &recorded.inputs);
            let count = recorded.inputs.len();
            recorded.op.update_buffers(&mut buffers[..count]);
            nodes[index].recorded = Some(recorded);
        }
    }

    fn zero_grads(&mut self) {
        self.parameter_grads.fill(T::ZERO);
        for node in &self.nodes {
            if node.wants_grad && node.buffer == Buffer::Activations {
                self.activation_grads[node.range()].fill(T::ZERO);
            }
        }
    }

    fn grad_slice_mut(&mut self, id: NodeId) -> &mut [T] {
        let node = &self.nodes[id.0];
        match node.buffer {
            Buffer::Parameters => &mut self.parameter_grads[node.range()],
            Buffer::Activations => &mut self.activation_grads[node.range()],
        }
    }

    fn propagate(&mut self, from: NodeId) {
        self.reached.fill(false);
        self.reached[from.0] = true;
        for index in (0..=from.0).rev() {
            if !(self.reached[index] && self.nodes[index].wants_grad) {
                continue;
            }
            let Some(mut recorded) = self.nodes[index].recorded.take() else {
                continue;
            };
            for id in &recorded.inputs {
                self.reached[id.0] = true;
            }
            let range = self.nodes[index].range();
            let (before, rest) = self.activations.split_at(range.start);
            let inputs = lend(&self.nodes, &self.parameters, before, &recorded.inputs);
            let (grads_before, grads_rest) = self.activation_grads.split_at_mut(range.start);
            let mut grad_inputs = lend_grads(
                &self.nodes,
                &mut self.parameter_grads,
                grads_before,
                &recorded.inputs,
            );
            let count = recorded.inputs.len();
            recorded.op.backward(
                &inputs[..count],
                &rest[..range.len()],
                &grads_rest[..range.len()],
                &mut grad_inputs[..count],
            );
            self.nodes[index].recorded = Some(recorded);
        }
    }
}

const DISTINCT: &str = "operands were checked to be distinct when the op was recorded";

/// Values of an op's inputs; the rest of the array is empty.
fn lend<'a, T>(
    nodes: &[Node<T>],
    parameters: &'a [T],
    before: &'a [T],
    inputs: &[NodeId],
) -> [&'a [T]; MAX_INPUTS] {
    let mut lent: [&[T]; MAX_INPUTS] = [&[]; MAX_INPUTS];
    for (slot, id) in lent.iter_mut().zip(inputs) {
        let node = &nodes[id.0];
        *slot = match node.buffer {
            Buffer::Parameters => &parameters[node.range()],
            Buffer::Activations => &before[node.range()],
        };
    }
    lent
}

/// Buffers among an op's inputs, `None` where an input is none.
fn lend_buffers<'a, T>(
    nodes: &[Node<T>],
    parameters: &'a mut [T],
    inputs: &[NodeId],
) -> [Option<&'a mut [T]>; MAX_INPUTS] {
    let range = |slot: usize| match inputs.get(slot).map(|id| &nodes[id.0]) {
        Some(node) if node.buffer == Buffer::Parameters && !node.wants_grad => node.range(),
        _ => 0..0,
    };
    let lent: [_; MAX_INPUTS] = parameters
        .get_disjoint_mut(std::array::from_fn(range))
        .expect(DISTINCT);
    lent.map(|buffer| (!buffer.is_empty()).then_some(buffer))
}

/// Gradients of an op's inputs, `None` where none is wanted.
fn lend_grads<'a, T>(
    nodes: &[Node<T>],
    parameter_grads: &'a mut [T],
    grads_before: &'a mut [T],
    inputs: &[NodeId],
) -> [Option<&'a mut [T]>; MAX_INPUTS] {
    let ranges = |buffer| {
        std::array::from_fn(|slot| match inputs.get(slot).map(|id| &nodes[id.0]) {
            Some(node) if node.wants_grad && node.buffer == buffer => node.range(),
            _ => 0..0,
        })
    };
    let parameters: [_; MAX_INPUTS] = parameter_grads
        .get_disjoint_mut(ranges(Buffer::Parameters))
        .expect(DISTINCT);
    let activations: [_; MAX_INPUTS] = grads_before
        .get_disjoint_mut(ranges(Buffer::Activations))
        .expect(DISTINCT);
    let mut pairs = parameters.into_iter().zip(activations);
    std::array::from_fn(|_| {
        let (parameter, activation) = pairs.next()?;
        [parameter, activation]
            .into_iter()
            .find(|grads| !grads.is_empty())
    })
}
