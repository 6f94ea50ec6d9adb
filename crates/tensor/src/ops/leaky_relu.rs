//! Leaky rectified linear unit.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::activation;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct LeakyRelu<T> {
    /// The slope, once per filter.
    slope: Vec<T>,
    activity: Vec<T>,
}

impl<T: Element> Op<T> for LeakyRelu<T> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        activation::activity(inputs[0], &mut self.activity);
        activation::leaky_relu(inputs[0], &self.slope, output);
    }

    fn backward(
        &mut self,
        inputs: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        if let Some(grad_input) = &mut grad_inputs[0] {
            activation::leaky_relu_backward(inputs[0], &self.slope, grad_output, grad_input);
        }
    }

    fn activity(&self) -> Option<&[T]> {
        Some(&self.activity)
    }
}

impl<T: Element> Graph<T> {
    /// Records Leaky ReLU: y = x for x > 0, else `slope` x; the derivative at 0 is `slope`.
    ///
    /// `input` is (N, ..., C), the output alike.
    ///
    /// # Errors
    /// [`TensorError::Rank`] if the input has no axis of filters, [`TensorError::Setting`] if the
    /// slope is not finite.
    pub fn leaky_relu(&mut self, input: NodeId, slope: T) -> Result<NodeId, TensorError> {
        let op = "leaky_relu";
        self.check_operands(op, &[("input", input)], &[])?;
        let filters = shapes::filters(self, op, input)?;
        if !slope.to_f64().is_finite() {
            return Err(TensorError::Setting {
                op,
                setting: "slope",
                found: slope.to_f64(),
                expected: "finite",
            });
        }
        let leaky = LeakyRelu {
            slope: vec![slope; filters],
            activity: vec![T::ZERO; filters],
        };
        let (shape, batched) = (self.shape(input).to_vec(), self.is_batched(input));
        Ok(self.record(Box::new(leaky), &[input], shape, batched))
    }
}
