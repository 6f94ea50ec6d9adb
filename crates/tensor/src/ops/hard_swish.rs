//! Hard swish.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into a loop is compiled for the loop's vectors"
)]

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::pointwise::Function;

#[derive(Clone, Copy, Debug)]
struct HardSwish;

impl<T: Element> Function<T> for HardSwish {
    #[inline(always)]
    fn value_and_derivative(self, x: T) -> (T, T) {
        let three = T::from_f64(3.0);
        if x <= -three {
            (T::ZERO, T::ZERO)
        } else if x >= three {
            (x, T::ONE)
        } else {
            let gate = (x + three) / T::from_f64(6.0);
            (x * gate, (x + T::from_f64(1.5)) / three)
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records hard swish: y = x min(max(x + 3, 0), 6) / 6, which is SiLU with straight lines
    /// (Howard et al. 2019, arXiv 1905.02244; PyTorch's `hardswish`).
    ///
    /// The derivative is 0 up to -3, 1 from 3 on and (x + 1.5) / 3 between: at the kinks that of
    /// the straight side.
    ///
    /// `input` is (N, ..., C), the output alike.
    ///
    /// # Errors
    /// [`TensorError::Rank`] if the input has no axis of filters, [`TensorError::Instructions`].
    pub fn hard_swish(&mut self, input: NodeId) -> Result<NodeId, TensorError> {
        self.pointwise("hard_swish", input, HardSwish)
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::{Graph, NodeId};
    use crate::ops::pointwise::tests::{
        agree, check, compare, dead_up_to, evaluate, mirrors, pinned,
    };

    fn record<T: crate::Element>(graph: &mut Graph<T>, x: NodeId) -> NodeId {
        graph.hard_swish(x).unwrap()
    }

    // golden/pointwise.py hardswish
    const PYTORCH: [[f64; 3]; 12] = [
        [-12.0, -0.0, 0.0],
        [-6.5, -0.0, 0.0],
        [-3.0, -0.0, 0.0],
        [-1.5, -0.375, 0.0],
        [-0.75, -0.281_25, 0.25],
        [-0.1, -0.048_333_333_333_333_33, 0.466_666_666_666_666_7],
        [0.0, 0.0, 0.5],
        [0.2, 0.106_666_666_666_666_69, 0.566_666_666_666_666_7],
        [1.0, 0.666_666_666_666_666_6, 0.833_333_333_333_333_3],
        [2.5, 2.291_666_666_666_666_5, 1.333_333_333_333_333_5],
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
        pinned(record, "231bfa972fbf2644");
    }

    #[test]
    fn f32_is_f64_rounded() {
        assert!(agree(record, record) < 3e-7);
    }

    #[test]
    fn differs_from_its_mirror_image_by_x() {
        mirrors(record, 0.001, 5e-7, 2e-7);
    }

    #[test]
    fn is_dead_from_minus_three_down() {
        dead_up_to(record, -3.0);
        assert_eq!(evaluate(record, &[3.0]), (vec![3.0], vec![1.0]));
    }
}
