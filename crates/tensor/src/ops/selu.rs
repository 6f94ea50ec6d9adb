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
    use crate::ops::pointwise::tests::{agree, check, compare, dead_up_to, evaluate, pinned};

    fn record<T: crate::Element>(graph: &mut Graph<T>, x: NodeId) -> NodeId {
        graph.selu(x).unwrap()
    }

    // golden/pointwise.py selu
    const PYTORCH: [[f64; 3]; 12] = [
        [-12.0, -1.758_088_538_711_688_2, 1.080_213_568_841_263_5e-5],
        [-6.5, -1.755_456_145_393_198_7, 0.002_643_195_454_177_981_8],
        [-3.0, -1.670_568_728_767_111_8, 0.087_530_612_080_264_87],
        [-1.5, -1.365_814_353_367_252_7, 0.392_284_987_480_124],
        [-0.75, -0.927_632_015_835_051_2, 0.830_467_325_012_325_5],
        [-0.1, -0.167_305_272_624_313_94, 1.590_794_068_223_062_6],
        [0.0, 0.0, 1.758_099_340_847_376_6],
        [0.2, 0.210_140_197_471_096_1, 1.050_700_987_355_480_5],
        [1.0, 1.050_700_987_355_480_5, 1.050_700_987_355_480_5],
        [2.5, 2.626_752_468_388_701, 1.050_700_987_355_480_5],
        [3.0, 3.152_102_962_066_441_4, 1.050_700_987_355_480_5],
        [8.0, 8.405_607_898_843_844, 1.050_700_987_355_480_5],
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
        pinned(record, "db1fcf7253ee577b");
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
