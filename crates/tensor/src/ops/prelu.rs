//! Leaky ReLU whose slope is trained.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::activation;
use crate::kernels::rows::Pass;
use crate::kernels::simd::Instructions;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct Prelu<T> {
    instructions: Instructions,
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
        let (input, activity) = (inputs[0], &mut self.activity);
        T::rows(self.instructions, Pass::Activity { input, activity });
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
    /// [`TensorError::Rank`] or [`TensorError::Shape`] if they do not fit,
    /// [`TensorError::Instructions`].
    pub fn prelu(&mut self, input: NodeId, slope: NodeId) -> Result<NodeId, TensorError> {
        let op = "prelu";
        self.check_operands(op, &[("input", input)], &[("slope", slope)])?;
        let filters = shapes::filters(self, op, input)?;
        if self.shape(slope) != [1] {
            shapes::require(self, op, "slope", slope, &[filters])?;
        }
        let zeros = || vec![T::ZERO; filters];
        let prelu = Prelu {
            instructions: self.instructions()?,
            slope: zeros(),
            grad_slope: zeros(),
            activity: zeros(),
        };
        let (shape, batched) = (self.shape(input).to_vec(), self.is_batched(input));
        Ok(self.record(Box::new(prelu), &[input, slope], shape, batched))
    }
}

#[cfg(test)]
mod tests {
    use crate::Graph;
    use crate::testing::{Draws, Golden, assert_close, check_gradients, replay};

    #[test]
    fn gradients_are_central_differences() {
        for slopes in [1, 4] {
            let mut draws = Draws::new(1);
            let mut graph = Graph::new();
            let x = graph.input_with_gradient(&[2, 3, 5, 4]).unwrap();
            let a = graph.parameter(&[slopes]).unwrap();
            let y = graph.prelu(x, a).unwrap();
            draws.fill_away_from_zero(&mut graph, x);
            draws.fill(&mut graph, a);
            check_gradients(&mut graph, y, &[x, a]);
        }
    }

    #[test]
    fn one_slope_is_leaky_relu_and_its_gradient_the_sum_of_all() {
        let mut draws = Draws::new(2);
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[5, 6]).unwrap();
        let each = graph.parameter(&[6]).unwrap();
        let shared = graph.parameter(&[1]).unwrap();
        let leaky = graph.leaky_relu(x, 0.2).unwrap();
        let own = graph.prelu(x, each).unwrap();
        let common = graph.prelu(x, shared).unwrap();
        draws.fill(&mut graph, x);
        graph.parameters_mut().fill(0.2);
        let z = draws.like(&graph, x);
        replay(&mut graph, leaky, &z);
        let grads = graph.grads(x).to_vec();
        replay(&mut graph, own, &z);
        let sum: f64 = graph.grads(each).iter().sum();
        assert_eq!(graph.values(own), graph.values(leaky));
        assert_eq!(graph.grads(x), grads);
        replay(&mut graph, common, &z);
        assert_eq!(graph.values(common), graph.values(leaky));
        assert_eq!(graph.grads(x), grads);
        assert_close(graph.grads(shared), &[sum], 1e-13);
        assert_eq!(graph.activity(own), graph.activity(leaky));
    }

    #[test]
    fn agrees_with_pytorch() {
        for case in ["prelu", "prelu_shared"] {
            let golden = Golden::new(case);
            let mut graph = Graph::new();
            let x = golden.input(&mut graph, "input");
            let a = golden.parameter(&mut graph, "weight");
            let y = graph.prelu(x, a).unwrap();
            golden.compare(&mut graph, y, &[("input", x), ("weight", a)]);
        }
    }

    #[test]
    fn refuses_another_number_of_slopes() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input(&[2, 4]).unwrap();
        let a = graph.parameter(&[3]).unwrap();
        assert_eq!(
            graph.prelu(x, a).unwrap_err().to_string(),
            "prelu: slope has shape [3], but should have [4]"
        );
    }
}
