//! Rectifiers, and the record of the largest pre-activation of each filter.

use crate::kernels::Element;

/// The larger of two numbers, NaN once a NaN was met.
#[inline]
pub fn larger<T: Element>(largest: T, x: T) -> T {
    if x > largest || x.is_nan() {
        x
    } else {
        largest
    }
}

/// Per filter (last axis) the largest of `input`; NaN if any is NaN.
pub fn activity<T: Element>(input: &[T], activity: &mut [T]) {
    activity.fill(T::NEG_INFINITY);
    for x in input.chunks_exact(activity.len()) {
        for (largest, &x) in activity.iter_mut().zip(x) {
            *largest = larger(*largest, x);
        }
    }
}

/// max(x, 0); NaN stays NaN.
#[inline]
pub fn rectify<T: Element>(x: T) -> T {
    if x <= T::ZERO { T::ZERO } else { x }
}

/// y = max(x, 0).
pub fn relu<T: Element>(input: &[T], output: &mut [T]) {
    for (y, &x) in output.iter_mut().zip(input) {
        *y = rectify(x);
    }
}

/// dL/dx += dL/dy where y > 0 (or is NaN); the derivative at 0 is 0.
pub fn relu_backward<T: Element>(output: &[T], grad_output: &[T], grad_input: &mut [T]) {
    for ((dx, &dy), &y) in grad_input.iter_mut().zip(grad_output).zip(output) {
        *dx += if y <= T::ZERO { T::ZERO } else { dy };
    }
}

/// y = x where x > 0, else a x, with a slope a per filter (last axis).
pub fn leaky_relu<T: Element>(input: &[T], slope: &[T], output: &mut [T]) {
    let rows = input.chunks_exact(slope.len());
    for (x, y) in rows.zip(output.chunks_exact_mut(slope.len())) {
        for ((y, &x), &a) in y.iter_mut().zip(x).zip(slope) {
            *y = if x > T::ZERO { x } else { a * x };
        }
    }
}

/// dL/dx += dL/dy where x > 0, else a dL/dy.
pub fn leaky_relu_backward<T: Element>(
    input: &[T],
    slope: &[T],
    grad_output: &[T],
    grad_input: &mut [T],
) {
    let rows = input
        .chunks_exact(slope.len())
        .zip(grad_output.chunks_exact(slope.len()));
    for ((x, dy), dx) in rows.zip(grad_input.chunks_exact_mut(slope.len())) {
        for (((dx, &dy), &x), &a) in dx.iter_mut().zip(dy).zip(x).zip(slope) {
            *dx += if x > T::ZERO { dy } else { a * dy };
        }
    }
}

/// dL/da += x dL/dy where not x > 0, over all images and positions, one chain per slope.
pub fn prelu_backward_slope<T: Element>(input: &[T], grad_output: &[T], grad_slope: &mut [T]) {
    let rows = input.chunks_exact(grad_slope.len());
    for (x, dy) in rows.zip(grad_output.chunks_exact(grad_slope.len())) {
        for ((da, &dy), &x) in grad_slope.iter_mut().zip(dy).zip(x) {
            *da += if x > T::ZERO { T::ZERO } else { x * dy };
        }
    }
}
