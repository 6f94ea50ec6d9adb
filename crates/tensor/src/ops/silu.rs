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
    use crate::ops::pointwise::tests::{agree, check, compare, dead_up_to, mirrors, pinned};

    fn record<T: crate::Element>(graph: &mut Graph<T>, x: NodeId) -> NodeId {
        graph.silu(x).unwrap()
    }

    // golden/pointwise.py silu
    const PYTORCH: [[f64; 3]; 12] = [
        [-12.0, -7.373_009_522_657_661e-5, -6.758_546_761_378_339e-5],
        [-6.5, -0.009_757_684_668_790_446, -0.008_241_854_348_961_832],
        [-3.0, -0.142_277_619_532_700_35, -0.088_104_106_015_169_62],
        [-1.5, -0.273_638_285_709_534_5, -0.041_294_154_299_142_946],
        [-0.75, -0.240_615_975_618_455_27, 0.157_400_055_503_246_5],
        [-0.1, -0.047_502_081_252_106_004, 0.450_083_208_501_770_8],
        [0.0, 0.0, 0.5],
        [0.2, 0.109_966_799_462_495_6, 0.599_337_311_854_85],
        [1.0, 0.731_058_578_630_004_9, 0.927_670_511_871_486_9],
        [2.5, 2.310_354_549_946_891_4, 1.099_401_111_341_526_7],
        [3.0, 2.857_722_380_467_299_8, 1.088_104_106_015_169_3],
        [8.0, 7.997_317_198_956_269, 1.002_346_551_235_584_5],
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
        pinned(record, "9a387a33526f8541");
    }

    #[test]
    fn f32_is_f64_rounded() {
        assert!(agree(record, record) < 1.2e-6);
    }

    #[test]
    fn differs_from_its_mirror_image_by_x() {
        mirrors(record, 0.005, 2e-6, 1.5e-6);
    }

    #[test]
    fn is_dead_only_far_below_zero() {
        dead_up_to(record, -88.722_84);
    }
}
