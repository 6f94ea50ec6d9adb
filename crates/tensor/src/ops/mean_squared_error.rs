//! Mean squared error.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::loss;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct MeanSquaredError;

impl<T: Element> Op<T> for MeanSquaredError {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        output[0] = loss::mean_squared_error(inputs[0], inputs[1]);
    }

    fn backward(
        &mut self,
        inputs: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        for (grad, sign) in grad_inputs.iter_mut().zip([T::ONE, -T::ONE]) {
            if let Some(grad) = grad {
                loss::mean_squared_error_backward(inputs[0], inputs[1], grad_output[0], sign, grad);
            }
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records the mean squared error over all elements: L = (1/count) sum of (output - target)^2.
    ///
    /// `output` and `target` have the same shape; the result is one number.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the shapes differ.
    pub fn mean_squared_error(
        &mut self,
        output: NodeId,
        target: NodeId,
    ) -> Result<NodeId, TensorError> {
        let op = "mean_squared_error";
        self.check_operands(op, &[("output", output), ("target", target)], &[])?;
        let shape = self.shape(output).to_vec();
        shapes::require(self, op, "target", target, &shape)?;
        Ok(self.record(Box::new(MeanSquaredError), &[output, target], vec![], false))
    }
}
