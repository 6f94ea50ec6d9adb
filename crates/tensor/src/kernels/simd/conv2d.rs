//! Fast versions of [`crate::kernels::conv2d`].

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::forward::{Geometry, convolve};
use super::instructions::Kernel;
use super::pack::{Unit, aligned, by_units, padded, units, vectors};
use super::scratch::Scratch;
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
        each_unit(
            simd,
            self.shape,
            self.input,
            self.weight,
            self.scratch,
            rows,
        );
    }
}

/// What is done with the sums of a unit. (A trait, as a closure would lose the instructions.)
pub trait Finish {
    /// `sums` are the vectors of `unit`, position by position; `positions` counts over all images.
    fn finish<S: Simd>(&mut self, simd: S, positions: Range<usize>, unit: Unit, sums: &mut [f32]);
}

/// Stores the sums in rows of `filters` elements, or adds them to what is there.
pub struct Rows<'a> {
    pub output: &'a mut [f32],
    pub filters: usize,
    pub add: bool,
}

impl Finish for Rows<'_> {
    #[inline(always)]
    fn finish<S: Simd>(&mut self, simd: S, positions: Range<usize>, unit: Unit, sums: &mut [f32]) {
        self.store(simd, positions, unit, vectors::<S>(sums));
    }
}

impl Rows<'_> {
    /// Stores the vectors of a unit, row by row.
    #[inline(always)]
    pub fn store<S: Simd>(&mut self, simd: S, rows: Range<usize>, unit: Unit, sums: &[S::f32s]) {
        let output = &mut self.output[rows.start * self.filters..rows.end * self.filters];
        let sums = sums.chunks_exact(unit.blocks * unit.vectors);
        for (sums, row) in sums.zip(output.chunks_exact_mut(self.filters)) {
            let (whole, rest) = S::as_mut_simd_f32s(&mut row[unit.first..][..unit.filters]);
            let last = sums[sums.len().min(whole.len() + 1) - 1];
            for (y, &sum) in whole.iter_mut().zip(sums) {
                *y = if self.add {
                    simd.add_f32s(*y, sum)
                } else {
                    sum
                };
            }
            if !rest.is_empty() {
                let old = simd.partial_load_f32s(rest);
                let new = if self.add {
                    simd.add_f32s(old, last)
                } else {
                    last
                };
                simd.partial_store_f32s(rest, new);
            }
        }
    }
}

/// Convolves every image with every unit of filters and hands the sums over.
#[inline(always)]
pub fn each_unit<S: Simd>(
    simd: S,
    shape: &Conv2dShape,
    input: &[f32],
    weight: &[f32],
    scratch: &mut Scratch,
    mut then: impl Finish,
) {
    let geometry = Geometry::new(shape);
    let lanes = S::F32_LANES;
    if scratch.tiles.is_empty() {
        scratch.tiles = tiles(shape);
    }
    let packed = aligned(
        &mut scratch.weights,
        geometry.products * padded(shape.out_channels, lanes),
    );
    by_units(weight, shape.out_channels, lanes, packed);
    let positions = shape.out_height() * shape.out_width();
    let pixels = shape.in_height * geometry.row;
    let mut first = 0;
    for images in input.chunks(IMAGES * pixels) {
        for unit in units(shape.out_channels, lanes) {
            let stride = unit.stride(lanes);
            let weights = &packed[unit.first * geometry.products..][..stride * geometry.products];
            let sums = aligned(&mut scratch.sums, positions * stride);
            for (index, image) in images.chunks_exact(pixels).enumerate() {
                convolve(simd, geometry, &scratch.tiles, image, unit, weights, sums);
                let start = first + index * positions;
                then.finish(simd, start..start + positions, unit, sums);
            }
        }
        first += images.len() / pixels * positions;
    }
}
