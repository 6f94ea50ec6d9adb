//! The gradient of a convolution's weights: what has a gradient is sorted by filter.

use pulp::Simd;

use super::events::{Event, Events, Open};
use super::gradients::Weight;
use super::instructions::apart;
use super::pack::{aligned, all_zero};
use super::planes::Planes;
use super::positions::{Source, Visit};
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

    /// Sorts what it sees of an image by filter.
    #[inline(always)]
    pub fn collect<'a>(
        &'a self,
        shape: &'a Conv2dShape,
        slot: usize,
        lists: &'a mut Events,
    ) -> Collect<'a> {
        Collect {
            lists: lists.open(),
            planes: self.planes,
            shape,
            first: slot * self.planes.size,
            at: 0,
        }
    }

    /// Adds the share of the collected events.
    #[inline(always)]
    pub fn sum<S: Simd>(
        &self,
        simd: S,
        shape: &Conv2dShape,
        lists: &mut Events,
        scratch: &mut Scratch,
    ) {
        let lanes = S::F32_LANES;
        let planes = aligned(&mut scratch.planes, self.planes.count * self.spacing());
        let sums = aligned(&mut scratch.weight_sums, self.sums(shape, lanes));
        let window = (shape.kernel_height, self.planes.columns);
        let length = self.planes.window_length(shape, lanes);
        let mut sums = sums.chunks_exact_mut(length);
        for plane in planes.chunks_exact(self.spacing()) {
            for filter in 0..shape.out_channels {
                let Some(sums) = sums.next() else { return };
                let events = lists.of(filter);
                let filter = Weight {
                    plane,
                    row: self.planes.row,
                    window,
                    events,
                    sums,
                };
                apart(simd, filter);
            }
        }
        self.clear(shape, lists);
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

/// The lists that [`Group::collect`] fills.
pub struct Collect<'a> {
    lists: Open<'a>,
    planes: Planes,
    shape: &'a Conv2dShape,
    /// Where the image's plane begins.
    first: usize,
    /// Where the window of the present output begins.
    at: u32,
}

impl Visit for Collect<'_> {
    #[inline(always)]
    fn position(&mut self, y: usize, x: usize) {
        self.at = (self.first + self.planes.window(self.shape, y, x)) as u32;
    }

    #[inline(always)]
    fn gradient(&mut self, filter: usize, gradient: f32) {
        let at = self.at;
        self.lists.add(filter, Event { at, gradient });
    }
}
