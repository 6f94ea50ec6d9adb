//! The largest value of each window.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::pool::{self, PoolShape};
use crate::op::Op;
use crate::ops::shapes::{self, PoolConfig};

#[derive(Debug)]
struct MaxPool {
    shape: PoolShape,
    /// Per output the input position that was largest.
    winners: Vec<u32>,
}

impl<T: Element> Op<T> for MaxPool {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let shape = self.shape.with_outputs(output.len());
        pool::max(&shape, inputs[0], output, &mut self.winners[..output.len()]);
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
        let winners = vec![0; output.iter().product()];
        let batched = self.is_batched(input);
        Ok(self.record(
            Box::new(MaxPool { shape, winners }),
            &[input],
            output.to_vec(),
            batched,
        ))
    }
}
