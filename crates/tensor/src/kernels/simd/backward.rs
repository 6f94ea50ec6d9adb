//! The backward pass of a convolution, with ReLU and max-pool where they are part of it.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::events::{Event, Events};
use super::gradients;
use super::instructions::Kernel;
use super::narrow;
use super::pack::{aligned, all_zero, vectors, vectors_mut};
use super::planes::Planes;
use super::positions::{Positions, Source};
use super::scratch::Scratch;
use crate::kernels::conv_block;
use crate::kernels::conv2d::Conv2dShape;

/// Elements of a plane that are worked on before the next plane is, so that they stay in the
/// cache of the first level.
const CACHED: usize = 4096;

/// [`conv_block::backward`].
pub struct Backward<'a> {
    pub shape: &'a Conv2dShape,
    pub source: Source<'a, f32>,
    pub input: &'a [f32],
    pub weight: &'a [f32],
    pub grads: [Option<&'a mut [f32]>; 3],
    pub scratch: &'a mut Scratch,
    pub plain: &'a mut Vec<f32>,
}

impl Kernel for Backward<'_> {
    fn plain(self) {
        let Self {
            shape,
            source,
            input,
            weight,
            grads,
            plain,
            ..
        } = self;
        conv_block::backward(shape, source, input, weight, grads, plain);
    }
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let [grad_input, mut grad_weight, grad_bias] = self.grads;
        let (shape, source, scratch) = (self.shape, &self.source, self.scratch);
        let grad_bias = grad_bias.unwrap_or_default();
        let planes = Planes::compact(shape, S::F32_LANES);
        if grad_input.is_none()
            && narrow::applies(simd, source, &planes, self.input)
            && let Some(grad) = grad_weight.take()
        {
            let grads = [grad, grad_bias];
            narrow::weight(simd, shape, source, &planes, self.input, grads, scratch);
            return;
        }
        let mut to_input =
            grad_input.map(|grad| ToInput::new::<S>(shape, self.weight, grad, scratch));
        let group = Group::new(shape, source, planes);
        if let Some(grad) = &grad_weight {
            group.begin(simd, shape, grad, scratch);
        }
        let pixels = shape.in_height * shape.in_width * shape.in_channels;
        let last = shape.images - 1;
        let mut buffers = std::mem::take(&mut scratch.positions);
        for (index, image) in self.input.chunks_exact(pixels).enumerate() {
            let slot = index % group.images;
            if !grad_bias.is_empty() {
                narrow::bias(simd, shape, source, index, grad_bias);
            }
            if grad_weight.is_some() {
                group.fill(simd, shape, image, slot, scratch);
            }
            if let Some(to_input) = &mut to_input {
                to_input.begin(simd, shape, index, scratch);
            }
            for start in (0..shape.out_height()).step_by(group.rows) {
                let rows = start..(start + group.rows).min(shape.out_height());
                let found = Positions::find(simd, source, shape, index, rows.clone(), &mut buffers);
                if let Some(to_input) = &to_input {
                    to_input.rows(simd, shape, rows.clone(), found, scratch);
                }
                if grad_weight.is_some() {
                    group.collect(shape, slot, rows, found, scratch);
                    if group.images == 1 || slot + 1 == group.images || index == last {
                        group.sum(simd, shape, scratch);
                    }
                }
            }
            if let Some(to_input) = &mut to_input {
                to_input.end(simd, shape, index, scratch);
            }
        }
        scratch.positions = buffers;
        if let Some(grad) = grad_weight {
            group.end::<S>(shape, grad, scratch);
        }
    }
}

/// Where an image lies in the input.
fn image(shape: &Conv2dShape, index: usize) -> Range<usize> {
    let pixels = shape.in_height * shape.in_width * shape.in_channels;
    index * pixels..(index + 1) * pixels
}

/// The gradient of the input.
struct ToInput<'a> {
    grad: &'a mut [f32],
    planes: Planes,
    /// Elements of a plane's weights.
    weights: usize,
}

