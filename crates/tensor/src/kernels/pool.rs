//! Windows that move over the image: largest value or mean, per channel.

use crate::kernels::Element;
use crate::kernels::activation::larger;

/// Sizes of a pooling of (N, H, W, C) images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolShape {
    /// Images N.
    pub images: usize,
    /// Height H of an input.
    pub in_height: usize,
    /// Width W of an input.
    pub in_width: usize,
    /// Channels C.
    pub channels: usize,
    /// Height and width of a window.
    pub size: usize,
    /// Step between windows, in both directions.
    pub stride: usize,
}

impl PoolShape {
    /// Height of an output: rows at the lower edge that fill no window are dropped.
    pub fn out_height(&self) -> usize {
        (self.in_height - self.size) / self.stride + 1
    }

    /// Width of an output.
    pub fn out_width(&self) -> usize {
        (self.in_width - self.size) / self.stride + 1
    }

    /// Shape of the output, (N, H', W', C).
    pub fn output(&self) -> [usize; 4] {
        [
            self.images,
            self.out_height(),
            self.out_width(),
            self.channels,
        ]
    }

    /// The same pooling of as many images as give `outputs` elements.
    #[must_use]
    pub fn with_outputs(self, outputs: usize) -> Self {
        let images = outputs / (self.out_height() * self.out_width() * self.channels);
        Self { images, ..self }
    }

    /// Calls `tap(output position, input position)` for every window and every tap of it: images,
    /// output rows, output columns, window rows, window columns in order.
    fn for_each_tap(&self, mut tap: impl FnMut(usize, usize)) {
        for image in 0..self.images {
            for oy in 0..self.out_height() {
                for ox in 0..self.out_width() {
                    let output = (image * self.out_height() + oy) * self.out_width() + ox;
                    for y in oy * self.stride..oy * self.stride + self.size {
                        let row = (image * self.in_height + y) * self.in_width;
                        for x in ox * self.stride..ox * self.stride + self.size {
                            tap(output, row + x);
                        }
                    }
                }
            }
        }
    }
}

/// y = the largest x of the window; the first wins a tie, NaN wins always.
///
/// `winners` gets the input position (image, row and column as one index) that won.
pub fn max<T: Element>(shape: &PoolShape, input: &[T], output: &mut [T], winners: &mut [u32]) {
    let c = shape.channels;
    output.fill(T::NEG_INFINITY);
    // A window that holds nothing but negative infinity has its first element as winner.
    winners.fill(u32::MAX);
    shape.for_each_tap(|position, source| {
        let output = &mut output[position * c..][..c];
        let winners = &mut winners[position * c..][..c];
        for ((y, winner), &x) in output
            .iter_mut()
            .zip(winners)
            .zip(&input[source * c..][..c])
        {
            let wins = x > *y || x.is_nan() || *winner == u32::MAX;
            *winner = if wins { source as u32 } else { *winner };
            *y = larger(*y, x);
        }
    });
}

/// dL/dx += dL/dy at the winner of each window, in the order of the windows.
pub fn max_backward<T: Element>(
    channels: usize,
    winners: &[u32],
    grad_output: &[T],
    grad_input: &mut [T],
) {
    let rows = winners
        .chunks_exact(channels)
        .zip(grad_output.chunks_exact(channels));
    for (winners, dy) in rows {
        for (channel, (&winner, &dy)) in winners.iter().zip(dy).enumerate() {
            grad_input[winner as usize * channels + channel] += dy;
        }
    }
}

/// y = mean of the window: one chain of sums over its rows and columns, then one division.
pub fn average<T: Element>(shape: &PoolShape, input: &[T], output: &mut [T]) {
    let c = shape.channels;
    output.fill(T::ZERO);
    shape.for_each_tap(|position, source| {
        let output = &mut output[position * c..][..c];
        for (y, &x) in output.iter_mut().zip(&input[source * c..][..c]) {
            *y += x;
        }
    });
    let taps = T::from_usize(shape.size * shape.size);
    for y in output {
        *y = *y / taps;
    }
}

/// dL/dx += dL/dy / taps for every window that x is in, in the order of the windows.
pub fn average_backward<T: Element>(shape: &PoolShape, grad_output: &[T], grad_input: &mut [T]) {
    let c = shape.channels;
    let taps = T::from_usize(shape.size * shape.size);
    shape.for_each_tap(|position, source| {
        let grad_input = &mut grad_input[source * c..][..c];
        for (dx, &dy) in grad_input.iter_mut().zip(&grad_output[position * c..][..c]) {
            *dx += dy / taps;
        }
    });
}

/// y = mean over all positions of an image: one chain of sums over them, then one division.
pub fn global_average<T: Element>(
    positions: usize,
    channels: usize,
    input: &[T],
    output: &mut [T],
) {
    let count = T::from_usize(positions);
    let images = input.chunks_exact(positions * channels);
    for (x, y) in images.zip(output.chunks_exact_mut(channels)) {
        y.fill(T::ZERO);
        for x in x.chunks_exact(channels) {
            for (y, &x) in y.iter_mut().zip(x) {
                *y += x;
            }
        }
        for y in y {
            *y = *y / count;
        }
    }
}

/// dL/dx += dL/dy / positions.
pub fn global_average_backward<T: Element>(
    positions: usize,
    channels: usize,
    grad_output: &[T],
    grad_input: &mut [T],
) {
    let count = T::from_usize(positions);
    let images = grad_input.chunks_exact_mut(positions * channels);
    for (dx, dy) in images.zip(grad_output.chunks_exact(channels)) {
        for dx in dx.chunks_exact_mut(channels) {
            for (dx, &dy) in dx.iter_mut().zip(dy) {
                *dx += dy / count;
            }
        }
    }
}
