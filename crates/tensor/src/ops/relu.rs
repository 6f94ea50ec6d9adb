//! Rectified linear unit.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::rows::Pass;
use crate::kernels::simd::Instructions;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct Relu<T> {
    instructions: Instructions,
    activity: Vec<T>,
}

impl<T: Element> Op<T> for Relu<T> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let [input, ..] = *inputs else { return };
        let activity = &mut self.activity;
        T::rows(self.instructions, Pass::Activity { input, activity });
        T::rows(self.instructions, Pass::Relu { input, output });
    }

    fn backward(
        &mut self,
        _: &[&[T]],
        output: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        if let Some(grad_input) = &mut grad_inputs[0] {
            let pass = Pass::ReluBackward {
                output,
                grad_output,
                grad_input,
            };
            T::rows(self.instructions, pass);
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
    /// [`TensorError::Rank`] if the input has no axis of filters, [`TensorError::Instructions`].
    pub fn relu(&mut self, input: NodeId) -> Result<NodeId, TensorError> {
        let op = "relu";
        self.check_operands(op, &[("input", input)], &[])?;
        let activity = vec![T::ZERO; shapes::filters(self, op, input)?];
        let relu = Relu {
            instructions: self.instructions()?,
            activity,
        };
        let (shape, batched) = (self.shape(input).to_vec(), self.is_batched(input));
        Ok(self.record(Box::new(relu), &[input], shape, batched))
    }
}

#[cfg(test)]
mod tests {
    use crate::Graph;
    use crate::testing::{Draws, Golden, check_gradients, replay};

    #[test]
    fn gradients_are_central_differences() {
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[2, 3, 5, 4]).unwrap();
        let y = graph.relu(x).unwrap();
        Draws::new(1).fill_away_from_zero(&mut graph, x);
        check_gradients(&mut graph, y, &[x]);
    }

    #[test]
    fn repeated_changes_nothing() {
        let mut draws = Draws::new(2);
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[4, 6]).unwrap();
        let once = graph.relu(x).unwrap();
        let twice = graph.relu(once).unwrap();
        draws.fill(&mut graph, x);
        let z = draws.like(&graph, x);
        replay(&mut graph, once, &z);
        let grads = graph.grads(x).to_vec();
        replay(&mut graph, twice, &z);
        assert_eq!(graph.values(once), graph.values(twice));
        assert_eq!(graph.grads(x), grads);
    }

    #[test]
    fn agrees_with_pytorch_also_at_zero() {
        let golden = Golden::new("relu");
        assert!(golden.values("input").contains(&0.0));
        let mut graph = Graph::new();
        let x = golden.input(&mut graph, "input");
        let y = graph.relu(x).unwrap();
        golden.compare(&mut graph, y, &[("input", x)]);
    }

    #[test]
    fn derivative_at_zero_is_zero() {
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[1, 5]).unwrap();
        let y = graph.relu(x).unwrap();
        let tiny = f64::from_bits(1);
        graph
            .values_mut(x)
            .copy_from_slice(&[-tiny, -0.0, 0.0, tiny, f64::NAN]);
        replay(&mut graph, y, &[1.0; 5]);
        assert_eq!(graph.values(y)[..4], [0.0, 0.0, 0.0, tiny]);
        assert!(graph.values(y)[4].is_nan());
        assert_eq!(graph.grads(x), [0.0, 0.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn activity_is_the_largest_pre_activation_of_the_last_forward() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input(&[3, 2]).unwrap();
        let y = graph.relu(x).unwrap();
        assert_eq!(graph.activity(x), None);
        graph
            .values_mut(x)
            .copy_from_slice(&[-3.0, 5.0, -1.0, 2.0, -2.0, 7.0]);
        graph.forward();
        assert_eq!(graph.activity(y), Some(&[-1.0, 7.0][..]));

        graph.set_batch(2).unwrap();
        graph.forward();
        assert_eq!(graph.activity(y), Some(&[-1.0, 5.0][..]));

        graph.values_mut(x)[1] = f32::NAN;
        graph.forward();
        let activity = graph.activity(y).unwrap();
        assert!(activity[0] == -1.0 && activity[1].is_nan());
    }
}
