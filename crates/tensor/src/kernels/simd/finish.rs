//! What becomes of the sums of a convolution: they are stored, or activated and pooled.

use std::ops::Range;

use pulp::Simd;

use super::max_pool::Window;
use super::pack::{Unit, load, store, store_u32s, vectors_mut};
use crate::kernels::pool::PoolShape;

/// Where the sums of one image lie, counted in vectors.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub height: usize,
    pub width: usize,
    pub origin: usize,
    /// From one row to the next.
    pub row: usize,
    /// From one position to the next.
    pub pixel: usize,
}

impl View {
    /// Position by position, `pixel` vectors each.
    pub const fn dense(height: usize, width: usize, pixel: usize) -> Self {
        Self {
            height,
            width,
            origin: 0,
            row: width * pixel,
            pixel,
        }
    }

    #[inline(always)]
    const fn at(&self, y: usize, x: usize) -> usize {
        self.origin + y * self.row + x * self.pixel
    }
}

/// What is done with the sums of a unit. (A trait, as a closure would lose the instructions.)
pub trait Finish {
    /// `sums` holds the vectors of `unit` at every position of an image.
    fn finish<S: Simd>(&mut self, simd: S, image: usize, unit: Unit, view: View, sums: &mut [f32]);
}

/// Stores the sums in rows of `filters` elements, or adds them to what is there.
pub struct Rows<'a> {
    pub output: &'a mut [f32],
    pub filters: usize,
    pub add: bool,
}

impl Finish for Rows<'_> {
    #[inline(always)]
    fn finish<S: Simd>(&mut self, simd: S, image: usize, unit: Unit, view: View, sums: &mut [f32]) {
        let sums = &*vectors_mut::<S>(sums);
        let count = unit.filters.div_ceil(S::F32_LANES);
        let mut position = image * view.height * view.width;
        for y in 0..view.height {
            for x in 0..view.width {
                let sums = &sums[view.at(y, x)..][..count];
                self.store(simd, position, unit, sums);
                position += 1;
            }
        }
    }
}

impl Rows<'_> {
    /// Stores the vectors of a unit in one row.
    #[inline(always)]
    pub fn store<S: Simd>(&mut self, simd: S, row: usize, unit: Unit, sums: &[S::f32s]) {
        let row = &mut self.output[row * self.filters + unit.first..][..unit.filters];
        let (whole, rest) = S::as_mut_simd_f32s(row);
        let last = sums.get(whole.len());
        for (y, &sum) in whole.iter_mut().zip(sums) {
            *y = if self.add {
                simd.add_f32s(*y, sum)
            } else {
                sum
            };
        }
        if let Some(&sum) = last.filter(|_| !rest.is_empty()) {
            let old = simd.partial_load_f32s(rest);
            let new = if self.add {
                simd.add_f32s(old, sum)
            } else {
                sum
            };
            simd.partial_store_f32s(rest, new);
        }
    }
}

/// Adds the bias, notes the largest pre-activation, rectifies and pools.
pub struct Activate<'a> {
    pub bias: &'a [f32],
    pub pool: Option<PoolShape>,
    pub output: &'a mut [f32],
    pub winners: &'a mut [u32],
    pub activity: &'a mut [f32],
}

impl Finish for Activate<'_> {
    #[inline(always)]
    fn finish<S: Simd>(&mut self, simd: S, image: usize, unit: Unit, view: View, sums: &mut [f32]) {
        let lanes = S::F32_LANES;
        let sums = vectors_mut::<S>(sums);
        for vector in 0..unit.filters.div_ceil(lanes) {
            let first = unit.first + vector * lanes;
            let filters = first..(first + lanes).min(self.bias.len());
            let view = View {
                origin: view.origin + vector,
                ..view
            };
            match self.pool {
                None => {
                    self.rectify(simd, view, filters.clone(), sums);
                    self.keep(simd, image, view, filters, sums);
                }
                Some(pool) => {
                    let tiled = pool.size == 2
                        && pool.stride == 2
                        && (view.height | view.width).is_multiple_of(2);
                    if !(tiled && self.pool_2x2(simd, image, view, filters.clone(), sums)) {
                        self.rectify(simd, view, filters.clone(), sums);
                        self.max_pool(simd, image, pool, view, filters, sums);
                    }
                }
            }
        }
    }
}

