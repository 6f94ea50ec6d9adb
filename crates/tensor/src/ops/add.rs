//! Sum of two nodes, for residual connections.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct Add;

impl<T: Element> Op<T> for Add {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        for ((y, &a), &b) in output.iter_mut().zip(inputs[0]).zip(inputs[1]) {
            *y = a + b;
        }
    }

    fn backward(
        &mut self,
        _: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        for grad_input in grad_inputs.iter_mut().flatten() {
            for (dx, &dy) in grad_input.iter_mut().zip(grad_output) {
                *dx += dy;
            }
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records the sum of two nodes of the same shape: y = a + b.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the shapes differ, [`TensorError::Repeated`] if the nodes do not.
    pub fn add(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, TensorError> {
        let op = "add";
        self.check_operands(op, &[("first operand", a), ("second operand", b)], &[])?;
        let shape = self.shape(a).to_vec();
        shapes::require(self, op, "second operand", b, &shape)?;
        let batched = self.is_batched(a);
        Ok(self.record(Box::new(Add), &[a, b], shape, batched))
    }
}
