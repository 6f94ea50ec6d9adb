//! The recorded computation: nodes in order, two flat buffers, replay forward and backward.

use std::ops::Range;

use ndarray::{ArrayViewD, IxDyn};

use crate::element::Element;
use crate::error::TensorError;
use crate::op::{MAX_INPUTS, Op};

/// A node of a [`Graph`]: an input, a parameter, or what an op computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(usize);

/// Which of the two buffers holds a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Buffer {
    Parameters,
    Activations,
}

/// An op with the nodes it reads.
#[derive(Debug)]
struct Recorded<T> {
    op: Box<dyn Op<T>>,
    inputs: Vec<NodeId>,
}

#[derive(Debug)]
struct Node<T> {
    buffer: Buffer,
    start: usize,
    /// Shape with the current batch.
    shape: Vec<usize>,
    /// Whether the leading axis is the batch.
    batched: bool,
    /// Whether a gradient is computed for it.
    wants_grad: bool,
    recorded: Option<Recorded<T>>,
}

impl<T> Node<T> {
    fn range(&self) -> Range<usize> {
        self.start..self.start + self.shape.iter().product::<usize>()
    }
}

/// A computation that is recorded once and replayed at every step.
///
/// Nodes are kept in the order of recording, so that an op's inputs always precede its output:
/// splitting a buffer at the output lends the op everything it needs. Parameters lie in one flat
/// buffer in recording order, everything else in another. After the first step nothing is
/// allocated.
///
/// Recording an input or an op sets the batch back to its capacity.
///
/// # Panics
/// The accessors panic when given a [`NodeId`] that came from a larger graph, as an index out of
/// range does.
#[derive(Debug)]
pub struct Graph<T> {
    nodes: Vec<Node<T>>,
    capacity: Option<usize>,
    parameters: Vec<T>,
    parameter_grads: Vec<T>,
    activations: Vec<T>,
    activation_grads: Vec<T>,
    /// Scratch of `backward`: whether a node's gradient can differ from zero.
    reached: Vec<bool>,
}

impl<T: Element> Default for Graph<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Element> Graph<T> {
    /// An empty graph.
    pub fn new() -> Self {
        Self {
            nodes: Vec::new(),
            capacity: None,
            parameters: Vec::new(),
            parameter_grads: Vec::new(),
            activations: Vec::new(),
            activation_grads: Vec::new(),
            reached: Vec::new(),
        }
    }

    /// Records values that the caller fills in before each step; no gradient is computed for them.
    ///
    /// The leading axis is the batch capacity N, the same for all inputs of a graph.
    ///
    /// # Errors
    /// [`TensorError::Rank`] for a shape without axes, [`TensorError::Empty`],
    /// [`TensorError::Capacity`].
    pub fn input(&mut self, shape: &[usize]) -> Result<NodeId, TensorError> {
        self.record_input(shape, false)
    }

    /// Records an input whose gradient is computed too, as gradient checks need it.
    ///
    /// # Errors
    /// As [`Graph::input`].
    pub fn input_with_gradient(&mut self, shape: &[usize]) -> Result<NodeId, TensorError> {
        self.record_input(shape, true)
    }

    fn record_input(&mut self, shape: &[usize], wants_grad: bool) -> Result<NodeId, TensorError> {
        let op = "input";
        let Some(&batch) = shape.first() else {
            return Err(TensorError::Rank {
                op,
                operand: "it",
                expected: "(N, ...)",
                found: vec![],
            });
        };
        if shape.contains(&0) {
            return Err(TensorError::Empty {
                op,
                found: shape.to_vec(),
            });
        }
        match self.capacity {
            Some(capacity) if capacity != batch => {
                return Err(TensorError::Capacity {
                    capacity,
                    found: shape.to_vec(),
                });
            }
            _ => self.capacity = Some(batch),
        }
        Ok(self.push(Buffer::Activations, shape.to_vec(), true, wants_grad, None))
    }

    /// Records values to be trained, zero at first. They have no batch axis.
    ///
    /// # Errors
    /// [`TensorError::Empty`] for a shape with an axis of length 0.
    pub fn parameter(&mut self, shape: &[usize]) -> Result<NodeId, TensorError> {
        if shape.contains(&0) {
            return Err(TensorError::Empty {
                op: "parameter",
                found: shape.to_vec(),
            });
        }
        Ok(self.push(Buffer::Parameters, shape.to_vec(), false, true, None))
    }

