//! Locally connected layers: at each position a matrix product with weights of its own.

use crate::kernels::conv2d::Conv2dShape;
use crate::kernels::{Element, Workspace};

/// What a window holds, of all images of a batch, as rows of a matrix.
#[derive(Debug, Default)]
pub struct Windows<T> {
    /// (N, Kh Kw Cin): the inputs of a window, 0 on the padding.
    inputs: Vec<T>,
    /// As `inputs`, their gradients.
    grad_inputs: Vec<T>,
    /// (N, Cout): what a position gives, or its gradient.
    outputs: Vec<T>,
    /// Of the window at hand, see [`runs`].
    runs: Vec<[usize; 3]>,
}

impl<T: Element> Windows<T> {
    /// Room for batches of up to so many images.
    pub fn new(shape: &Conv2dShape) -> Self {
        let inputs = shape.images * taps(shape);
        Self {
            inputs: vec![T::ZERO; inputs],
            grad_inputs: vec![T::ZERO; inputs],
            outputs: vec![T::ZERO; shape.images * shape.out_channels],
            runs: Vec::with_capacity(shape.kernel_height),
        }
    }
}

/// Elements of a window.
fn taps(shape: &Conv2dShape) -> usize {
    shape.kernel_height * shape.kernel_width * shape.in_channels
}

/// y = x w at each position, for w (H', W', Kh, Kw, Cin, Cout): one chain over filter rows, filter
/// columns and channels, beginning with 0, the zeros of the padding among them.
pub fn forward<T: Element>(
    workspace: &mut Workspace<T>,
    windows: &mut Windows<T>,
    shape: &Conv2dShape,
    input: &[T],
    weight: &[T],
    output: &mut [T],
) {
    let features = (taps(shape), shape.out_channels);
    let (x, y) = (
        &mut windows.inputs[..shape.images * features.0],
        &mut windows.outputs[..shape.images * features.1],
    );
    for (position, weight) in weight.chunks_exact(features.0 * features.1).enumerate() {
        windows.runs.clear();
        windows.runs.extend(runs(shape, position));
        gather(shape, &windows.runs, input, x);
        T::linear_forward(workspace, features, x, weight, y);
        for (y, to) in y
            .chunks_exact(features.1)
            .zip(places(shape, position, output))
        {
            to.copy_from_slice(y);
        }
    }
}

/// dL/dw += sum over images of x dL/dy at each position: one chain, beginning with 0, whose result
/// is added. dL/dx += w dL/dy: for each position in order, and each tap of it, one chain over the
/// filters, beginning with 0, whose result is added.
pub fn backward<T: Element>(
    workspace: &mut Workspace<T>,
    windows: &mut Windows<T>,
    shape: &Conv2dShape,
    [input, weight, grad_output]: [&[T]; 3],
    [mut grad_input, mut grad_weight]: [Option<&mut [T]>; 2],
) {
    let features = (taps(shape), shape.out_channels);
    let length = features.0 * features.1;
    let (x, dx, dy) = (
        &mut windows.inputs[..shape.images * features.0],
        &mut windows.grad_inputs[..shape.images * features.0],
        &mut windows.outputs[..shape.images * features.1],
    );
    let row = shape.out_height() * shape.out_width() * features.1;
    for (position, weight) in weight.chunks_exact(length).enumerate() {
        for (dy, image) in dy
            .chunks_exact_mut(features.1)
            .zip(grad_output.chunks_exact(row))
        {
            dy.copy_from_slice(&image[position * features.1..][..features.1]);
        }
        windows.runs.clear();
        windows.runs.extend(runs(shape, position));
        if let Some(grads) = &mut grad_weight {
            gather(shape, &windows.runs, input, x);
            let own = &mut grads[position * length..(position + 1) * length];
            T::linear_backward_weight(workspace, features, x, dy, own);
        }
        if let Some(grads) = &mut grad_input {
            dx.fill(T::ZERO);
            T::linear_backward_input(workspace, features, weight, dy, dx);
            scatter(shape, &windows.runs, dx, grads);
        }
    }
}

/// The outputs of a position, image by image.
fn places<'a, T>(
    shape: &Conv2dShape,
    position: usize,
    output: &'a mut [T],
) -> impl Iterator<Item = &'a mut [T]> {
    let filters = shape.out_channels;
    let row = shape.out_height() * shape.out_width() * filters;
    output
        .chunks_exact_mut(row)
        .map(move |image| &mut image[position * filters..(position + 1) * filters])
}

/// Elements that lie next to each other in a window and in an image alike: where they begin in
/// either, and how many they are. What the padding fills in is in none of them.
fn runs(shape: &Conv2dShape, position: usize) -> impl Iterator<Item = [usize; 3]> {
    let Conv2dShape {
        in_height,
        in_width,
        in_channels: channels,
        kernel_height,
        kernel_width,
        stride,
        padding,
        ..
    } = *shape;
    let corner = [position / shape.out_width(), position % shape.out_width()];
    let [top, left] = corner.map(|at| at * stride);
    // Columns of the window that lie in the image.
    let first = padding.saturating_sub(left).min(kernel_width);
    let end = (in_width + padding).saturating_sub(left).min(kernel_width);
    (0..kernel_height).filter_map(move |row| {
        let y = (top + row).checked_sub(padding)?;
        let inside = y < in_height && first < end;
        let x = (left + first).checked_sub(padding)?;
        let places = [
            (row * kernel_width + first) * channels,
            (y * in_width + x) * channels,
            (end.max(first) - first) * channels,
        ];
        inside.then_some(places)
    })
}

/// The inputs of a position's window, image by image.
fn gather<T: Element>(shape: &Conv2dShape, runs: &[[usize; 3]], input: &[T], windows: &mut [T]) {
    let image = shape.in_height * shape.in_width * shape.in_channels;
    let covered: usize = runs.iter().map(|[_, _, length]| length).sum();
    if covered < taps(shape) {
        windows.fill(T::ZERO);
    }
    let images = input.chunks_exact(image);
    for (window, input) in windows.chunks_exact_mut(taps(shape)).zip(images) {
        for &[to, from, length] in runs {
            window[to..to + length].copy_from_slice(&input[from..from + length]);
        }
    }
}

/// Adds the gradients of a position's window to those of the images.
fn scatter<T: Element>(
    shape: &Conv2dShape,
    runs: &[[usize; 3]],
    windows: &[T],
    grad_input: &mut [T],
) {
    let image = shape.in_height * shape.in_width * shape.in_channels;
    let images = grad_input.chunks_exact_mut(image);
    for (window, grads) in windows.chunks_exact(taps(shape)).zip(images) {
        for &[from, to, length] in runs {
            let own = &window[from..from + length];
            for (dx, &grad) in grads[to..to + length].iter_mut().zip(own) {
                *dx += grad;
            }
        }
    }
}
