//! The mean of each channel over the whole image.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::pool;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct GlobalAveragePool {
    positions: usize,
    channels: usize,
}

impl<T: Element> Op<T> for GlobalAveragePool {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        pool::global_average(self.positions, self.channels, inputs[0], output);
    }

    fn backward(
        &mut self,
        _: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        if let Some(grad_input) = &mut grad_inputs[0] {
            pool::global_average_backward(self.positions, self.channels, grad_output, grad_input);
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records the mean over the image: y\[n, c\] = (sum over i, j of x\[n, i, j, c\]) / (H W).
    ///
    /// `input` is (N, H, W, C), the output (N, C).
    ///
    /// # Errors
    /// [`TensorError::Rank`] if the input has other axes.
    pub fn global_average_pool(&mut self, input: NodeId) -> Result<NodeId, TensorError> {
        let op = "global_average_pool";
        self.check_operands(op, &[("input", input)], &[])?;
        let [images, height, width, channels] =
            shapes::axes(self, op, "input", input, "(N, H, W, C)")?;
        let pool = GlobalAveragePool {
            positions: height * width,
            channels,
        };
        let batched = self.is_batched(input);
        Ok(self.record(Box::new(pool), &[input], vec![images, channels], batched))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Draws, Golden, check_gradients, replay};
    use crate::{Graph, PoolConfig};

    #[test]
    fn gradients_are_central_differences() {
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[2, 3, 5, 4]).unwrap();
        let y = graph.global_average_pool(x).unwrap();
        Draws::new(1).fill(&mut graph, x);
        check_gradients(&mut graph, y, &[x]);
    }

    #[test]
    fn is_average_pooling_with_one_window() {
        let mut draws = Draws::new(2);
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[3, 5, 5, 4]).unwrap();
        let global = graph.global_average_pool(x).unwrap();
        let window = graph.average_pool(x, PoolConfig::tiles(5)).unwrap();
        draws.fill(&mut graph, x);
        let z = draws.like(&graph, global);
        replay(&mut graph, global, &z);
        let grads = graph.grads(x).to_vec();
        replay(&mut graph, window, &z);
        assert_eq!(graph.values(global), graph.values(window));
        assert_eq!(graph.grads(x), grads);
    }

    #[test]
    fn agrees_with_pytorch() {
        let golden = Golden::new("global_average_pool");
        let mut graph = Graph::new();
        let x = golden.input(&mut graph, "input");
        let y = graph.global_average_pool(x).unwrap();
        golden.compare(&mut graph, y, &[("input", x)]);
    }

    #[test]
    fn refuses_what_is_no_image() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input(&[2, 4]).unwrap();
        assert_eq!(
            graph.global_average_pool(x).unwrap_err().to_string(),
            "global_average_pool: input has shape [2, 4], but should be (N, H, W, C)"
        );
    }
}