impl<'a> ToInput<'a> {
    /// Packs the weights: plane by plane, filter by filter, tap by tap a vector of channels.
    #[inline(always)]
    fn new<S: Simd>(
        shape: &Conv2dShape,
        weight: &[f32],
        grad: &'a mut [f32],
        scratch: &mut Scratch,
    ) -> Self {
        let planes = Planes::of_vectors(shape, S::F32_LANES);
        let weights = planes.window_length(shape, S::F32_LANES) * shape.out_channels;
        let packed = aligned(&mut scratch.weights, planes.count * weights);
        packed.fill(0.0);
        planes.each_weight(shape, S::F32_LANES, |at, index| packed[at] = weight[index]);
        Self {
            grad,
            planes,
            weights,
        }
    }

    /// Loads what the image's gradient holds already.
    #[inline(always)]
    fn begin<S: Simd>(
        &mut self,
        simd: S,
        shape: &Conv2dShape,
        index: usize,
        scratch: &mut Scratch,
    ) {
        let length = self.planes.count * self.planes.size;
        let planes = aligned(&mut scratch.grad_planes, length);
        let grad = &self.grad[image(shape, index)];
        self.planes
            .fill(simd, shape, grad, planes, self.planes.size);
    }

    /// Adds the share of some rows of outputs.
    #[inline(always)]
    fn rows<S: Simd>(
        &self,
        simd: S,
        shape: &Conv2dShape,
        rows: Range<usize>,
        found: Positions<'_>,
        scratch: &mut Scratch,
    ) {
        let length = self.planes.count * self.planes.size;
        let planes = aligned(&mut scratch.grad_planes, length).chunks_exact_mut(self.planes.size);
        let packed = aligned(&mut scratch.weights, self.planes.count * self.weights);
        for (plane, weights) in planes.zip(packed.chunks_exact(self.weights)) {
            let weights = vectors::<S>(weights);
            let rows = rows.clone();
            gradients::input_image(simd, shape, &self.planes, rows, found, weights, plane);
        }
    }

    /// Stores the image's gradient.
    #[inline(always)]
    fn end<S: Simd>(&mut self, simd: S, shape: &Conv2dShape, index: usize, scratch: &mut Scratch) {
        let length = self.planes.count * self.planes.size;
        let planes = aligned(&mut scratch.grad_planes, length);
        let grad = &mut self.grad[image(shape, index)];
        self.planes.read(simd, shape, planes, grad);
    }
}

/// The gradient of the weights: a few images, or rows of one, at a time.
struct Group {
    planes: Planes,
    images: usize,
    rows: usize,
}

impl Group {
    fn new(shape: &Conv2dShape, source: &Source<'_, f32>, planes: Planes) -> Self {
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
    const fn spacing(&self) -> usize {
        self.images * self.planes.size
    }

    fn clear(&self, shape: &Conv2dShape, list: &mut Events) {
        let positions = self.images * self.rows * shape.out_width();
        list.clear(shape.out_channels, positions);
    }

    /// Elements of all sums.
    const fn sums(&self, shape: &Conv2dShape, lanes: usize) -> usize {
        self.planes.count * shape.out_channels * self.planes.window_length(shape, lanes)
    }

    /// Loads what the weights' gradient holds already.
    #[inline(always)]
    fn begin<S: Simd>(&self, simd: S, shape: &Conv2dShape, grad: &[f32], scratch: &mut Scratch) {
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
    fn fill<S: Simd>(
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
    fn collect(
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
    fn sum<S: Simd>(&self, simd: S, shape: &Conv2dShape, scratch: &mut Scratch) {
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
    fn end<S: Simd>(&self, shape: &Conv2dShape, grad: &mut [f32], scratch: &mut Scratch) {
        let lanes = S::F32_LANES;
        let sums = aligned(&mut scratch.weight_sums, self.sums(shape, lanes));
        self.planes
            .each_weight(shape, lanes, |at, index| grad[index] = sums[at]);
    }
}
