//! The largest value of each window.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::Workspace;
use crate::kernels::pool::{self, PoolShape};
use crate::op::Op;
use crate::ops::shapes::{self, PoolConfig};

#[derive(Debug)]
struct MaxPool<T> {
    shape: PoolShape,
    /// Per output the input position that was largest.
    winners: Vec<u32>,
    workspace: Workspace<T>,
}

impl<T: Element> Op<T> for MaxPool<T> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let shape = self.shape.with_outputs(output.len());
        let winners = &mut self.winners[..output.len()];
        T::max_pool_forward(&mut self.workspace, shape, inputs[0], output, winners);
    }

    fn backward(
        &mut self,
        _: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        if let Some(grad_input) = &mut grad_inputs[0] {
            let winners = &self.winners[..grad_output.len()];
            pool::max_backward(self.shape.channels, winners, grad_output, grad_input);
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records max-pooling: y\[n, i, j, c\] = max over ky, kx of x\[n, i s + ky, j s + kx, c\].
    ///
    /// `input` is (N, H, W, C), the output (N, H', W', C) with H' = (H - size) / s + 1, rounded
    /// down. The gradient goes to the first largest element of a window, in the order of rows and
    /// columns; NaN counts as larger than any number (of several the last), as in PyTorch.
    ///
    /// # Errors
    /// [`TensorError::Rank`], [`TensorError::Window`] or [`TensorError::Setting`].
    pub fn max_pool(&mut self, input: NodeId, config: PoolConfig) -> Result<NodeId, TensorError> {
        let op = "max_pool";
        self.check_operands(op, &[("input", input)], &[])?;
        let shape = shapes::pool_shape(op, self.shape(input), config)?;
        let output = shape.output();
        let max_pool = MaxPool {
            shape,
            winners: vec![0; output.iter().product()],
            workspace: Workspace::new(self.instructions()?),
        };
        let batched = self.is_batched(input);
        Ok(self.record(Box::new(max_pool), &[input], output.to_vec(), batched))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Draws, Golden, check_gradients, replay};
    use crate::{Graph, PoolConfig};

    #[test]
    fn gradients_are_central_differences() {
        for (size, stride) in [(1, 1), (2, 2), (3, 1), (3, 2), (2, 3)] {
            let mut graph = Graph::new();
            let x = graph.input_with_gradient(&[2, 7, 5, 3]).unwrap();
            let y = graph.max_pool(x, PoolConfig { size, stride }).unwrap();
            Draws::new(1).fill_distinct(&mut graph, x);
            check_gradients(&mut graph, y, &[x]);
        }
    }

    /// Largest of the largest: windows of 2 and then 3 are windows of 6.
    #[test]
    fn nests() {
        let mut draws = Draws::new(2);
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[2, 12, 6, 3]).unwrap();
        let halves = graph.max_pool(x, PoolConfig::tiles(2)).unwrap();
        let nested = graph.max_pool(halves, PoolConfig::tiles(3)).unwrap();
        let direct = graph.max_pool(x, PoolConfig::tiles(6)).unwrap();
        draws.fill_distinct(&mut graph, x);
        let z = draws.like(&graph, direct);
        replay(&mut graph, nested, &z);
        let grads = graph.grads(x).to_vec();
        replay(&mut graph, direct, &z);
        assert_eq!(graph.values(nested), graph.values(direct));
        assert_eq!(graph.grads(x), grads);
    }

    #[test]
    fn agrees_with_pytorch_also_about_ties() {
        for (case, size, stride) in [
            ("max_pool", 2, 2),
            ("max_pool_overlapping", 3, 2),
            ("max_pool_tied", 3, 1),
        ] {
            let golden = Golden::new(case);
            let mut graph = Graph::new();
            let x = golden.input(&mut graph, "input");
            let y = graph.max_pool(x, PoolConfig { size, stride }).unwrap();
            golden.compare(&mut graph, y, &[("input", x)]);
        }
    }

    fn pool_four(values: [f64; 4]) -> (f64, Vec<f64>) {
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[1, 2, 2, 1]).unwrap();
        let y = graph.max_pool(x, PoolConfig::tiles(2)).unwrap();
        graph.values_mut(x).copy_from_slice(&values);
        replay(&mut graph, y, &[1.0]);
        (graph.values(y)[0], graph.grads(x).to_vec())
    }

    #[test]
    fn the_first_of_equals_wins() {
        assert_eq!(
            pool_four([1.0, 2.0, 2.0, 2.0]),
            (2.0, vec![0.0, 1.0, 0.0, 0.0])
        );
        let lowest = [f64::NEG_INFINITY; 4];
        assert_eq!(pool_four(lowest), (lowest[0], vec![1.0, 0.0, 0.0, 0.0]));
    }

    #[test]
    fn nan_wins_wherever_it_stands() {
        for place in 0..4 {
            let mut values = [f64::INFINITY, 1.0, f64::INFINITY, 2.0];
            values[place] = f64::NAN;
            let (y, grads) = pool_four(values);
            assert!(y.is_nan());
            assert_eq!(grads.iter().position(|&grad| grad == 1.0), Some(place));
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input(&[2, 4, 3, 3]).unwrap();
        assert_eq!(
            graph
                .max_pool(x, PoolConfig::tiles(4))
                .unwrap_err()
                .to_string(),
            "max_pool: a window of 4x4 does not fit into an input of shape [2, 4, 3, 3] with padding 0"
        );
        let still = PoolConfig { size: 2, stride: 0 };
        assert_eq!(
            graph.max_pool(x, still).unwrap_err().to_string(),
            "max_pool: stride is 0, but should be at least 1"
        );
    }
}
