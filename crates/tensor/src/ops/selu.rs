//! Scaled exponential linear unit.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into a loop is compiled for the loop's vectors"
)]

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::pointwise::Function;

/// l of the paper.
const SCALE: f64 = 1.050_700_987_355_480_5;
/// a of the paper.
const ALPHA: f64 = 1.673_263_242_354_377_2;

#[derive(Clone, Copy, Debug)]
struct Selu;

impl<T: Element> Function<T> for Selu {
    #[inline(always)]
    fn value_and_derivative(self, x: T) -> (T, T) {
        let scale = T::from_f64(SCALE);
        if x > T::ZERO {
            (scale * x, scale)
        } else {
            let scale = T::from_f64(SCALE * ALPHA);
            (scale * x.exp_m1(), scale * x.exp_fused())
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records SELU: y = l x for x > 0, else l a (e^x - 1), with l = 1.0507... and a = 1.6732...
    /// (Klambauer et al. 2017, arXiv 1706.02515; PyTorch's `selu`).
    ///
    /// The derivative is l for x > 0, else l a e^x. In f32 it is exactly 0 up to -103.972084 (e^x
    /// is then below half of the smallest number).
    ///
    /// `input` is (N, ..., C), the output alike.
    ///
    /// # Errors
    /// [`TensorError::Rank`] if the input has no axis of filters, [`TensorError::Instructions`].
    pub fn selu(&mut self, input: NodeId) -> Result<NodeId, TensorError> {
        self.pointwise("selu", input, Selu)
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::{Graph, NodeId};
    use crate::ops::pointwise::tests::{agree, check, compare, dead_up_to, evaluate};

    fn record<T: crate::Element>(graph: &mut Graph<T>, x: NodeId) -> NodeId {
        graph.selu(x).unwrap()
    }

    #[test]
    fn gradients_are_central_differences() {
        check(record);
    }

    #[test]
    fn agrees_with_pytorch() {
        compare("selu", record);
    }

    #[test]
    fn f32_is_f64_rounded() {
        assert!(agree(record, record) < 4e-7);
    }

    #[test]
    fn keeps_mean_0_and_variance_1_of_normal_numbers() {
        // Its defining property: sums over a fine grid under the normal density.
        let at: Vec<f32> = (-8000..=8000).map(|k| k as f32 * 1e-3).collect();
        let (values, _) = evaluate(record, &at);
        let (mut mean, mut square) = (0.0, 0.0);
        for (x, y) in at.iter().zip(values) {
            let (x, y) = (f64::from(*x), f64::from(y));
            let density = 1e-3 * libm::exp(-x * x / 2.0) / std::f64::consts::TAU.sqrt();
            mean += density * y;
            square += density * y * y;
        }
        assert!(
            mean.abs() < 1e-6 && (square - 1.0).abs() < 1e-6,
            "{mean} {square}"
        );
    }

    #[test]
    fn is_dead_only_far_below_zero() {
        dead_up_to(record, -103.972_084);
    }
}
