//! Gaussian error linear unit.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into a loop is compiled for the loop's vectors"
)]

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::pointwise::Function;

/// 1 / sqrt(2 pi).
const INVERSE_ROOT_OF_TAU: f64 = 0.398_942_280_401_432_7;

#[derive(Clone, Copy, Debug)]
struct Gelu;

impl<T: Element> Function<T> for Gelu {
    #[inline(always)]
    fn value_and_derivative(self, x: T) -> (T, T) {
        let (half, root) = (
            T::from_f64(0.5),
            T::from_f64(std::f64::consts::FRAC_1_SQRT_2),
        );
        let erf = (x * root).erf();
        let density = T::from_f64(INVERSE_ROOT_OF_TAU) * (-half * x * x).exp_fused();
        let y = half * x;
        let derivative = half.mul_add(erf, x.mul_add(density, half));
        (y.mul_add(erf, y), derivative)
    }
}

impl<T: Element> Graph<T> {
    /// Records GELU: y = x P(x) with P the normal distribution function, (1 + erf(x / sqrt 2)) / 2
    /// (Hendrycks and Gimpel 2016, arXiv 1606.08415; PyTorch's `gelu`).
    ///
    /// The derivative is P(x) + x p(x) with p(x) = e^(-x^2 / 2) / sqrt(2 pi), computed as
    /// (1/2 + x p(x)) + erf(x / sqrt 2) / 2. Hence in f32, which knows no number between
    /// 1/2 - 2^-25 and 1/2, it is exactly 0 up to -6.1513515, as it is with PyTorch's vectorized
    /// code on a CPU; its true value there is -1.5e-8.
    ///
    /// `input` is (N, ..., C), the output alike.
    ///
    /// # Errors
    /// [`TensorError::Rank`] if the input has no axis of filters, [`TensorError::Instructions`].
    pub fn gelu(&mut self, input: NodeId) -> Result<NodeId, TensorError> {
        self.pointwise("gelu", input, Gelu)
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::{Graph, NodeId};
    use crate::ops::pointwise::tests::{agree, check, compare, dead_up_to, mirrors, pinned};

    fn record<T: crate::Element>(graph: &mut Graph<T>, x: NodeId) -> NodeId {
        graph.gelu(x).unwrap()
    }

    // golden/pointwise.py gelu
    const PYTORCH: [[f64; 3]; 12] = [
        [-12.0, -0.0, -2.575_660_482_795_672_7e-31],
        [
            -6.5,
            -2.610_399_119_085_116e-10,
            -1.695_051_813_148_390_7e-9,
        ],
        [-3.0, -0.004_049_694_094_890_31, -0.011_945_647_204_183_92],
        [-1.5, -0.100_210_801_903_287_04, -0.127_469_192_229_979_6],
        [
            -0.75,
            -0.169_970_514_282_651_11,
            0.000_774_278_260_764_829_6,
        ],
        [-0.1, -0.046_017_216_272_297_1, 0.420_476_907_975_269_8],
        [0.0, 0.0, 0.5],
        [0.2, 0.115_851_941_887_820_61, 0.657_468_248_234_194_1],
        [1.0, 0.841_344_746_068_543, 1.083_315_470_587_686_4],
        [2.5, 2.484_475_836_685_559_7, 1.037_611_085_908_145],
        [3.0, 2.995_950_305_905_11, 1.011_945_647_204_184],
        [8.0, 7.999_999_999_999_995, 1.000_000_000_000_039_7],
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
        pinned(record, "287495c46be8ecd6");
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
    fn is_dead_below_minus_six() {
        dead_up_to(record, -6.151_351_5);
    }
}
