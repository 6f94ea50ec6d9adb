//! Exponential linear unit.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into a loop is compiled for the loop's vectors"
)]

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::pointwise::Function;

#[derive(Clone, Copy, Debug)]
struct Elu;

impl<T: Element> Function<T> for Elu {
    #[inline(always)]
    fn value_and_derivative(self, x: T) -> (T, T) {
        if x > T::ZERO {
            (x, T::ONE)
        } else {
            (x.exp_m1(), x.exp_fused())
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records ELU: y = x for x > 0, else e^x - 1 (Clevert et al. 2015, arXiv 1511.07289, with
    /// alpha = 1; PyTorch's `elu`).
    ///
    /// The derivative is 1 for x > 0, else e^x. In f32 it is exactly 0 up to -103.972084 (e^x is
    /// then below half of the smallest number).
    ///
    /// `input` is (N, ..., C), the output alike.
    ///
    /// # Errors
    /// [`TensorError::Rank`] if the input has no axis of filters, [`TensorError::Instructions`].
    pub fn elu(&mut self, input: NodeId) -> Result<NodeId, TensorError> {
        self.pointwise("elu", input, Elu)
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::{Graph, NodeId};
    use crate::ops::pointwise::tests::{agree, check, compare, dead_up_to, evaluate};

    fn record<T: crate::Element>(graph: &mut Graph<T>, x: NodeId) -> NodeId {
        graph.elu(x).unwrap()
    }

    #[test]
    fn gradients_are_central_differences() {
        check(record);
    }

    #[test]
    fn agrees_with_pytorch() {
        compare("elu", record);
    }

    #[test]
    fn f32_is_f64_rounded() {
        assert!(agree(record, record) < 3e-7);
    }

    #[test]
    fn derivative_below_zero_is_one_more_than_the_value() {
        let at: Vec<f32> = (1..4000).map(|k| k as f32 * -0.005).collect();
        let (values, derivatives) = evaluate(record, &at);
        for (y, d) in values.iter().zip(derivatives) {
            assert!((y + 1.0 - d).abs() < 2e-7);
        }
    }

    #[test]
    fn derivative_at_zero_is_one() {
        assert_eq!(evaluate(record, &[0.0]).1, [1.0]);
    }

    #[test]
    fn is_dead_only_far_below_zero() {
        dead_up_to(record, -103.972_084);
    }
}
