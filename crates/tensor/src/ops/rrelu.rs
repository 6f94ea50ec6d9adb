//! Randomized leaky ReLU.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::activation;
use crate::kernels::rows::Pass;
use crate::kernels::simd::Instructions;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct Rrelu<T> {
    instructions: Instructions,
    activity: Vec<T>,
}

impl<T: Element> Op<T> for Rrelu<T> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let (input, activity) = (inputs[0], &mut self.activity);
        T::rows(self.instructions, Pass::Activity { input, activity });
        // One slope an element: to the kernel a single row, with as many filters as elements.
        activation::leaky_relu(inputs[0], inputs[1], output);
    }

    fn backward(
        &mut self,
        inputs: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        if let Some(grad_input) = &mut grad_inputs[0] {
            activation::leaky_relu_backward(inputs[0], inputs[1], grad_output, grad_input);
        }
        if let Some(grad_slope) = &mut grad_inputs[1] {
            activation::prelu_backward_slope(inputs[0], grad_output, grad_slope);
        }
    }

    fn activity(&self) -> Option<&[T]> {
        Some(&self.activity)
    }
}

impl<T: Element> Graph<T> {
    /// Records RReLU: y = x for x > 0, else a x, with a slope a for each element.
    ///
    /// `input` and `slope` are (N, ..., C) alike, and so is the output; the derivative at 0 is
    /// the slope. The slopes are the caller's to draw before each forward pass, uniformly from
    /// some [lower, upper] (Xu et al. 2015, arXiv 1505.00853: 1/8 and 1/3, PyTorch's too); in
    /// evaluation each is (lower + upper) / 2, that is, [`Graph::leaky_relu`]. Record them as
    /// [`Graph::input`]; a slope with gradient gets dL/da = x dL/dy where not x > 0.
    ///
    /// # Errors
    /// [`TensorError::Rank`] or [`TensorError::Shape`] if they do not fit,
    /// [`TensorError::Instructions`].
    pub fn rrelu(&mut self, input: NodeId, slope: NodeId) -> Result<NodeId, TensorError> {
        let op = "rrelu";
        self.check_operands(op, &[("input", input), ("slope", slope)], &[])?;
        let activity = vec![T::ZERO; shapes::filters(self, op, input)?];
        let shape = self.shape(input).to_vec();
        shapes::require(self, op, "slope", slope, &shape)?;
        let rrelu = Rrelu {
            instructions: self.instructions()?,
            activity,
        };
        let batched = self.is_batched(input);
        Ok(self.record(Box::new(rrelu), &[input, slope], shape, batched))
    }
}

#[cfg(test)]
mod tests {
    use crate::Graph;
    use crate::testing::{Draws, Golden, check_gradients, replay};

    #[test]
    fn gradients_are_central_differences() {
        let mut draws = Draws::new(1);
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[2, 3, 5, 4]).unwrap();
        let a = graph.input_with_gradient(&[2, 3, 5, 4]).unwrap();
        let y = graph.rrelu(x, a).unwrap();
        draws.fill_away_from_zero(&mut graph, x);
        draws.fill(&mut graph, a);
        check_gradients(&mut graph, y, &[x, a]);
    }

    #[test]
    fn equal_slopes_are_leaky_relu_also_for_a_part_of_the_batch() {
        let mut draws = Draws::new(2);
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[5, 6]).unwrap();
        let a = graph.input(&[5, 6]).unwrap();
        let random = graph.rrelu(x, a).unwrap();
        let leaky = graph.leaky_relu(x, 0.2).unwrap();
        draws.fill(&mut graph, x);
        graph.values_mut(a).fill(0.2);
        for batch in [5, 3] {
            graph.set_batch(batch).unwrap();
            let z = draws.like(&graph, x);
            replay(&mut graph, leaky, &z);
            let grads = graph.grads(x).to_vec();
            replay(&mut graph, random, &z);
            assert_eq!(graph.values(random), graph.values(leaky));
            assert_eq!(graph.grads(x), grads);
            assert_eq!(graph.activity(random), graph.activity(leaky));
        }
    }

    #[test]
    fn agrees_with_pytorch_on_the_slopes_it_drew() {
        let golden = Golden::new("rrelu");
        let mut graph = Graph::new();
        let x = golden.input(&mut graph, "input");
        let a = golden.input(&mut graph, "slope");
        assert!(graph.values(a).iter().all(|a| (0.124..0.334).contains(a)));
        let y = graph.rrelu(x, a).unwrap();
        golden.compare(&mut graph, y, &[("input", x)]);
    }

    #[test]
    fn refuses_another_number_of_slopes() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input(&[2, 4]).unwrap();
        let a = graph.input(&[2, 3]).unwrap();
        assert_eq!(
            graph.rrelu(x, a).unwrap_err().to_string(),
            "rrelu: slope has shape [2, 3], but should have [2, 4]"
        );
    }
}
