//! Leaky ReLU whose slope is trained.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::activation;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct Prelu<T> {
    /// The slope, once per filter.
    slope: Vec<T>,
    grad_slope: Vec<T>,
    activity: Vec<T>,
}

impl<T: Element> Op<T> for Prelu<T> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        match inputs[1] {
            [shared] => self.slope.fill(*shared),
            slopes => self.slope.copy_from_slice(slopes),
        }
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
        match &mut grad_inputs[1] {
            Some([shared]) => {
                self.grad_slope.fill(T::ZERO);
                activation::prelu_backward_slope(inputs[0], grad_output, &mut self.grad_slope);
                for &filter in &self.grad_slope {
                    *shared += filter;
                }
            }
            Some(slopes) => activation::prelu_backward_slope(inputs[0], grad_output, slopes),
            None => {}
        }
    }

    fn activity(&self) -> Option<&[T]> {
        Some(&self.activity)
    }
}

impl<T: Element> Graph<T> {
    /// Records PReLU: y\[.., c\] = x\[.., c\] for x > 0, else a\[c\] x\[.., c\].
    ///
    /// `input` is (N, ..., C), `slope` (C), or (1) to share one slope among all filters; the
    /// output as `input`. The derivative at 0 is the slope's. dL/da\[c\] is one chain of sums over
    /// images and positions; of a shared slope, these summed over the filters.
    ///
    /// # Errors
    /// [`TensorError::Rank`] or [`TensorError::Shape`] if they do not fit.
    pub fn prelu(&mut self, input: NodeId, slope: NodeId) -> Result<NodeId, TensorError> {
        let op = "prelu";
        self.check_operands(op, &[("input", input)], &[("slope", slope)])?;
        let filters = shapes::filters(self, op, input)?;
        if self.shape(slope) != [1] {
            shapes::require(self, op, "slope", slope, &[filters])?;
        }
        let zeros = || vec![T::ZERO; filters];
        let prelu = Prelu {
            slope: zeros(),
            grad_slope: zeros(),
            activity: zeros(),
        };
        let (shape, batched) = (self.shape(input).to_vec(), self.is_batched(input));
        Ok(self.record(Box::new(prelu), &[input, slope], shape, batched))
    }
}
