//! The gradient of a convolution's input: image by image, in padded planes.

use std::ops::Range;

use pulp::Simd;

use super::gradients::InputImage;
use super::instructions::apart;
use super::pack::aligned;
use super::planes::Planes;
use super::positions::{Positions, Visit};
use super::scratch::Scratch;
use crate::kernels::conv2d::Conv2dShape;

/// The gradient of the input.
pub struct ToInput<'a> {
    grad: &'a mut [f32],
    planes: Planes,
    /// Elements of a plane's weights.
    weights: usize,
}

impl<'a> ToInput<'a> {
    /// Packs the weights: plane by plane, filter by filter, tap by tap a vector of channels.
    #[inline(always)]
    pub fn new<S: Simd>(
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
    pub fn begin<S: Simd>(
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

    /// Adds the share of some rows of outputs, and shows their gradients to `visit` on the way: what
    /// it does there waits for no memory, beside the weights.
    #[inline(always)]
    pub fn rows<S: Simd>(
        &self,
        simd: S,
        shape: &Conv2dShape,
        found: Positions<'_>,
        scratch: &mut Scratch,
        visit: &mut impl Visit,
    ) {
        let length = self.planes.count * self.planes.size;
        let planes = aligned(&mut scratch.grad_planes, length).chunks_exact_mut(self.planes.size);
        let packed = aligned(&mut scratch.weights, self.planes.count * self.weights);
        let weights = packed.chunks_exact(self.weights);
        for (index, (plane, weights)) in planes.zip(weights).enumerate() {
            let image = InputImage {
                shape,
                planes: &self.planes,
                positions: found,
                weights,
                plane,
                visit: &mut (),
            };
            if index == 0 {
                apart(simd, image.seen_by(visit));
            } else {
                apart(simd, image);
            }
        }
    }

    /// Stores the image's gradient.
    #[inline(always)]
    pub fn end<S: Simd>(
        &mut self,
        simd: S,
        shape: &Conv2dShape,
        index: usize,
        scratch: &mut Scratch,
    ) {
        let length = self.planes.count * self.planes.size;
        let planes = aligned(&mut scratch.grad_planes, length);
        let grad = &mut self.grad[image(shape, index)];
        self.planes.read(simd, shape, planes, grad);
    }
}

/// Where an image lies in the input.
fn image(shape: &Conv2dShape, index: usize) -> Range<usize> {
    let pixels = shape.in_height * shape.in_width * shape.in_channels;
    index * pixels..(index + 1) * pixels
}
