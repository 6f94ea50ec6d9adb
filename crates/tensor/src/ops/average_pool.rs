//! The mean of each window.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
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
