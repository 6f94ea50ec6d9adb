//! The mean of each channel over the whole image.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
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
