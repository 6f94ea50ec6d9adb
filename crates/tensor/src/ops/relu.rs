//! Rectified linear unit.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::activation;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct Relu<T> {
    activity: Vec<T>,
}

impl<T: Element> Op<T> for Relu<T> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        activation::activity(inputs[0], &mut self.activity);
        activation::relu(inputs[0], output);
    }

    fn backward(
        &mut self,
        _: &[&[T]],
        output: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        if let Some(grad_input) = &mut grad_inputs[0] {
            activation::relu_backward(output, grad_output, grad_input);
        }
    }

    fn activity(&self) -> Option<&[T]> {
        Some(&self.activity)
    }
}

impl<T: Element> Graph<T> {
    /// Records ReLU: y = max(x, 0). The derivative is 1 for x > 0, else 0: at 0 it is 0.
    ///
    /// `input` is (N, ..., C), the output alike. NaN stays NaN.
    ///
    /// # Errors
    /// [`TensorError::Rank`] if the input has no axis of filters.
    pub fn relu(&mut self, input: NodeId) -> Result<NodeId, TensorError> {
        let op = "relu";
        self.check_operands(op, &[("input", input)], &[])?;
        let activity = vec![T::ZERO; shapes::filters(self, op, input)?];
        let (shape, batched) = (self.shape(input).to_vec(), self.is_batched(input));
        Ok(self.record(Box::new(Relu { activity }), &[input], shape, batched))
    }
}
