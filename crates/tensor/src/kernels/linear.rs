//! Matrix products of a fully connected layer.

use crate::kernels::Element;

/// y = x w for x (N, in), w (in, out): one chain over the inputs, beginning with 0.
pub fn forward<T: Element>(features: (usize, usize), input: &[T], weight: &[T], output: &mut [T]) {
    let (inputs, outputs) = features;
    output.fill(T::ZERO);
    for (x, y) in input
        .chunks_exact(inputs)
        .zip(output.chunks_exact_mut(outputs))
    {
        for (&x, weight) in x.iter().zip(weight.chunks_exact(outputs)) {
            for (y, &w) in y.iter_mut().zip(weight) {
                *y = x.mul_add(w, *y);
            }
        }
    }
}

/// dL/dw += sum over images of x dL/dy: one chain, beginning with 0, whose result is added.
pub fn backward_weight<T: Element>(
    features: (usize, usize),
    input: &[T],
    grad_output: &[T],
    grad_weight: &mut [T],
) {
    let (inputs, outputs) = features;
    for (i, dw) in grad_weight.chunks_exact_mut(outputs).enumerate() {
        for (o, dw) in dw.iter_mut().enumerate() {
            let mut sum = T::ZERO;
            for (x, dy) in input
                .chunks_exact(inputs)
                .zip(grad_output.chunks_exact(outputs))
            {
                sum = x[i].mul_add(dy[o], sum);
            }
            *dw += sum;
        }
    }
}

/// dL/dx += sum over outputs of w dL/dy: one chain, beginning with 0, whose result is added.
pub fn backward_input<T: Element>(
    features: (usize, usize),
    weight: &[T],
    grad_output: &[T],
    grad_input: &mut [T],
) {
    let (inputs, outputs) = features;
    for (dx, dy) in grad_input
        .chunks_exact_mut(inputs)
        .zip(grad_output.chunks_exact(outputs))
    {
        for (dx, weight) in dx.iter_mut().zip(weight.chunks_exact(outputs)) {
            let mut sum = T::ZERO;
            for (&w, &dy) in weight.iter().zip(dy) {
                sum = dy.mul_add(w, sum);
            }
            *dx += sum;
        }
    }
}
