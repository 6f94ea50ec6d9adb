//! The gradient of a convolution's weights: what has a gradient is sorted by filter.

use std::ops::Range;

use pulp::Simd;

use super::events::{Event, Events};
use super::gradients;
use super::pack::{aligned, all_zero, vectors_mut};
use super::planes::Planes;
use super::positions::{Positions, Source};
use super::scratch::Scratch;
use crate::kernels::conv2d::Conv2dShape;

/// Elements of a plane that are worked on before the next plane is, so that they stay in the
/// cache of the first level.
const CACHED: usize = 4096;

/// The gradient of the weights: a few images, or rows of one, at a time.
pub struct Group {
    planes: Planes,
    /// Images that are looked at together.
    pub images: usize,
    /// Rows of outputs that are, if it is one image.
    pub rows: usize,
}

impl Group {
    pub fn new(shape: &Conv2dShape, source: &Source<'_, f32>, planes: Planes) -> Self {
        let height = shape.out_height();
        let images = (CACHED / planes.size).clamp(1, 8);
        // Rows begin with a row of windows of the pool; windows that overlap take all rows.
        let (unit, most) = match source.pooled {
            Some((pool, _)) if pool.stride < pool.size => (height, height),
            Some((pool, _)) => (pool.stride, height),
            None => (1, height),
        };
        let rows = if images > 1 || planes.size <= CACHED {
            most
        } else {
            let rows = CACHED / (planes.row * shape.stride);
            rows.next_multiple_of(unit).clamp(unit, most)
        };
        Self {
            planes,
            images,
            rows,
        }
    }

    /// Elements from a plane of an image to the next one.
    pub const fn spacing(&self) -> usize {
        self.images * self.planes.size
    }

    pub fn clear(&self, shape: &Conv2dShape, list: &mut Events) {
        let positions = self.images * self.rows * shape.out_width();
        list.clear(shape.out_channels, positions);
    }

    /// Elements of all sums.
    pub const fn sums(&self, shape: &Conv2dShape, lanes: usize) -> usize {
        self.planes.count * shape.out_channels * self.planes.window_length(shape, lanes)
    }

    /// Loads what the weights' gradient holds already.
    #[inline(always)]
    pub fn begin<S: Simd>(
        &self,
        simd: S,
        shape: &Conv2dShape,
        grad: &[f32],
        scratch: &mut Scratch,
    ) {
        self.clear(shape, &mut scratch.by_filter);
        let lanes = S::F32_LANES;
        let sums = aligned(&mut scratch.weight_sums, self.sums(shape, lanes));
        sums.fill(0.0);
        if !all_zero(simd, grad) {
            self.planes
                .each_weight(shape, lanes, |at, index| sums[at] = grad[index]);
        }
    }

    #[inline(always)]
    pub fn fill<S: Simd>(
        &self,
        simd: S,
        shape: &Conv2dShape,
        image: &[f32],
        slot: usize,
        scratch: &mut Scratch,
    ) {
        let planes = aligned(&mut scratch.planes, self.planes.count * self.spacing());
        let planes = &mut planes[slot * self.planes.size..];
        self.planes.fill(simd, shape, image, planes, self.spacing());
    }

    /// Sorts the events of some rows of an image by filter.
    #[inline(always)]
    pub fn collect(
        &self,
        shape: &Conv2dShape,
        slot: usize,
        rows: Range<usize>,
        found: Positions<'_>,
        scratch: &mut Scratch,
    ) {
        let width = shape.out_width();
        let mut open = scratch.by_filter.open();
        for (y, first) in rows.zip((0..).step_by(width)) {
            let left = slot * self.planes.size + self.planes.window(shape, y, 0);
            for x in 0..width {
                let at = (left + self.planes.window(shape, 0, x)) as u32;
                for (filter, gradient) in found.at(first + x) {
                    open.add(filter, Event { at, gradient });
                }
            }
        }
    }

    /// Adds the share of the collected events.
    #[inline(always)]
    pub fn sum<S: Simd>(&self, simd: S, shape: &Conv2dShape, scratch: &mut Scratch) {
        let lanes = S::F32_LANES;
        let planes = aligned(&mut scratch.planes, self.planes.count * self.spacing());
        let sums = aligned(&mut scratch.weight_sums, self.sums(shape, lanes));
        let window = (shape.kernel_height, self.planes.columns);
        let length = self.planes.window_length(shape, lanes);
        let mut sums = vectors_mut::<S>(sums).chunks_exact_mut(length / lanes);
        for plane in planes.chunks_exact(self.spacing()) {
            for filter in 0..shape.out_channels {
                let Some(sums) = sums.next() else { return };
                let events = scratch.by_filter.of(filter);
                gradients::weight(simd, plane, self.planes.row, window, events, sums);
            }
        }
        self.clear(shape, &mut scratch.by_filter);
    }

    /// Stores the weights' gradient.
    #[inline(always)]
    pub fn end<S: Simd>(&self, shape: &Conv2dShape, grad: &mut [f32], scratch: &mut Scratch) {
        let lanes = S::F32_LANES;
        let sums = aligned(&mut scratch.weight_sums, self.sums(shape, lanes));
        self.planes
            .each_weight(shape, lanes, |at, index| grad[index] = sums[at]);
    }
}