impl Activate<'_> {
    /// Bias and ReLU of a vector of filters at all positions.
    #[inline(always)]
    fn rectify<S: Simd>(
        &mut self,
        simd: S,
        view: View,
        filters: Range<usize>,
        sums: &mut [S::f32s],
    ) {
        let zero = simd.splat_f32s(0.0);
        let bias = load(simd, &self.bias[filters.clone()]);
        let mut largest = load(simd, &self.activity[filters.clone()]);
        for y in 0..view.height {
            for x in 0..view.width {
                let sum = &mut sums[view.at(y, x)];
                let x = simd.add_f32s(*sum, bias);
                largest = larger(simd, largest, x);
                *sum = simd.select_f32s(simd.less_than_or_equal_f32s(x, zero), zero, x);
            }
        }
        store(simd, &mut self.activity[filters], largest);
    }

    /// Stores a vector of filters at all positions.
    #[inline(always)]
    fn keep<S: Simd>(
        &mut self,
        simd: S,
        image: usize,
        view: View,
        filters: Range<usize>,
        sums: &[S::f32s],
    ) {
        let count = self.bias.len();
        let positions = view.height * view.width;
        let output = &mut self.output[image * positions * count..][..positions * count];
        let mut rows = output.chunks_exact_mut(count);
        for y in 0..view.height {
            for (x, row) in rows.by_ref().take(view.width).enumerate() {
                store(simd, &mut row[filters.clone()], sums[view.at(y, x)]);
            }
        }
    }

    /// As [`crate::kernels::pool::max`].
    #[inline(always)]
    fn max_pool<S: Simd>(
        &mut self,
        simd: S,
        image: usize,
        pool: PoolShape,
        view: View,
        filters: Range<usize>,
        sums: &[S::f32s],
    ) {
        let mut cell = image * pool.out_height() * pool.out_width();
        let first = image * view.height * view.width;
        for top in (0..pool.out_height()).map(|y| y * pool.stride) {
            for left in (0..pool.out_width()).map(|x| x * pool.stride) {
                let corner = first + top * view.width + left;
                let mut window = Window::new(simd, sums[view.at(top, left)], corner);
                for y in top..top + pool.size {
                    for x in left..left + pool.size {
                        let position = first + y * view.width + x;
                        window.meet(simd, sums[view.at(y, x)], position);
                    }
                }
                let Window { largest, winner } = window;
                self.keep_cell(simd, cell, filters.clone(), largest, winner);
                cell += 1;
            }
        }
    }

    /// Bias, ReLU and a max-pool that tiles the image in 2x2, all at once. Gives up where a sum is
    /// not finite. (Among sums that are not positive another one may win, but such a winner gets
    /// no gradient.)
    #[inline(always)]
    fn pool_2x2<S: Simd>(
        &mut self,
        simd: S,
        image: usize,
        view: View,
        filters: Range<usize>,
        sums: &[S::f32s],
    ) -> bool {
        let zero = simd.splat_f32s(0.0);
        let bias = load(simd, &self.bias[filters.clone()]);
        let mut largest = load(simd, &self.activity[filters.clone()]);
        let mut products = simd.mul_add_f32s(bias, zero, zero);
        let mut cell = image * view.height * view.width / 4;
        let first = image * view.height * view.width;
        for y in (0..view.height).step_by(2) {
            for x in (0..view.width).step_by(2) {
                let at = view.at(y, x);
                let position = first + y * view.width + x;
                let places = [
                    at,
                    at + view.pixel,
                    at + view.row,
                    at + view.row + view.pixel,
                ];
                let positions = [0, 1, view.width, view.width + 1];
                let mut best = simd.add_f32s(sums[places[0]], bias);
                let mut winner = simd.splat_u32s(position as u32);
                products = simd.mul_add_f32s(best, zero, products);
                for tap in 1..4 {
                    let next = simd.add_f32s(sums[places[tap]], bias);
                    products = simd.mul_add_f32s(next, zero, products);
                    let position = simd.splat_u32s((position + positions[tap]) as u32);
                    winner = simd.select_u32s(simd.less_than_f32s(best, next), position, winner);
                    best = simd.max_f32s(best, next);
                }
                largest = simd.max_f32s(largest, best);
                best = simd.max_f32s(best, zero);
                self.keep_cell(simd, cell, filters.clone(), best, winner);
                cell += 1;
            }
        }
        let finite = simd.reduce_sum_f32s(products) == 0.0;
        if finite {
            let nan = load(simd, &self.activity[filters.clone()]);
            let largest = simd.select_f32s(simd.equal_f32s(nan, nan), largest, nan);
            store(simd, &mut self.activity[filters], largest);
        }
        finite
    }

    #[inline(always)]
    fn keep_cell<S: Simd>(
        &mut self,
        simd: S,
        cell: usize,
        filters: Range<usize>,
        largest: S::f32s,
        winner: S::u32s,
    ) {
        let first = cell * self.bias.len();
        let place = first + filters.start..first + filters.end;
        store(simd, &mut self.output[place.clone()], largest);
        store_u32s(simd, &mut self.winners[place], winner);
    }
}

/// As [`crate::kernels::activation::larger`].
#[inline(always)]
fn larger<S: Simd>(simd: S, largest: S::f32s, x: S::f32s) -> S::f32s {
    let larger = simd.select_f32s(simd.less_than_f32s(largest, x), x, largest);
    simd.select_f32s(simd.equal_f32s(x, x), larger, x)
}
