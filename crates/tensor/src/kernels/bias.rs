//! One number per filter, added at every position.

use crate::kernels::Element;

/// y = x + b, with b along the last axis.
pub fn forward<T: Element>(input: &[T], bias: &[T], output: &mut [T]) {
    let rows = input.chunks_exact(bias.len());
    for (x, y) in rows.zip(output.chunks_exact_mut(bias.len())) {
        for ((y, &x), &b) in y.iter_mut().zip(x).zip(bias) {
            *y = x + b;
        }
    }
}

/// dL/db += dL/dy over all images and positions, one chain of sums in their order.
pub fn backward_bias<T: Element>(grad_output: &[T], grad_bias: &mut [T]) {
    for dy in grad_output.chunks_exact(grad_bias.len()) {
        for (db, &dy) in grad_bias.iter_mut().zip(dy) {
            *db += dy;
        }
    }
}
