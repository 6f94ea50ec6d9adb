//! The mean of each window.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::pool::{self, PoolShape};
use crate::op::Op;
use crate::ops::shapes::{self, PoolConfig};

#[derive(Debug)]
struct AveragePool {
    shape: PoolShape,
}

impl<T: Element> Op<T> for AveragePool {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        pool::average(&self.shape.with_outputs(output.len()), inputs[0], output);
    }

    fn backward(
        &mut self,
        _: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        if let Some(grad_input) = &mut grad_inputs[0] {
            pool::average_backward(
                &self.shape.with_outputs(grad_output.len()),
                grad_output,
                grad_input,
            );
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records average pooling:
    /// y\[n, i, j, c\] = (sum over ky, kx of x\[n, i s + ky, j s + kx, c\]) / size^2.
    ///
    /// `input` is (N, H, W, C), the output (N, H', W', C) with H' = (H - size) / s + 1, rounded
    /// down.
    ///
    /// # Errors
    /// [`TensorError::Rank`], [`TensorError::Window`] or [`TensorError::Setting`].
    pub fn average_pool(
        &mut self,
        input: NodeId,
        config: PoolConfig,
    ) -> Result<NodeId, TensorError> {
        let op = "average_pool";
        self.check_operands(op, &[("input", input)], &[])?;
        let shape = shapes::pool_shape(op, self.shape(input), config)?;
        let batched = self.is_batched(input);
        Ok(self.record(
            Box::new(AveragePool { shape }),
            &[input],
            shape.output().to_vec(),
            batched,
        ))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Draws, Golden, assert_close, check_gradients, dot, replay};
    use crate::{Graph, PoolConfig};

    #[test]
    fn gradients_are_central_differences() {
        for (size, stride) in [(1, 1), (2, 2), (3, 1), (3, 2), (2, 3)] {
            let mut graph = Graph::new();
            let x = graph.input_with_gradient(&[2, 7, 5, 3]).unwrap();
            let y = graph.average_pool(x, PoolConfig { size, stride }).unwrap();
            Draws::new(1).fill(&mut graph, x);
            check_gradients(&mut graph, y, &[x]);
        }
    }

    /// <pool(x), z> = <x, dL/dx of z>, and a constant stays what it is.
    #[test]
    fn gradient_is_adjoint_and_constants_stay() {
        for (size, stride) in [(2, 2), (3, 1), (3, 2)] {
            let mut draws = Draws::new(2);
            let mut graph = Graph::new();
            let x = graph.input_with_gradient(&[2, 7, 5, 3]).unwrap();
            let y = graph.average_pool(x, PoolConfig { size, stride }).unwrap();
            draws.fill(&mut graph, x);
            let z = draws.like(&graph, y);
            replay(&mut graph, y, &z);
            let product = dot(graph.values(x), graph.grads(x));
            assert_close(&[product], &[dot(graph.values(y), &z)], 1e-13);

            graph.values_mut(x).fill(0.75);
            graph.forward();
            assert!(graph.values(y).iter().all(|&y| y == 0.75));
        }
    }

    #[test]
    fn agrees_with_pytorch() {
        for (case, size, stride) in [("average_pool", 2, 2), ("average_pool_overlapping", 3, 2)] {
            let golden = Golden::new(case);
            let mut graph = Graph::new();
            let x = golden.input(&mut graph, "input");
            let y = graph.average_pool(x, PoolConfig { size, stride }).unwrap();
            golden.compare(&mut graph, y, &[("input", x)]);
        }
    }
}
