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
    use crate::ops::pointwise::tests::{agree, check, compare, dead_up_to, evaluate};

    fn record<T: crate::Element>(graph: &mut Graph<T>, x: NodeId) -> NodeId {
        graph.tanh(x).unwrap()
    }

    #[test]
    fn gradients_are_central_differences() {
        check(record);
    }

    #[test]
    fn agrees_with_pytorch() {
        compare("tanh", record);
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
