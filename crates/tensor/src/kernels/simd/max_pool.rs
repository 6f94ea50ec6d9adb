//! Fast version of [`crate::kernels::pool::max`].

use pulp::{Simd, WithSimd};

use super::instructions::Kernel;
use super::pack::{load, store, store_u32s};
use crate::kernels::pool::{self, PoolShape};

/// [`pool::max`].
pub struct MaxPool<'a> {
    pub shape: PoolShape,
    pub input: &'a [f32],
    pub output: &'a mut [f32],
    pub winners: &'a mut [u32],
}

impl Kernel for MaxPool<'_> {
    fn plain(self) {
        pool::max(&self.shape, self.input, self.output, self.winners);
    }
}

impl WithSimd for MaxPool<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let PoolShape {
            in_width: width,
            channels,
            size,
            stride,
            ..
        } = self.shape;
        let mut cell = 0;
        for image in 0..self.shape.images {
            let first_row = image * self.shape.in_height;
            for y in 0..self.shape.out_height() {
                for x in 0..self.shape.out_width() {
                    let corner = (first_row + y * stride) * width + x * stride;
                    for first in (0..channels).step_by(S::F32_LANES) {
                        let end = (first + S::F32_LANES).min(channels);
                        let row = |position| position * channels + first..position * channels + end;
                        let mut window =
                            Window::new(simd, load(simd, &self.input[row(corner)]), corner);
                        for left in (corner..).step_by(width).take(size) {
                            for position in left..left + size {
                                window.meet(simd, load(simd, &self.input[row(position)]), position);
                            }
                        }
                        store(simd, &mut self.output[row(cell)], window.largest);
                        store_u32s(simd, &mut self.winners[row(cell)], window.winner);
                    }
                    cell += 1;
                }
            }
        }
    }
}

/// The largest of a window so far, and where it is, of a vector of channels.
#[derive(Clone, Copy)]
pub struct Window<S: Simd> {
    pub largest: S::f32s,
    pub winner: S::u32s,
}

impl<S: Simd> Window<S> {
    /// Begins with the first of the window.
    #[inline(always)]
    pub fn new(simd: S, first: S::f32s, position: usize) -> Self {
        Self {
            largest: first,
            winner: simd.splat_u32s(position as u32),
        }
    }

    /// The next one wins if it is larger, and NaN always.
    #[inline(always)]
    pub fn meet(&mut self, simd: S, next: S::f32s, position: usize) {
        let position = simd.splat_u32s(position as u32);
        let larger = simd.less_than_f32s(self.largest, next);
        let number = simd.equal_f32s(next, next);
        self.largest = simd.select_f32s(larger, next, self.largest);
        self.largest = simd.select_f32s(number, self.largest, next);
        self.winner = simd.select_u32s(larger, position, self.winner);
        self.winner = simd.select_u32s(number, self.winner, position);
    }
}
