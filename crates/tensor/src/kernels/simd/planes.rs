//! Images with their padding, a vector of channels after the other.
//!
//! A plane holds as many channels as a vector has lanes, pixel by pixel. Images of few channels
//! lie in one plane as they are, so that a vector reads several taps of a row at once.

use pulp::Simd;

use super::pack::{vectors, vectors_mut};
use crate::kernels::conv2d::Conv2dShape;

/// Where things lie in padded planes.
#[derive(Clone, Copy, Debug)]
pub struct Planes {
    /// Planes of an image.
    pub count: usize,
    /// Elements of a pixel.
    pub pixel: usize,
    /// Elements of a row.
    pub row: usize,
    /// Elements of a plane, and some beyond that a vector may read.
    pub size: usize,
    /// Vectors that a row of a filter reads.
    pub columns: usize,
}

impl Planes {
    /// Planes of whole vectors.
    pub const fn of_vectors(shape: &Conv2dShape, lanes: usize) -> Self {
        Self::new(
            shape,
            shape.in_channels.div_ceil(lanes),
            lanes,
            shape.kernel_width,
            lanes,
        )
    }

    /// One plane as the image is, if that takes fewer vectors; else planes of vectors.
    pub const fn compact(shape: &Conv2dShape, lanes: usize) -> Self {
        let columns = (shape.kernel_width * shape.in_channels).div_ceil(lanes);
        if columns < shape.kernel_width && shape.in_channels < lanes {
            Self::new(shape, 1, shape.in_channels, columns, lanes)
        } else {
            Self::of_vectors(shape, lanes)
        }
    }

    const fn new(
        shape: &Conv2dShape,
        count: usize,
        pixel: usize,
        columns: usize,
        lanes: usize,
    ) -> Self {
        let row = (shape.in_width + 2 * shape.padding) * pixel;
        let rows = shape.in_height + 2 * shape.padding;
        Self {
            count,
            pixel,
            row,
            size: (rows * row + lanes).next_multiple_of(lanes),
            columns,
        }
    }

    /// Whether channels are padded to whole vectors.
    const fn by_vectors(&self, lanes: usize) -> bool {
        self.pixel == lanes
    }

    /// Where the window of an output begins in a plane.
    pub const fn window(&self, shape: &Conv2dShape, y: usize, x: usize) -> usize {
        shape.stride * (y * self.row + x * self.pixel)
    }

    /// Elements of the vectors of a window.
    pub const fn window_length(&self, shape: &Conv2dShape, lanes: usize) -> usize {
        shape.kernel_height * self.columns * lanes
    }

    /// Calls `pair(place, index)` for every weight: its place when the weights lie plane by plane,
    /// filter by filter, row by row in vectors, and its index in (Kh, Kw, Cin, Cout).
    #[inline(always)]
    pub fn each_weight(
        &self,
        shape: &Conv2dShape,
        lanes: usize,
        mut pair: impl FnMut(usize, usize),
    ) {
        let (channels, filters) = (shape.in_channels, shape.out_channels);
        let window = self.window_length(shape, lanes);
        for y in 0..shape.kernel_height {
            for x in 0..shape.kernel_width {
                let in_window = y * self.columns * lanes + x * self.pixel;
                let tap = (y * shape.kernel_width + x) * channels;
                for plane in 0..self.count {
                    let first = plane * self.pixel;
                    let count = self.pixel.min(channels - first);
                    for filter in 0..filters {
                        let at = (plane * filters + filter) * window + in_window;
                        let index = (tap + first) * filters + filter;
                        for lane in 0..count {
                            pair(at + lane, index + lane * filters);
                        }
                    }
                }
            }
        }
    }

    /// Where the first pixel that is not padding lies.
    const fn origin(&self, shape: &Conv2dShape) -> usize {
        shape.padding * (self.row + self.pixel)
    }

    /// Copies an image into its planes, which are `spacing` elements apart. The padding stays.
    #[inline(always)]
    pub fn fill<S: Simd>(
        &self,
        simd: S,
        shape: &Conv2dShape,
        image: &[f32],
        planes: &mut [f32],
        spacing: usize,
    ) {
        let (channels, width) = (shape.in_channels, shape.in_width);
        let origin = self.origin(shape);
        if !self.by_vectors(S::F32_LANES) {
            let rows = image.chunks_exact(width * channels);
            for (y, row) in rows.enumerate() {
                planes[origin + y * self.row..][..row.len()].copy_from_slice(row);
            }
            return;
        }
        for plane in 0..self.count {
            let first = plane * self.pixel;
            let lanes = self.pixel.min(channels - first);
            for y in 0..shape.in_height {
                let start = plane * spacing + origin + y * self.row;
                let to = vectors_mut::<S>(&mut planes[start..][..width * self.pixel]);
                let from = image[y * width * channels..][..width * channels].chunks_exact(channels);
                for (to, from) in to.iter_mut().zip(from) {
                    let from = &from[first..][..lanes];
                    *to = match vectors::<S>(from).first() {
                        Some(&vector) => vector,
                        None => simd.partial_load_f32s(from),
                    };
                }
            }
        }
    }

    /// Copies planes of vectors back into an image.
    #[inline(always)]
    pub fn read<S: Simd>(&self, simd: S, shape: &Conv2dShape, planes: &[f32], image: &mut [f32]) {
        let (channels, width) = (shape.in_channels, shape.in_width);
        let origin = self.origin(shape);
        for plane in 0..self.count {
            let first = plane * self.pixel;
            let lanes = self.pixel.min(channels - first);
            for y in 0..shape.in_height {
                let start = plane * self.size + origin + y * self.row;
                let from = vectors::<S>(&planes[start..][..width * self.pixel]);
                let to =
                    image[y * width * channels..][..width * channels].chunks_exact_mut(channels);
                for (to, &from) in to.zip(from) {
                    let to = &mut to[first..][..lanes];
                    if to.len() == S::F32_LANES {
                        vectors_mut::<S>(to)[0] = from;
                    } else {
                        simd.partial_store_f32s(to, from);
                    }
                }
            }
        }
    }
}
