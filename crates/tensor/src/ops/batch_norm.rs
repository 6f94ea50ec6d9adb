//! Batch normalization.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::batch_norm::Pass;
use crate::kernels::simd::Instructions;
use crate::op::Op;
use crate::ops::shapes;

const NAME: &str = "batch_norm";

/// Which mean and variance a batch norm takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchNormMode {
    /// Those of the batch, as PyTorch's module after `train()`.
    Train,
    /// The running ones, as PyTorch's module after `eval()`.
    Eval,
}

/// Constants of a batch norm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNormConfig {
    /// Which statistics.
    pub mode: BatchNormMode,
    /// Added to the variance; at least 0.
    pub epsilon: f64,
    /// Share of the batch's statistics in the running ones at each
    /// [`Graph::update_buffers`], from 0 to 1.
    pub momentum: f64,
}

impl BatchNormConfig {
    /// PyTorch's constants: epsilon 1e-5, momentum 0.1.
    pub const fn new(mode: BatchNormMode) -> Self {
        Self {
            mode,
            epsilon: 1e-5,
            momentum: 0.1,
        }
    }
}

/// What a batch norm reads beside its input, each (C) but for the last.
#[derive(Clone, Copy, Debug)]
pub struct BatchNormOperands {
    /// Parameter gamma.
    pub weight: NodeId,
    /// Parameter beta.
    pub bias: NodeId,
    /// Buffer, 0 at first in PyTorch.
    pub running_mean: NodeId,
    /// Buffer, 1 at first in PyTorch.
    pub running_variance: NodeId,
    /// Buffer of (1): batches that the running statistics have seen.
    pub batches: NodeId,
}

#[derive(Debug)]
struct BatchNorm<T> {
    config: BatchNormConfig,
    instructions: Instructions,
    /// Positions of an image.
    positions: usize,
    /// Values of a filter in the last forward pass.
    count: usize,
    mean: Vec<T>,
    /// Of the batch, the sum of (x - mean)^2; in train mode.
    squares: Vec<T>,
    /// 1 / sqrt(variance + epsilon).
    inverse: Vec<T>,
    /// gamma / sqrt(variance + epsilon).
    scale: Vec<T>,
    /// Sums of the backward pass, and what is made of them.
    sums: [Vec<T>; 2],
}

impl<T: Element> Op<T> for BatchNorm<T> {
    fn check_batch(&self, images: usize) -> Result<(), TensorError> {
        if self.config.mode == BatchNormMode::Train && images * self.positions < 2 {
            return Err(TensorError::OneValue { op: NAME });
        }
        Ok(())
    }

    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let [input, weight, bias, mean, variance, ..] = *inputs else {
            return;
        };
        self.count = input.len() / self.mean.len();
        let (count, epsilon) = (T::from_usize(self.count), T::from_f64(self.config.epsilon));
        if self.config.mode == BatchNormMode::Train {
            let pass = Pass::Statistics {
                input,
                mean: &mut self.mean,
                squares: &mut self.squares,
            };
            T::batch_norm(self.instructions, pass);
            for (inverse, &squares) in self.inverse.iter_mut().zip(&self.squares) {
                *inverse = T::ONE / (squares / count + epsilon).sqrt();
            }
        } else {
            self.mean.copy_from_slice(mean);
            for (inverse, &variance) in self.inverse.iter_mut().zip(variance) {
                *inverse = T::ONE / (variance + epsilon).sqrt();
            }
        }
        let pairs = weight.iter().zip(&self.inverse);
        for (scale, (&gamma, &inverse)) in self.scale.iter_mut().zip(pairs) {
            *scale = gamma * inverse;
        }
        let pass = Pass::Normalize {
            input,
            constants: [&self.mean, &self.scale, bias],
            output,
        };
        T::batch_norm(self.instructions, pass);
    }

    fn backward(
        &mut self,
        inputs: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        let [sum, products] = &mut self.sums;
        let pass = Pass::BackwardSums {
            inputs: [inputs[0], grad_output],
            mean: &self.mean,
            sums: [&mut *sum, &mut *products],
        };
        T::batch_norm(self.instructions, pass);
        let [grad_input, grad_weight, grad_bias, ..] = grad_inputs else {
            return;
        };
        if let Some(grads) = grad_weight {
            let pairs = products.iter().zip(&self.inverse);
            for (gamma, (&product, &inverse)) in grads.iter_mut().zip(pairs) {
                *gamma += product * inverse;
            }
        }
        if let Some(grads) = grad_bias {
            for (beta, &sum) in grads.iter_mut().zip(&*sum) {
                *beta += sum;
            }
        }
        let Some(grad_input) = grad_input else { return };
        if self.config.mode == BatchNormMode::Train {
            let count = T::from_usize(self.count);
            for (sum, (product, &inverse)) in
                sum.iter_mut().zip(products.iter_mut().zip(&self.inverse))
            {
                *sum = *sum / count;
                *product = -(*product * inverse * inverse / count);
            }
        } else {
            sum.fill(T::ZERO);
            products.fill(T::ZERO);
        }
        let pass = Pass::BackwardInput {
            inputs: [inputs[0], grad_output],
            constants: [&self.mean, &self.scale, sum, products],
            grad_input,
        };
        T::batch_norm(self.instructions, pass);
    }

    fn update_buffers(&mut self, buffers: &mut [Option<&mut [T]>]) {
        let [_, _, _, Some(mean), Some(variance), Some(batches)] = buffers else {
            return;
        };
        if self.config.mode == BatchNormMode::Eval {
            return;
        }
        // In f64 and rounded once, as PyTorch's kernel does it.
        let momentum = self.config.momentum;
        let moved = |running: T, batch: f64| {
            T::from_f64(momentum * batch + (1.0 - momentum) * running.to_f64())
        };
        for (running, mean) in mean.iter_mut().zip(&self.mean) {
            *running = moved(*running, mean.to_f64());
        }
        for (running, squares) in variance.iter_mut().zip(&self.squares) {
            *running = moved(*running, squares.to_f64() / (self.count as f64 - 1.0));
        }
        batches[0] += T::ONE;
    }
}

