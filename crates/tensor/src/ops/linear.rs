//! Fully connected layer.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::linear;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct Linear {
    features: (usize, usize),
}

impl<T: Element> Op<T> for Linear {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        linear::forward(self.features, inputs[0], inputs[1], output);
    }

    fn backward(
        &mut self,
        inputs: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        if let Some(grad_input) = &mut grad_inputs[0] {
            linear::backward_input(self.features, inputs[1], grad_output, grad_input);
        }
        if let Some(grad_weight) = &mut grad_inputs[1] {
            linear::backward_weight(self.features, inputs[0], grad_output, grad_weight);
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records a fully connected layer without bias: y\[n, o\] = sum over i of x\[n, i\] w\[i, o\].
    ///
    /// `input` is (N, in), `weight` (in, out), the output (N, out).
    ///
    /// # Errors
    /// [`TensorError::Rank`] or [`TensorError::Shape`] if they do not fit.
    pub fn linear(&mut self, input: NodeId, weight: NodeId) -> Result<NodeId, TensorError> {
        let op = "linear";
        self.check_operands(op, &[("input", input)], &[("weight", weight)])?;
        let [images, inputs] = shapes::axes(self, op, "input", input, "(N, in)")?;
        let [_, outputs] = shapes::axes(self, op, "weight", weight, "(in, out)")?;
        shapes::require(self, op, "weight", weight, &[inputs, outputs])?;
        let batched = self.is_batched(input);
        let linear = Linear {
            features: (inputs, outputs),
        };
        Ok(self.record(
            Box::new(linear),
            &[input, weight],
            vec![images, outputs],
            batched,
        ))
    }
}
