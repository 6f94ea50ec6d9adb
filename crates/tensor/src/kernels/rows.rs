//! What is done to rows of filters, element by element: biases, ReLU, the largest pre-activation.

use crate::kernels::{Element, activation, bias};

/// One pass over rows.
pub enum Pass<'a, T> {
    /// [`activation::activity`].
    Activity {
        /// (rows, C).
        input: &'a [T],
        /// (C).
        activity: &'a mut [T],
    },
    /// [`activation::relu`].
    Relu {
        /// x.
        input: &'a [T],
        /// y.
        output: &'a mut [T],
    },
    /// [`activation::relu_backward`].
    ReluBackward {
        /// y.
        output: &'a [T],
        /// dL/dy.
        grad_output: &'a [T],
        /// dL/dx.
        grad_input: &'a mut [T],
    },
    /// [`bias::forward`].
    Bias {
        /// (rows, C).
        input: &'a [T],
        /// (C).
        bias: &'a [T],
        /// (rows, C).
        output: &'a mut [T],
    },
    /// [`bias::backward_bias`].
    BiasBackward {
        /// dL/dy, (rows, C).
        grad_output: &'a [T],
        /// dL/db, (C).
        grad_bias: &'a mut [T],
    },
    /// dL/dx += dL/dy.
    Add {
        /// dL/dy.
        grad_output: &'a [T],
        /// dL/dx.
        grad_input: &'a mut [T],
    },
}

/// Runs a pass.
pub fn run<T: Element>(pass: Pass<'_, T>) {
    match pass {
        Pass::Activity { input, activity } => activation::activity(input, activity),
        Pass::Relu { input, output } => activation::relu(input, output),
        Pass::ReluBackward {
            output,
            grad_output,
            grad_input,
        } => activation::relu_backward(output, grad_output, grad_input),
        Pass::Bias {
            input,
            bias,
            output,
        } => bias::forward(input, bias, output),
        Pass::BiasBackward {
            grad_output,
            grad_bias,
        } => bias::backward_bias(grad_output, grad_bias),
        Pass::Add {
            grad_output,
            grad_input,
        } => {
            for (dx, &dy) in grad_input.iter_mut().zip(grad_output) {
                *dx += dy;
            }
        }
    }
}
