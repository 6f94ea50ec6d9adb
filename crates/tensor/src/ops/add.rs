//! Sum of two nodes, for residual connections.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct Add;

impl<T: Element> Op<T> for Add {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        for ((y, &a), &b) in output.iter_mut().zip(inputs[0]).zip(inputs[1]) {
            *y = a + b;
        }
    }

    fn backward(
        &mut self,
        _: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        for grad_input in grad_inputs.iter_mut().flatten() {
            for (dx, &dy) in grad_input.iter_mut().zip(grad_output) {
                *dx += dy;
            }
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records the sum of two nodes of the same shape: y = a + b.
    ///
    /// # Errors
    /// [`TensorError::Shape`] if the shapes differ, [`TensorError::Repeated`] if the nodes do not.
    pub fn add(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, TensorError> {
        let op = "add";
        self.check_operands(op, &[("first operand", a), ("second operand", b)], &[])?;
        let shape = self.shape(a).to_vec();
        shapes::require(self, op, "second operand", b, &shape)?;
        let batched = self.is_batched(a);
        Ok(self.record(Box::new(Add), &[a, b], shape, batched))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Draws, Golden, check_gradients, replay};
    use crate::{Graph, TensorError};

    #[test]
    fn gradients_are_central_differences() {
        let mut draws = Draws::new(1);
        let mut graph = Graph::new();
        let a = graph.input_with_gradient(&[2, 3, 4]).unwrap();
        let b = graph.input_with_gradient(&[2, 3, 4]).unwrap();
        let y = graph.add(a, b).unwrap();
        draws.fill(&mut graph, a);
        draws.fill(&mut graph, b);
        check_gradients(&mut graph, y, &[a, b]);
    }

    /// a + b = b + a, and a gradient that arrives by two ways is their sum.
    #[test]
    fn commutes_and_sums_the_gradients_of_two_readers() {
        let mut draws = Draws::new(2);
        let mut graph = Graph::new();
        let a = graph.input_with_gradient(&[2, 3]).unwrap();
        let b = graph.input_with_gradient(&[2, 3]).unwrap();
        let sum = graph.add(a, b).unwrap();
        let reversed = graph.add(b, a).unwrap();
        let both = graph.add(sum, reversed).unwrap();
        draws.fill(&mut graph, a);
        draws.fill(&mut graph, b);
        let z = draws.like(&graph, both);
        replay(&mut graph, both, &z);
        assert_eq!(graph.values(sum), graph.values(reversed));
        let doubled: Vec<f64> = z.iter().map(|z| 2.0 * z).collect();
        assert_eq!(graph.grads(a), doubled);
        assert_eq!(graph.grads(b), doubled);
    }

    #[test]
    fn agrees_with_pytorch() {
        let golden = Golden::new("add");
        let mut graph = Graph::new();
        let a = golden.input(&mut graph, "first");
        let b = golden.input(&mut graph, "second");
        let y = graph.add(a, b).unwrap();
        golden.compare(&mut graph, y, &[("first", a), ("second", b)]);
    }

    #[test]
    fn refuses_other_shapes_and_a_node_twice() {
        let mut graph = Graph::<f32>::new();
        let a = graph.input(&[2, 4]).unwrap();
        let b = graph.input(&[2, 5]).unwrap();
        let parameter = graph.parameter(&[2, 4]).unwrap();
        assert_eq!(
            graph.add(a, b).unwrap_err().to_string(),
            "add: second operand has shape [2, 5], but should have [2, 4]"
        );
        assert_eq!(graph.add(a, a), Err(TensorError::Repeated { op: "add" }));
        assert_eq!(
            graph.add(a, parameter).unwrap_err().to_string(),
            "add: second operand should have the batch as its leading axis"
        );
    }
}
