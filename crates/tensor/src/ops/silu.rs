//! Sigmoid linear unit.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into a loop is compiled for the loop's vectors"
)]

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::pointwise::Function;

#[derive(Clone, Copy, Debug)]
struct Silu;

impl<T: Element> Function<T> for Silu {
    #[inline(always)]
    fn value_and_derivative(self, x: T) -> (T, T) {
        let sigmoid = T::ONE / (T::ONE + (-x).exp_fused());
        (x * sigmoid, sigmoid * x.mul_add(T::ONE - sigmoid, T::ONE))
    }
}

impl<T: Element> Graph<T> {
    /// Records SiLU, also called swish: y = x s with s = 1 / (1 + e^-x) (Elfwing et al. 2017,
    /// arXiv 1702.03118; PyTorch's `silu`).
    ///
    /// The derivative is s (1 + x (1 - s)). In f32 it is exactly 0 up to -88.72284, where e^-x
    /// overflows. (1 - s loses digits as x grows, so that the derivative's error grows to 1e-6.)
    ///
    /// `input` is (N, ..., C), the output alike.
    ///
    /// # Errors
    /// [`TensorError::Rank`] if the input has no axis of filters, [`TensorError::Instructions`].
    pub fn silu(&mut self, input: NodeId) -> Result<NodeId, TensorError> {
        self.pointwise("silu", input, Silu)
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::{Graph, NodeId};
    use crate::ops::pointwise::tests::{agree, check, compare, dead_up_to, evaluate};

    fn record<T: crate::Element>(graph: &mut Graph<T>, x: NodeId) -> NodeId {
        graph.silu(x).unwrap()
    }

    #[test]
    fn gradients_are_central_differences() {
        check(record);
    }

    #[test]
    fn agrees_with_pytorch() {
        compare("silu", record);
    }

    #[test]
    fn f32_is_f64_rounded() {
        assert!(agree(record, record) < 1.2e-6);
    }

    #[test]
    fn differs_from_its_mirror_image_by_x() {
        let at: Vec<f32> = (0..4000).map(|k| k as f32 * 0.005).collect();
        let mirrored: Vec<f32> = at.iter().map(|x| -x).collect();
        let (values, derivatives) = evaluate(record, &at);
        let (others, other_derivatives) = evaluate(record, &mirrored);
        for (index, x) in at.iter().enumerate() {
            assert!((values[index] - others[index] - x).abs() <= 2e-6);
            assert!((derivatives[index] + other_derivatives[index] - 1.0).abs() <= 1.5e-6);
        }
    }

    #[test]
    fn is_dead_only_far_below_zero() {
        dead_up_to(record, -88.722_84);
    }
}
