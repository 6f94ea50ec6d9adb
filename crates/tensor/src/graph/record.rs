//! Recording: inputs, parameters, ops.

use super::{Buffer, Graph, Node, NodeId, Recorded};
use crate::aligned::LINE;
use crate::error::TensorError;
use crate::kernels::Element;
use crate::op::{MAX_INPUTS, Op};

impl<T: Element> Graph<T> {
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

    /// Records values that are kept between steps and not trained, as PyTorch's buffers, zero at
    /// first: the running statistics of batch norms. They lie among the parameters, in the order of
    /// recording, so that a copy of [`Graph::parameters`] is all of a network; their gradient is
    /// always 0. Only [`Graph::update_buffers`] and the caller change them.
    ///
    /// # Errors
    /// [`TensorError::Empty`] for a shape with an axis of length 0.
    pub fn buffer(&mut self, shape: &[usize]) -> Result<NodeId, TensorError> {
        if shape.contains(&0) {
            return Err(TensorError::Empty {
                op: "buffer",
                found: shape.to_vec(),
            });
        }
        Ok(self.push(Buffer::Parameters, shape.to_vec(), false, false, None))
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
        // Parameters follow one another; what ops compute begins at a line of the cache.
        let start = match buffer {
            Buffer::Parameters => values.len(),
            Buffer::Activations => values.len().next_multiple_of(LINE),
        };
        let node = Node {
            buffer,
            start,
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
}