impl<T: Element> Graph<T> {
    /// Records a batch norm (Ioffe and Szegedy 2015, arXiv 1502.03167), as PyTorch's `BatchNorm1d`
    /// and `BatchNorm2d`: y\[.., c\] = (x\[.., c\] - m\[c\]) gamma\[c\] / sqrt(v\[c\] + epsilon) + beta\[c\].
    ///
    /// `input` is (N, ..., C), the output as `input`. In train mode m is the mean over images and
    /// positions and v the mean of (x - m)^2, both of the batch, and gradients go through them; in
    /// eval mode they are the running mean and variance, which are constants. The order of the sums
    /// stands at [`crate::kernels::batch_norm`].
    ///
    /// A forward pass changes no buffer. [`Graph::update_buffers`] after a forward pass in train
    /// mode does: with momentum a, running mean <- a m + (1 - a) running mean, and the running
    /// variance alike with the unbiased variance, v n / (n - 1) of n values; batches <- batches + 1
    /// (up to 2^24 in f32).
    ///
    /// # Errors
    /// [`TensorError::Rank`] or [`TensorError::Shape`] if they do not fit; [`TensorError::Setting`]
    /// for epsilon or momentum; [`TensorError::OneValue`] in train mode for one value a filter, here
    /// and from [`Graph::set_batch`]; [`TensorError::Instructions`].
    pub fn batch_norm(
        &mut self,
        input: NodeId,
        operands: BatchNormOperands,
        config: BatchNormConfig,
    ) -> Result<NodeId, TensorError> {
        let BatchNormOperands {
            weight,
            bias,
            running_mean,
            running_variance,
            batches,
        } = operands;
        let weights = [
            ("weight", weight),
            ("bias", bias),
            ("running_mean", running_mean),
            ("running_var", running_variance),
            ("num_batches_tracked", batches),
        ];
        self.check_operands(NAME, &[("input", input)], &weights)?;
        let filters = shapes::filters(self, NAME, input)?;
        for (operand, node) in &weights[..4] {
            shapes::require(self, NAME, operand, *node, &[filters])?;
        }
        shapes::require(self, NAME, "num_batches_tracked", batches, &[1])?;
        let share = |setting, found: f64, end: f64, expected| {
            let wrong = TensorError::Setting {
                op: NAME,
                setting,
                found,
                expected,
            };
            (0.0..=end).contains(&found).then_some(()).ok_or(wrong)
        };
        share("epsilon", config.epsilon, f64::MAX, "finite and at least 0")?;
        share("momentum", config.momentum, 1.0, "from 0 to 1")?;
        let shape = self.shape(input).to_vec();
        let zeros = || vec![T::ZERO; filters];
        let norm = BatchNorm {
            config,
            instructions: self.instructions()?,
            positions: shape[1..shape.len() - 1].iter().product(),
            count: 0,
            mean: zeros(),
            squares: zeros(),
            inverse: zeros(),
            scale: zeros(),
            sums: [zeros(), zeros()],
        };
        norm.check_batch(shape[0])?;
        let inputs = [input, weight, bias, running_mean, running_variance, batches];
        let batched = self.is_batched(input);
        Ok(self.record(Box::new(norm), &inputs, shape, batched))
    }
}

#[cfg(test)]
mod tests;
