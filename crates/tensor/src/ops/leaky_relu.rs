//! Leaky rectified linear unit.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::activation;
use crate::kernels::rows::Pass;
use crate::kernels::simd::Instructions;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct LeakyRelu<T> {
    instructions: Instructions,
    /// The slope, once per filter.
    slope: Vec<T>,
    activity: Vec<T>,
}

impl<T: Element> Op<T> for LeakyRelu<T> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
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
    /// slope is not finite, [`TensorError::Instructions`].
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
            instructions: self.instructions()?,
            slope: vec![slope; filters],
            activity: vec![T::ZERO; filters],
        };
        let (shape, batched) = (self.shape(input).to_vec(), self.is_batched(input));
        Ok(self.record(Box::new(leaky), &[input], shape, batched))
    }
}

#[cfg(test)]
mod tests {
    use crate::Graph;
    use crate::testing::{Draws, Golden, check_gradients, replay};

    #[test]
    fn gradients_are_central_differences() {
        for slope in [0.01, 1.0 / 5.5, -0.5] {
            let mut graph = Graph::new();
            let x = graph.input_with_gradient(&[2, 3, 5, 4]).unwrap();
            let y = graph.leaky_relu(x, slope).unwrap();
            Draws::new(1).fill_away_from_zero(&mut graph, x);
            check_gradients(&mut graph, y, &[x]);
        }
    }

    #[test]
    fn slope_0_is_relu_and_slope_1_changes_nothing() {
        let mut draws = Draws::new(2);
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[4, 6]).unwrap();
        let relu = graph.relu(x).unwrap();
        let flat = graph.leaky_relu(x, 0.0).unwrap();
        let straight = graph.leaky_relu(x, 1.0).unwrap();
        draws.fill(&mut graph, x);
        let z = draws.like(&graph, x);
        replay(&mut graph, relu, &z);
        let grads = graph.grads(x).to_vec();
        replay(&mut graph, flat, &z);
        assert_eq!(graph.values(flat), graph.values(relu));
        assert_eq!(graph.grads(x), grads);
        replay(&mut graph, straight, &z);
        assert_eq!(graph.values(straight), graph.values(x));
        assert_eq!(graph.grads(x), z);
        assert_eq!(graph.activity(straight), graph.activity(relu));
    }

    #[test]
    fn agrees_with_pytorch_also_at_zero() {
        let golden = Golden::new("leaky_relu");
        let mut graph = Graph::new();
        let x = golden.input(&mut graph, "input");
        let y = graph.leaky_relu(x, 0.1).unwrap();
        golden.compare(&mut graph, y, &[("input", x)]);
    }

    #[test]
    fn refuses_a_slope_that_is_no_number() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input(&[2, 4]).unwrap();
        assert_eq!(
            graph.leaky_relu(x, f32::NAN).unwrap_err().to_string(),
            "leaky_relu: slope is NaN, but should be finite"
        );
    }
}
