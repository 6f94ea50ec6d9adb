//! Smooth rectifier.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into a loop is compiled for the loop's vectors"
)]

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::pointwise::Function;

#[derive(Clone, Copy, Debug)]
struct Softplus;

impl<T: Element> Function<T> for Softplus {
    #[inline(always)]
    fn value_and_derivative(self, x: T) -> (T, T) {
        let decay = (-x.abs()).exp_fused();
        let (linear, numerator) = if x > T::ZERO {
            (x, T::ONE)
        } else {
            (T::ZERO, decay)
        };
        (linear + decay.ln_1p(), numerator / (T::ONE + decay))
    }
}

impl<T: Element> Graph<T> {
    /// Records softplus: y = ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|) (Dugas et al. 2001; PyTorch's
    /// `softplus`, which takes y = x above 20, where the two agree to 2e-9).
    ///
    /// The derivative is 1 / (1 + e^-x), as e^x / (1 + e^x) for x <= 0. In f32 it is exactly 0 up
    /// to -103.972084 (e^x is then below half of the smallest number).
    ///
    /// `input` is (N, ..., C), the output alike.
    ///
    /// # Errors
    /// [`TensorError::Rank`] if the input has no axis of filters, [`TensorError::Instructions`].
    pub fn softplus(&mut self, input: NodeId) -> Result<NodeId, TensorError> {
        self.pointwise("softplus", input, Softplus)
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::{Graph, NodeId};
    use crate::ops::pointwise::tests::{agree, check, compare, dead_up_to, mirrors, pinned};

    fn record<T: crate::Element>(graph: &mut Graph<T>, x: NodeId) -> NodeId {
        graph.softplus(x).unwrap()
    }

    // golden/pointwise.py softplus
    const PYTORCH: [[f64; 3]; 12] = [
        [-12.0, 6.144_193_477_732_806e-6, 6.144_174_602_214_718e-6],
        [
            -6.5,
            0.001_502_310_159_754_283_8,
            0.001_501_182_256_736_991_5,
        ],
        [-3.0, 0.048_587_351_573_742_06, 0.047_425_873_177_566_79],
        [-1.5, 0.201_413_277_982_752_4, 0.182_425_523_806_356_32],
        [-0.75, 0.386_871_006_114_899_94, 0.320_821_300_824_606_97],
        [-0.1, 0.644_396_660_073_570_9, 0.475_020_812_521_06],
        [0.0, std::f64::consts::LN_2, 0.5],
        [0.2, 0.798_138_869_381_591_8, 0.549_833_997_312_478],
        [1.0, 1.313_261_687_518_222_8, 0.731_058_578_630_004_9],
        [2.5, 2.578_889_734_292_549_6, 0.924_141_819_978_756_4],
        [3.0, 3.048_587_351_573_742, 0.952_574_126_822_433_3],
        [8.0, 8.000_335_406_372_896, 0.999_664_649_869_533_5],
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
        pinned(record, "3762bb6c380be860");
    }

    #[test]
    fn f32_is_f64_rounded() {
        assert!(agree(record, record) < 4e-7);
    }

    #[test]
    fn differs_from_its_mirror_image_by_x() {
        mirrors(record, 0.005, 2e-6, 2e-7);
    }

    #[test]
    fn is_dead_only_far_below_zero() {
        dead_up_to(record, -103.972_084);
    }
}
