//! Hyperbolic tangent.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into a loop is compiled for the loop's vectors"
)]

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::pointwise::Function;

#[derive(Clone, Copy, Debug)]
struct Tanh;

impl<T: Element> Function<T> for Tanh {
    #[inline(always)]
    fn value_and_derivative(self, x: T) -> (T, T) {
        let y = x.tanh();
        (y, (-y).mul_add(y, T::ONE))
    }
}

impl<T: Element> Graph<T> {
    /// Records y = tanh x. The derivative is 1 - y^2.
    ///
    /// In f32 it is exactly 0 beyond +-9.010914 (13 ln 2): y is then +-1, and the unit is
    /// saturated.
    ///
    /// `input` is (N, ..., C), the output alike.
    ///
    /// # Errors
    /// [`TensorError::Rank`] if the input has no axis of filters, [`TensorError::Instructions`].
    pub fn tanh(&mut self, input: NodeId) -> Result<NodeId, TensorError> {
        self.pointwise("tanh", input, Tanh)
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::{Graph, NodeId};
    use crate::ops::pointwise::tests::{agree, check, compare, dead_up_to, evaluate, pinned};

    fn record<T: crate::Element>(graph: &mut Graph<T>, x: NodeId) -> NodeId {
        graph.tanh(x).unwrap()
    }

    // golden/pointwise.py tanh
    const PYTORCH: [[f64; 3]; 12] = [
        [-12.0, -0.999_999_999_924_497_3, 1.510_054_303_764_555_2e-10],
        [-6.5, -0.999_995_479_351_404_2, 9.041_276_755_328_353e-6],
        [-3.0, -0.995_054_753_686_730_5, 0.009_866_037_165_440_166],
        [-1.5, -0.905_148_253_644_866_4, 0.180_706_638_923_648_6],
        [-0.75, -0.635_148_952_387_287_3, 0.596_585_808_281_331_5],
        [-0.1, -0.099_667_994_624_955_82, 0.990_066_290_847_439_8],
        [0.0, 0.0, 1.0],
        [0.2, 0.197_375_320_224_904, 0.961_042_982_966_116_6],
        [1.0, 0.761_594_155_955_764_9, 0.419_974_341_614_026_14],
        [2.5, 0.986_614_298_151_430_3, 0.026_592_226_683_160_57],
        [3.0, 0.995_054_753_686_730_5, 0.009_866_037_165_440_166],
        [8.0, 0.999_999_774_929_675_8, 4.501_405_976_548_525_3e-7],
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
        pinned(record, "6478e05be068b639");
    }

    #[test]
    fn f32_is_f64_rounded() {
        assert!(agree(record, record) < 3e-7);
    }

    #[test]
    fn is_odd_and_its_double_follows_from_it() {
        // tanh 2x = 2 t / (1 + t^2).
        let at: Vec<f32> = (0..4000).map(|k| k as f32 * 0.001).collect();
        let doubled: Vec<f32> = at.iter().map(|x| -2.0 * x).collect();
        let (values, _) = evaluate(record, &at);
        let (others, _) = evaluate(record, &doubled);
        for (t, other) in values.iter().zip(others) {
            assert!((2.0 * t / (1.0 + t * t) + other).abs() <= 3e-7);
        }
    }

    #[test]
    fn is_saturated_far_from_zero() {
        dead_up_to(record, -9.010_914);
        let (_, derivatives) = evaluate(record, &[9.010_914, f32::next_down(9.010_914)]);
        assert!(derivatives[0] == 0.0 && derivatives[1] > 0.0);
    }
}
