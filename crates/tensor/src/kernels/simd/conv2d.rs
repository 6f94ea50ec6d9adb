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

/// The most images whose pixels share tiles, and the elements of their sums, which are to stay in
/// the cache of the first level.
const IMAGES: usize = 8;
const SUMS: usize = 4096;

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
    if scratch.tiles[0].is_empty() {
        scratch.tiles = [1, group(shape, S::F32_LANES)].map(|images| tiles(shape, images));
    }
    // Without this, zeros that the dense kernel multiplies could make a difference.
    let finite = sparse::finite(simd, weight);
    match sparse::transposed(shape, S::F32_LANES) {
        Some(back) if !finite || sparse::pays(simd, shape, &scratch.tiles[0], input) => {
            sparse::each_vector(simd, &back, input, weight, scratch, &mut then);
        }
        _ => each_unit(simd, shape, input, weight, !finite, scratch, &mut then),
    }
}

/// Images whose pixels share tiles.
fn group(shape: &Conv2dShape, lanes: usize) -> usize {
    let widest = units(shape.out_channels, lanes).map(|unit| unit.stride(lanes));
    let sums = shape.out_height() * shape.out_width() * widest.max().unwrap_or(1);
    (SUMS / sums.max(1)).clamp(1, IMAGES)
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
    let group = group(shape, lanes);
    let length = geometry.products * padded(shape.out_channels, lanes);
    let packed = aligned(&mut scratch.weights, length);
    by_units(weight, shape.out_channels, lanes, packed);
    let (height, width) = (shape.out_height(), shape.out_width());
    let pixels = shape.in_height * geometry.row;
    let [one, several] = &scratch.tiles;
    let mut first = 0;
    let mut images = input;
    while !images.is_empty() {
        let (count, tiles) = if images.len() >= group * pixels {
            (group, several)
        } else {
            (1, one)
        };
        let (own, rest) = images.split_at(count * pixels);
        for unit in units(shape.out_channels, lanes) {
            let stride = unit.stride(lanes);
            let weights = &packed[unit.first * geometry.products..][..stride * geometry.products];
            let length = height * width * stride;
            let sums = &mut aligned(&mut scratch.sums, group * length)[..count * length];
            convolve(simd, geometry, tiles, own, unit, weights, sums);
            let view = View::dense(height, width, stride / lanes);
            for (index, sums) in sums.chunks_exact_mut(length).enumerate() {
                then.finish(simd, first + index, unit, view, sums);
            }
        }
        first += count;
        images = rest;
    }
}
