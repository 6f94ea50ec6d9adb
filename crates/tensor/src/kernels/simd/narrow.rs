//! Gradients of the weights for images of few channels, and of biases: lanes are filters.

use pulp::Simd;

use super::events::{Source, through_relu};
use super::pack::{aligned, load, store};
use super::planes::Planes;
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
    let part = image * length..(image + 1) * length;
    let gradients = &source.grad_output[part.clone()];
    let outputs = source.rectified.map(|outputs| &outputs[part]);
    for first in (0..filters).step_by(S::F32_LANES) {
        let lanes = first..(first + S::F32_LANES).min(filters);
        let mut sum = load(simd, &grad[lanes.clone()]);
        for (row, gradients) in gradients.chunks_exact(filters).enumerate() {
            let mut gradient = load(simd, &gradients[lanes.clone()]);
            if let Some(outputs) = outputs {
                let outputs = &outputs[row * filters..][..filters];
                gradient = through_relu(simd, gradient, load(simd, &outputs[lanes.clone()]));
            }
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

/// The gradient of the weights, and of the biases unless that is empty: all taps of a row of a filter, or of a 3x3 filter, at once.
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
        let place = Place {
            shape,
            source,
            planes,
            index,
        };
        for first in (0..shape.out_channels).step_by(S::F32_LANES) {
            if shape.kernel_height == 3 && row == 3 {
                place.taps::<S, 3, 3>(simd, plane, 0, 0, first, grad);
                continue;
            }
            if shape.kernel_height == 3 && row == 9 && S::REGISTER_COUNT >= 32 {
                place.taps::<S, 3, 9>(simd, plane, 0, 0, first, grad);
                continue;
            }
            for y in 0..shape.kernel_height {
                let mut x = 0;
                while x < row {
                    x += match row - x {
                        9.. => place.taps::<S, 1, 9>(simd, plane, y, x, first, grad),
                        5.. => place.taps::<S, 1, 5>(simd, plane, y, x, first, grad),
                        3.. => place.taps::<S, 1, 3>(simd, plane, y, x, first, grad),
                        _ => place.taps::<S, 1, 1>(simd, plane, y, x, first, grad),
                    };
                }
            }
        }
    }
}

/// One image of a batch.
struct Place<'a> {
    shape: &'a Conv2dShape,
    source: &'a Source<'a, f32>,
    planes: &'a Planes,
    index: usize,
}

impl Place<'_> {
    /// The share of the image in ROWS x COLUMNS taps, beginning with (`y`, `x`), of a vector of
    /// filters. Gives COLUMNS.
    #[inline(always)]
    fn taps<S: Simd, const ROWS: usize, const COLUMNS: usize>(
        &self,
        simd: S,
        plane: &[f32],
        y: usize,
        x: usize,
        first: usize,
        grad: &mut [f32],
    ) -> usize {
        let filters = self.shape.out_channels;
        let lanes = first..(first + S::F32_LANES).min(filters);
        let in_row = self.shape.kernel_width * self.shape.in_channels;
        let at = |row, column| ((y + row) * in_row + x + column) * filters;
        let mut sums = [[simd.splat_f32s(0.0); COLUMNS]; ROWS];
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                let place = at(row, column);
                sums[row][column] = load(simd, &grad[place + lanes.start..place + lanes.end]);
            }
        }
        let length = self.planes.size - (y + ROWS - 1) * self.planes.row - x;
        let mut rows: [&[f32]; ROWS] = [&[]; ROWS];
        for (row, taps) in rows.iter_mut().enumerate() {
            *taps = &plane[(y + row) * self.planes.row + x..][..length];
        }
        for oy in 0..self.shape.out_height() {
            for ox in 0..self.shape.out_width() {
                let Some(gradient) = self.gradient(simd, oy, ox, lanes.start, lanes.end) else {
                    continue;
                };
                let window = self.planes.window(self.shape, oy, ox);
                for row in 0..ROWS {
                    let taps = &rows[row][window..window + COLUMNS];
                    for column in 0..COLUMNS {
                        let x = simd.splat_f32s(taps[column]);
                        sums[row][column] = simd.mul_add_f32s(x, gradient, sums[row][column]);
                    }
                }
            }
        }
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                let place = at(row, column);
                let grad = &mut grad[place + lanes.start..place + lanes.end];
                store(simd, grad, sums[row][column]);
            }
        }
        COLUMNS
    }

    /// dL/d(pre-activation) at one position; nothing where no window of the pool lies.
    #[inline(always)]
    fn gradient<S: Simd>(
        &self,
        simd: S,
        oy: usize,
        ox: usize,
        start: usize,
        end: usize,
    ) -> Option<S::f32s> {
        let filters = self.shape.out_channels;
        let (height, width) = (self.shape.out_height(), self.shape.out_width());
        let position = (self.index * height + oy) * width + ox;
        let row = match &self.source.pooled {
            None => position,
            Some((pool, _)) => {
                let (y, x) = (oy / pool.stride, ox / pool.stride);
                if y >= pool.out_height() || x >= pool.out_width() {
                    return None;
                }
                (self.index * pool.out_height() + y) * pool.out_width() + x
            }
        };
        let part = row * filters + start..row * filters + end;
        let mut gradient = load(simd, &self.source.grad_output[part.clone()]);
        if let Some(outputs) = self.source.rectified {
            gradient = through_relu(simd, gradient, load(simd, &outputs[part.clone()]));
        }
        if let Some((_, winners)) = self.source.pooled {
            let winners = simd.partial_load_u32s(&winners[part]);
            let wins = simd.equal_u32s(winners, simd.splat_u32s(position as u32));
            gradient = simd.select_f32s(wins, gradient, simd.splat_f32s(0.0));
        }
        Some(gradient)
    }
}
