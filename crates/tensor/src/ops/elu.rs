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
    use crate::ops::pointwise::tests::{agree, check, compare, dead_up_to, evaluate, pinned};

    fn record<T: crate::Element>(graph: &mut Graph<T>, x: NodeId) -> NodeId {
        graph.elu(x).unwrap()
    }

    // golden/pointwise.py elu
    const PYTORCH: [[f64; 3]; 12] = [
        [-12.0, -0.999_993_855_787_646_7, 6.144_212_353_328_21e-6],
        [-6.5, -0.998_496_560_807_022_4, 0.001_503_439_192_977_572_4],
        [-3.0, -0.950_212_931_632_136, 0.049_787_068_367_863_944],
        [-1.5, -0.776_869_839_851_570_2, 0.223_130_160_148_429_82],
        [-0.75, -0.527_633_447_258_985_3, 0.472_366_552_741_014_7],
        [-0.1, -0.095_162_581_964_040_43, 0.904_837_418_035_959_5],
        [0.0, 0.0, 1.0],
        [0.2, 0.2, 1.0],
        [1.0, 1.0, 1.0],
        [2.5, 2.5, 1.0],
        [3.0, 3.0, 1.0],
        [8.0, 8.0, 1.0],
    ];

    #[test]
    fn gradients_are_central_differences() {
        check(record);
    }

    #[test]
    fn agrees_with_pytorch() {
        compare(record, &PYTORCH);
    }

    #[test]
    fn gives_these_bits() {
        pinned(record, "b02d5d6fc27c39f5");
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