    /// Records an op; `shape` is that of its output at the full batch.
    pub(crate) fn record(
        &mut self,
        op: Box<dyn Op<T>>,
        inputs: &[NodeId],
        shape: Vec<usize>,
        batched: bool,
    ) -> NodeId {
        debug_assert!(inputs.len() <= MAX_INPUTS);
        let wants_grad = inputs.iter().any(|id| self.nodes[id.0].wants_grad);
        let recorded = Recorded {
            op,
            inputs: inputs.to_vec(),
        };
        self.push(
            Buffer::Activations,
            shape,
            batched,
            wants_grad,
            Some(recorded),
        )
    }

    fn push(
        &mut self,
        buffer: Buffer,
        shape: Vec<usize>,
        batched: bool,
        wants_grad: bool,
        recorded: Option<Recorded<T>>,
    ) -> NodeId {
        self.reset_batch();
        let (values, grads) = match buffer {
            Buffer::Parameters => (&mut self.parameters, &mut self.parameter_grads),
            Buffer::Activations => (&mut self.activations, &mut self.activation_grads),
        };
        let node = Node {
            buffer,
            start: values.len(),
            shape,
            batched,
            wants_grad,
            recorded,
        };
        values.resize(node.range().end, T::ZERO);
        grads.resize(node.range().end, T::ZERO);
        self.nodes.push(node);
        self.reached.push(false);
        NodeId(self.nodes.len() - 1)
    }

    /// Checks the operands of an op before their shapes are asked for.
    ///
    /// All of `data` carry the batch or none does; `weights` never do; no node comes twice.
    pub(crate) fn check_operands(
        &mut self,
        op: &'static str,
        data: &[(&'static str, NodeId)],
        weights: &[(&'static str, NodeId)],
    ) -> Result<(), TensorError> {
        let nodes = self.nodes.len();
        let all = || data.iter().chain(weights);
        for (position, &(_, id)) in all().enumerate() {
            if id.0 >= nodes {
                return Err(TensorError::UnknownNode {
                    op,
                    index: id.0,
                    nodes,
                });
            }
            if all().take(position).any(|&(_, other)| other == id) {
                return Err(TensorError::Repeated { op });
            }
        }
        let batched = data
            .first()
            .is_some_and(|&(_, id)| self.nodes[id.0].batched);
        for (operands, batched) in [(data, batched), (weights, false)] {
            for &(operand, id) in operands {
                if self.nodes[id.0].batched != batched {
                    return Err(TensorError::Batched {
                        op,
                        operand,
                        batched,
                    });
                }
            }
        }
        self.reset_batch();
        Ok(())
    }

    fn reset_batch(&mut self) {
        if let Some(capacity) = self.capacity {
            self.resize_batch(capacity);
        }
    }

    fn resize_batch(&mut self, batch: usize) {
        for node in self.nodes.iter_mut().filter(|node| node.batched) {
            node.shape[0] = batch;
        }
    }

    /// Sets the number of images of the next steps: every batched node then has shape (n, ...).
    ///
    /// Values and gradients of the steps before are void afterwards. Allocates nothing.
    ///
    /// # Errors
    /// [`TensorError::Batch`] unless 1 <= `batch` <= the capacity the inputs were recorded with.
    pub fn set_batch(&mut self, batch: usize) -> Result<(), TensorError> {
        let capacity = self.capacity.unwrap_or(0);
        if batch == 0 || batch > capacity {
            return Err(TensorError::Batch { batch, capacity });
        }
        self.resize_batch(batch);
        Ok(())
    }

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

    /// Parameters to update, with their gradients, as an optimizer needs them.
    pub fn parameters_and_grads(&mut self) -> (&mut [T], &[T]) {
        (&mut self.parameters, &self.parameter_grads)
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
    let distinct = "operands were checked to be distinct when the op was recorded";
    let parameters: [_; MAX_INPUTS] = parameter_grads
        .get_disjoint_mut(ranges(Buffer::Parameters))
        .expect(distinct);
    let activations: [_; MAX_INPUTS] = grads_before
        .get_disjoint_mut(ranges(Buffer::Activations))
        .expect(distinct);
    let mut pairs = parameters.into_iter().zip(activations);
    std::array::from_fn(|_| {
        let (parameter, activation) = pairs.next()?;
        [parameter, activation]
            .into_iter()
            .find(|grads| !grads.is_empty())
    })
}
