//! Fast versions of [`crate::kernels::conv2d`].

use pulp::{Simd, WithSimd};

use super::finish::{Finish, Rows, View};
use super::forward::{Geometry, convolve};
use super::instructions::Kernel;
use super::pack::{aligned, by_units, padded, units};
use super::scratch::Scratch;
use super::sparse;
use super::tiles::tiles;
use crate::kernels::conv2d::{self, Conv2dShape};

/// Images that pass through one unit before the next is taken up.
const IMAGES: usize = 4;

/// [`conv2d::forward`].
pub struct Forward<'a> {
    pub shape: &'a Conv2dShape,
    pub input: &'a [f32],
    pub weight: &'a [f32],
    pub output: &'a mut [f32],
    pub scratch: &'a mut Scratch,
}

impl Kernel for Forward<'_> {
    fn plain(self) {
        conv2d::forward(self.shape, self.input, self.weight, self.output);
    }
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let rows = Rows {
            output: self.output,
            filters: self.shape.out_channels,
            add: false,
        };
        convolution(
            simd,
            self.shape,
            self.input,
            self.weight,
            self.scratch,
            rows,
        );
    }
}

/// Convolves every image with all filters and hands the sums over.
#[inline(always)]
pub fn convolution<S: Simd>(
    simd: S,
    shape: &Conv2dShape,
    input: &[f32],
    weight: &[f32],
    scratch: &mut Scratch,
    mut then: impl Finish,
) {
    if scratch.tiles.is_empty() {
        scratch.tiles = tiles(shape);
    }
    // Without this, zeros that the dense kernel multiplies could make a difference.
    let finite = sparse::finite(simd, weight);
    match sparse::transposed(shape, S::F32_LANES) {
        Some(back) if !finite || sparse::pays(simd, shape, &scratch.tiles, input) => {
            sparse::each_vector(simd, &back, input, weight, scratch, &mut then);
        }
        _ => each_unit(simd, shape, input, weight, !finite, scratch, &mut then),
    }
}

/// Convolves every image with every unit of filters and hands the sums over.
#[inline(always)]
fn each_unit<S: Simd>(
    simd: S,
    shape: &Conv2dShape,
    input: &[f32],
    weight: &[f32],
    skip_zeros: bool,
    scratch: &mut Scratch,
    then: &mut impl Finish,
) {
    let geometry = Geometry::new(shape, skip_zeros);
    let lanes = S::F32_LANES;
    let length = geometry.products * padded(shape.out_channels, lanes);
    let packed = aligned(&mut scratch.weights, length);
    by_units(weight, shape.out_channels, lanes, packed);
    let (height, width) = (shape.out_height(), shape.out_width());
    let pixels = shape.in_height * geometry.row;
    for (group, images) in input.chunks(IMAGES * pixels).enumerate() {
        for unit in units(shape.out_channels, lanes) {
            let stride = unit.stride(lanes);
            let weights = &packed[unit.first * geometry.products..][..stride * geometry.products];
            let sums = aligned(&mut scratch.sums, height * width * stride);
            let view = View::dense(height, width, stride / lanes);
            for (index, image) in images.chunks_exact(pixels).enumerate() {
                convolve(simd, geometry, &scratch.tiles, image, unit, weights, sums);
                then.finish(simd, group * IMAGES + index, unit, view, sums);
            }
        }
    }
}
