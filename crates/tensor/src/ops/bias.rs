//! One trained number per filter, added at every position.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::bias;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct Bias;

impl<T: Element> Op<T> for Bias {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        bias::forward(inputs[0], inputs[1], output);
    }

    fn backward(
        &mut self,
        _: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        if let Some(grad_input) = &mut grad_inputs[0] {
            for (dx, &dy) in grad_input.iter_mut().zip(grad_output) {
                *dx += dy;
            }
        }
        if let Some(grad_bias) = &mut grad_inputs[1] {
            bias::backward_bias(grad_output, grad_bias);
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records a bias: y\[n, ..., c\] = x\[n, ..., c\] + b\[c\].
    ///
    /// `input` is (N, ..., C), `bias` (C), the output as `input`.
    ///
    /// # Errors
    /// [`TensorError::Rank`] or [`TensorError::Shape`] if they do not fit.
    pub fn bias(&mut self, input: NodeId, bias: NodeId) -> Result<NodeId, TensorError> {
        let op = "bias";
        self.check_operands(op, &[("input", input)], &[("bias", bias)])?;
        let filters = shapes::filters(self, op, input)?;
        shapes::require(self, op, "bias", bias, &[filters])?;
        let (shape, batched) = (self.shape(input).to_vec(), self.is_batched(input));
        Ok(self.record(Box::new(Bias), &[input, bias], shape, batched))
    }
}
