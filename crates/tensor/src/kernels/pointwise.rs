//! Functions of one number, applied element by element.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into a loop is compiled for the loop's vectors"
)]

use std::fmt::Debug;

use pulp::{Simd, WithSimd};

use crate::kernels::Element;
use crate::kernels::simd::{Instructions, Kernel};

/// A differentiable function of one number.
pub trait Function<T>: Copy + Debug + Send + 'static {
    /// f(x) and f'(x), as one fixed sequence of operations.
    fn value_and_derivative(self, x: T) -> (T, T);
}

/// y = f(x) and d = f'(x).
///
/// Each lane of a vector runs the same sequence of exactly rounded operations as a plain loop: the
/// bits do not depend on the instructions.
pub fn forward<T: Element>(
    instructions: Instructions,
    function: impl Function<T>,
    input: &[T],
    output: &mut [T],
    derivative: &mut [T],
) {
    instructions.run(Forward {
        function,
        input,
        output,
        derivative,
    });
}

struct Forward<'a, T, F> {
    function: F,
    input: &'a [T],
    output: &'a mut [T],
    derivative: &'a mut [T],
}

impl<T: Element, F: Function<T>> WithSimd for Forward<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        // The compiler makes the vectors.
        self.plain();
    }
}

impl<T: Element, F: Function<T>> Kernel for Forward<'_, T, F> {
    #[inline(always)]
    fn plain(self) {
        let outputs = self.output.iter_mut().zip(self.derivative);
        for ((y, d), &x) in outputs.zip(self.input) {
            (*y, *d) = self.function.value_and_derivative(x);
        }
    }
}

/// dL/dx += dL/dy f'(x).
pub fn backward<T: Element>(derivative: &[T], grad_output: &[T], grad_input: &mut [T]) {
    for ((dx, &dy), &d) in grad_input.iter_mut().zip(grad_output).zip(derivative) {
        *dx += dy * d;
    }
}

#[cfg(test)]
mod tests {
    use super::{Function, forward};
    use crate::kernels::simd::Instructions;

    /// All of the elementary functions at once.
    #[derive(Clone, Copy, Debug)]
    struct Everything;

    impl Function<f32> for Everything {
        #[inline(always)]
        fn value_and_derivative(self, x: f32) -> (f32, f32) {
            use crate::kernels::Element;
            let sum = Element::exp_fused(x) + Element::tanh(x);
            let other = Element::exp_m1(x) + Element::ln_1p(Element::exp_fused(-x.abs()));
            (sum, other + Element::erf(x))
        }
    }

    #[test]
    fn vectors_give_the_bits_of_a_plain_loop() {
        let input: Vec<f32> = (0..100_003).map(|k| (k - 50_000) as f32 * 2.1e-3).collect();
        let (mut values, mut derivatives) = (vec![0.0; input.len()], vec![0.0; input.len()]);
        for instructions in Instructions::available() {
            values.fill(f32::NAN);
            forward(
                instructions,
                Everything,
                &input,
                &mut values,
                &mut derivatives,
            );
            for ((&x, value), derivative) in input.iter().zip(&values).zip(&derivatives) {
                let (y, d) = Everything.value_and_derivative(x);
                assert!(
                    y.to_bits() == value.to_bits() && d.to_bits() == derivative.to_bits(),
                    "{x}"
                );
            }
        }
    }
}
