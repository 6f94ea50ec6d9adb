//! All axes but the batch made one.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::op::Op;

#[derive(Debug)]
struct Flatten;

impl<T: Element> Op<T> for Flatten {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        output.copy_from_slice(inputs[0]);
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
    }
}

impl<T: Element> Graph<T> {
    /// Records an image as one vector: (N, H, W, C) becomes (N, H W C), in that order.
    ///
    /// PyTorch flattens (N, C, H, W), so the weights of a linear layer that follows are permuted
    /// between the two.
    ///
    /// # Errors
    /// [`TensorError::Rank`] for a node without axes.
    pub fn flatten(&mut self, input: NodeId) -> Result<NodeId, TensorError> {
        let op = "flatten";
        self.check_operands(op, &[("input", input)], &[])?;
        let [images, rest @ ..] = self.shape(input) else {
            return Err(TensorError::Rank {
                op,
                operand: "input",
                expected: "(N, ...)",
                found: vec![],
            });
        };
        let shape = vec![*images, rest.iter().product()];
        let batched = self.is_batched(input);
        Ok(self.record(Box::new(Flatten), &[input], shape, batched))
    }
}

#[cfg(test)]
mod tests {
    use crate::Graph;
    use crate::testing::{Draws, Golden, check_gradients, replay};

    #[test]
    fn gradients_are_central_differences() {
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[2, 3, 2, 2]).unwrap();
        let y = graph.flatten(x).unwrap();
        Draws::new(1).fill(&mut graph, x);
        check_gradients(&mut graph, y, &[x]);
    }

    #[test]
    fn keeps_the_order_of_values_and_gradients() {
        let mut draws = Draws::new(2);
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[2, 3, 2, 2]).unwrap();
        let y = graph.flatten(x).unwrap();
        draws.fill(&mut graph, x);
        let z = draws.like(&graph, y);
        replay(&mut graph, y, &z);
        assert_eq!(graph.shape(y), [2, 12]);
        assert_eq!(graph.values(y), graph.values(x));
        assert_eq!(graph.grads(x), z);
    }

    #[test]
    fn agrees_with_pytorch() {
        let golden = Golden::new("flatten");
        let mut graph = Graph::new();
        let x = golden.input(&mut graph, "input");
        let y = graph.flatten(x).unwrap();
        golden.compare(&mut graph, y, &[("input", x)]);
    }
}
