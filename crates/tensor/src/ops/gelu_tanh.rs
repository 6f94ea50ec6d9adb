//! Gaussian error linear unit, approximated by a hyperbolic tangent.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into a loop is compiled for the loop's vectors"
)]

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::pointwise::Function;

/// sqrt(2 / pi).
const SLOPE: f64 = 0.797_884_560_802_865_4;
/// Weight of the cube.
const CUBIC: f64 = 0.044_715;

#[derive(Clone, Copy, Debug)]
struct GeluTanh;

impl<T: Element> Function<T> for GeluTanh {
    #[inline(always)]
    fn value_and_derivative(self, x: T) -> (T, T) {
        let (half, two) = (T::from_f64(0.5), T::from_f64(2.0));
        // Beyond +-16 t is +-1 whatever u is, and the square of x would overflow.
        let (low, high) = (T::from_f64(-16.0), T::from_f64(16.0));
        let z = if x < low { low } else { x };
        let z = if z > high { high } else { z };
        let square = z * z;
        let u = z * square.mul_add(T::from_f64(SLOPE * CUBIC), T::from_f64(SLOPE));
        let slope = square.mul_add(T::from_f64(3.0 * SLOPE * CUBIC), T::from_f64(SLOPE));
        let gap = (-two * u.abs()).exp_m1();
        let magnitude = -gap / (two + gap);
        let t = if u < T::ZERO { -magnitude } else { magnitude };
        let y = half * x;
        let flat = (-t).mul_add(t, T::ONE);
        let derivative = (half * z * flat).mul_add(slope, half * (T::ONE + t));
        (y.mul_add(t, y), derivative)
    }
}

impl<T: Element> Graph<T> {
    /// Records the tanh form of GELU: y = x (1 + t) / 2 with t = tanh u and
    /// u = sqrt(2 / pi) (x + 0.044715 x^3) (PyTorch's `gelu` with `approximate="tanh"`).
    ///
    /// The derivative is (1 + t) / 2 + x (1 - t^2) u' / 2. t comes from e^(-2|u|) - 1, which in f32
    /// is -1 beyond |u| = 8.6643 (12.5 ln 2): the derivative is exactly 0 up to -5.061381, as it
    /// is with PyTorch's vectorized code on a CPU; its true value there is -6e-7.
    ///
    /// `input` is (N, ..., C), the output alike.
    ///
    /// # Errors
    /// [`TensorError::Rank`] if the input has no axis of filters, [`TensorError::Instructions`].
    pub fn gelu_tanh(&mut self, input: NodeId) -> Result<NodeId, TensorError> {
        self.pointwise("gelu_tanh", input, GeluTanh)
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::{Graph, NodeId};
    use crate::ops::pointwise::tests::{agree, check, compare, dead_up_to, evaluate, pinned};

    fn record<T: crate::Element>(graph: &mut Graph<T>, x: NodeId) -> NodeId {
        graph.gelu_tanh(x).unwrap()
    }

    // golden/pointwise.py gelu approximate=tanh
    const PYTORCH: [[f64; 3]; 12] = [
        [-12.0, -0.0, 0.0],
        [-6.5, -6.278_311_204_255_26e-13, -6.583_528_748_372_494e-12],
        [
            -3.0,
            -0.003_637_392_081_772_994_3,
            -0.011_584_166_630_969_648,
        ],
        [-1.5, -0.100_428_423_019_767_07, -0.127_710_793_151_433_08],
        [-0.75, -0.170_039_444_834_379_66, 0.001_061_743_862_585_618],
        [-0.1, -0.046_017_248_954_564_84, 0.420_478_210_728_243_3],
        [0.0, 0.0, 0.5],
        [0.2, 0.115_851_429_782_106_27, 0.657_458_149_195_699_6],
        [1.0, 0.841_191_990_608_276_8, 1.082_964_083_845_782_6],
        [2.5, 2.484_915_733_910_001, 1.037_951_576_212_666],
        [3.0, 2.996_362_607_918_227, 1.011_584_166_630_969_5],
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
        pinned(record, "d8915cbeef471845");
    }

    #[test]
    fn f32_is_f64_rounded() {
        assert!(agree(record, record) < 2e-6);
    }

    #[test]
    fn is_nearly_the_exact_form() {
        let at: Vec<f32> = (-800..=800).map(|k| k as f32 * 0.01).collect();
        let (values, derivatives) = evaluate(record, &at);
        let (exact, exact_derivatives) = evaluate(|graph, x| graph.gelu(x).unwrap(), &at);
        // The approximation's own largest errors are 4.7e-4 and 9.0e-4.
        let largest = |a: &[f32], b: &[f32]| {
            let pairs = a.iter().zip(b);
            pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
        };
        let (value, derivative) = (
            largest(&values, &exact),
            largest(&derivatives, &exact_derivatives),
        );
        assert!((4e-4..5e-4).contains(&value), "{value}");
        assert!((5e-4..1.5e-3).contains(&derivative), "{derivative}");
    }

    #[test]
    fn is_dead_below_minus_five() {
        dead_up_to(record, -5.061_381);
    }
}
