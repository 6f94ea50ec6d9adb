//! Mean squared error.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
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

#[cfg(test)]
mod tests {
    use crate::Graph;
    use crate::testing::{Draws, Golden, check_gradients, replay};

    #[test]
    fn gradients_are_central_differences() {
        let mut draws = Draws::new(1);
        let mut graph = Graph::new();
        let output = graph.input_with_gradient(&[3, 4]).unwrap();
        let target = graph.input_with_gradient(&[3, 4]).unwrap();
        let loss = graph.mean_squared_error(output, target).unwrap();
        draws.fill(&mut graph, output);
        draws.fill(&mut graph, target);
        check_gradients(&mut graph, loss, &[output, target]);
    }

    #[test]
    fn is_symmetric() {
        let mut draws = Draws::new(2);
        let mut graph = Graph::new();
        let a = graph.input_with_gradient(&[3, 4]).unwrap();
        let b = graph.input_with_gradient(&[3, 4]).unwrap();
        let forth = graph.mean_squared_error(a, b).unwrap();
        let back = graph.mean_squared_error(b, a).unwrap();
        draws.fill(&mut graph, a);
        draws.fill(&mut graph, b);
        replay(&mut graph, forth, &[1.0]);
        let grads = graph.grads(a).to_vec();
        let opposite: Vec<f64> = graph.grads(b).iter().map(|grad| -grad).collect();
        assert_eq!(grads, opposite);
        replay(&mut graph, back, &[1.0]);
        assert_eq!(graph.values(forth), graph.values(back));
        assert_eq!(graph.grads(a), grads);
    }

    #[test]
    fn agrees_with_pytorch() {
        let golden = Golden::new("mean_squared_error");
        let mut graph = Graph::new();
        let output = golden.input(&mut graph, "input");
        let target = golden.input(&mut graph, "target");
        let loss = graph.mean_squared_error(output, target).unwrap();
        golden.compare(&mut graph, loss, &[("input", output), ("target", target)]);
    }

    #[test]
    fn refuses_other_shapes() {
        let mut graph = Graph::<f32>::new();
        let output = graph.input(&[4, 3]).unwrap();
        let target = graph.input(&[4, 2]).unwrap();
        assert_eq!(
            graph
                .mean_squared_error(output, target)
                .unwrap_err()
                .to_string(),
            "mean_squared_error: target has shape [4, 2], but should have [4, 3]"
        );
    }
}
