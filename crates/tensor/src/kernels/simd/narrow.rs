//! Gradients of the weights for images of few channels, and of biases: lanes are filters.

use std::ops::Range;

use pulp::Simd;

use super::pack::{aligned, load, load_u32s, store, vectors, vectors_mut};
use super::planes::Planes;
use super::positions::Source;
use super::scratch::Scratch;
use super::sparse::finite;
use crate::kernels::conv2d::Conv2dShape;

/// dL/db += dL/dy where the op's output is positive, one chain over the windows of an image.
#[inline(always)]
pub fn bias<S: Simd>(
    simd: S,
    shape: &Conv2dShape,
    source: &Source<'_, f32>,
    image: usize,
    grad: &mut [f32],
) {
    let filters = grad.len();
    let length = source.grad_output.len() / shape.images;
    for first in (0..filters).step_by(S::F32_LANES) {
        let lanes = first..(first + S::F32_LANES).min(filters);
        let mut sum = load(simd, &grad[lanes.clone()]);
        for row in (image * length..(image + 1) * length).step_by(filters) {
            let gradient = source.gradient(simd, row + lanes.start..row + lanes.end);
            sum = simd.add_f32s(sum, gradient);
        }
        store(simd, &mut grad[lanes], sum);
    }
}

/// Whether [`weight`] gives what the plain loops do: gradients of 0 are not skipped here, which
/// makes a difference where they meet an infinite input.
#[inline(always)]
pub fn applies<S: Simd>(simd: S, source: &Source<'_, f32>, planes: &Planes, input: &[f32]) -> bool {
    let overlap = source
        .pooled
        .is_some_and(|(pool, _)| pool.stride < pool.size);
    if planes.pixel == S::F32_LANES || overlap {
        return false;
    }
    finite(simd, input)
}

/// The gradient of the weights, and of the biases unless that is empty: all taps of a row of a
/// filter, or of a 3x3 filter, at once.
#[inline(always)]
pub fn weight<S: Simd>(
    simd: S,
    shape: &Conv2dShape,
    source: &Source<'_, f32>,
    planes: &Planes,
    input: &[f32],
    [grad, grad_bias]: [&mut [f32]; 2],
    scratch: &mut Scratch,
) {
    let pixels = shape.in_height * shape.in_width * shape.in_channels;
    let row = shape.kernel_width * shape.in_channels;
    for (index, image) in input.chunks_exact(pixels).enumerate() {
        let plane = aligned(&mut scratch.planes, planes.size);
        planes.fill(simd, shape, image, plane, planes.size);
        if !grad_bias.is_empty() {
            bias(simd, shape, source, index, grad_bias);
        }
        for first in (0..shape.out_channels).step_by(S::F32_LANES) {
            let filters = first..(first + S::F32_LANES).min(shape.out_channels);
            let length = shape.out_height() * shape.out_width() * S::F32_LANES;
            let gradients = aligned(&mut scratch.sums, length);
            pre_activations(simd, shape, source, index, filters.clone(), gradients);
            let share = Share {
                shape,
                planes,
                gradients,
                filters,
            };
            if shape.kernel_height == 3 && row == 3 {
                share.taps::<S, 3, 3>(simd, plane, 0, 0, grad);
                continue;
            }
            if shape.kernel_height == 3 && row == 9 && S::REGISTER_COUNT >= 32 {
                share.taps::<S, 3, 9>(simd, plane, 0, 0, grad);
                continue;
            }
            for y in 0..shape.kernel_height {
                let mut x = 0;
                while x < row {
                    x += match row - x {
                        9.. => share.taps::<S, 1, 9>(simd, plane, y, x, grad),
                        5.. => share.taps::<S, 1, 5>(simd, plane, y, x, grad),
                        3.. => share.taps::<S, 1, 3>(simd, plane, y, x, grad),
                        _ => share.taps::<S, 1, 1>(simd, plane, y, x, grad),
                    };
                }
            }
        }
    }
}

/// dL/d(pre-activation) of a vector of filters at every position of an image.
#[inline(always)]
fn pre_activations<S: Simd>(
    simd: S,
    shape: &Conv2dShape,
    source: &Source<'_, f32>,
    image: usize,
    filters: Range<usize>,
    gradients: &mut [f32],
) {
    let gradients = vectors_mut::<S>(gradients);
    let row = |index: usize| {
        let start = index * shape.out_channels;
        start + filters.start..start + filters.end
    };
    let first = image * gradients.len();
    let Some((pool, winners)) = source.pooled else {
        for (position, to) in gradients.iter_mut().enumerate() {
            *to = source.gradient(simd, row(first + position));
        }
        return;
    };
    let zero = simd.splat_f32s(0.0);
    gradients.fill(zero);
    let mut cell = image * pool.out_height() * pool.out_width();
    for top in (0..pool.out_height()).map(|y| y * pool.stride) {
        for left in (0..pool.out_width()).map(|x| x * pool.stride) {
            let gradient = source.gradient(simd, row(cell));
            let winners = load_u32s(simd, &winners[row(cell)]);
            for y in top..top + pool.size {
                for x in left..left + pool.size {
                    let position = y * shape.out_width() + x;
                    let here = simd.splat_u32s((first + position) as u32);
                    let wins = simd.equal_u32s(winners, here);
                    gradients[position] = simd.select_f32s(wins, gradient, zero);
                }
            }
            cell += 1;
        }
    }
}

/// The share of an image in the weights of a vector of filters.
struct Share<'a> {
    shape: &'a Conv2dShape,
    planes: &'a Planes,
    /// dL/d(pre-activation), a vector a position.
    gradients: &'a [f32],
    filters: Range<usize>,
}

impl Share<'_> {
    /// Adds it to ROWS x COLUMNS taps, beginning with (`y`, `x`). Gives COLUMNS.
    #[inline(always)]
    fn taps<S: Simd, const ROWS: usize, const COLUMNS: usize>(
        &self,
        simd: S,
        plane: &[f32],
        y: usize,
        x: usize,
        grad: &mut [f32],
    ) -> usize {
        let in_row = self.shape.kernel_width * self.shape.in_channels;
        let place = |row, column| {
            let start = ((y + row) * in_row + x + column) * self.shape.out_channels;
            start + self.filters.start..start + self.filters.end
        };
        let mut sums = [[simd.splat_f32s(0.0); COLUMNS]; ROWS];
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                sums[row][column] = load(simd, &grad[place(row, column)]);
            }
        }
        let length = self.planes.size - (y + ROWS - 1) * self.planes.row - x;
        let mut rows: [&[f32]; ROWS] = [&[]; ROWS];
        for (row, taps) in rows.iter_mut().enumerate() {
            *taps = &plane[(y + row) * self.planes.row + x..][..length];
        }
        let step = self.shape.stride * self.planes.pixel;
        let gradients = vectors::<S>(self.gradients).chunks_exact(self.shape.out_width());
        for (oy, gradients) in gradients.enumerate() {
            let mut window = self.planes.window(self.shape, oy, 0);
            for &gradient in gradients {
                for row in 0..ROWS {
                    let taps = &rows[row][window..window + COLUMNS];
                    for column in 0..COLUMNS {
                        let x = simd.splat_f32s(taps[column]);
                        sums[row][column] = simd.mul_add_f32s(x, gradient, sums[row][column]);
                    }
                }
                window += step;
            }
        }
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                store(simd, &mut grad[place(row, column)], sums[row][column]);
            }
        }
        COLUMNS
    }
}
