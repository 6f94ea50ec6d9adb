//! Which outputs of a convolution have a gradient that is not zero, position by position.

use std::ops::Range;

use pulp::{Simd, bytemuck};

use super::pack::{load, load_u32s};
use super::scratch::lend;
use crate::kernels::conv2d::Conv2dShape;
use crate::kernels::pool::PoolShape;

/// Bits of a word of a mask.
const WORD: usize = u64::BITS as usize;

/// Where the gradient of a convolution's output comes from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a, T> {
    /// dL/dy of the op.
    pub grad_output: &'a [T],
    /// The op's output, if ReLU is part of it.
    pub rectified: Option<&'a [T]>,
    /// The max-pool that is part of it, with its winners.
    pub pooled: Option<(PoolShape, &'a [u32])>,
}

impl Source<'_, f32> {
    /// dL/d(pre-activation) of some elements of the op's output; 0 beyond the last.
    #[inline(always)]
    pub fn gradient<S: Simd>(&self, simd: S, part: Range<usize>) -> S::f32s {
        let gradient = load(simd, &self.grad_output[part.clone()]);
        match self.rectified {
            None => gradient,
            Some(outputs) => {
                let zero = simd.splat_f32s(0.0);
                let off = simd.less_than_or_equal_f32s(load(simd, &outputs[part]), zero);
                simd.select_f32s(off, zero, gradient)
            }
        }
    }
}

/// Buffers of [`Positions`].
#[derive(Debug, Default)]
pub struct Buffers {
    masks: Vec<u64>,
    starts: Vec<u32>,
    unpooled: Vec<f32>,
}

/// The positions of some rows of one image, with their gradients that are not zero.
#[derive(Clone, Copy)]
pub struct Positions<'a> {
    /// A bit a filter, in whole words a position.
    masks: &'a [u64],
    /// Where a position's gradients begin.
    starts: &'a [u32],
    gradients: &'a [f32],
    filters: usize,
    /// First row of outputs, and the one after the last.
    rows: [usize; 2],
}

impl<'a> Positions<'a> {
    /// Finds them. `rows` begin with a row of windows of the max-pool; if its windows overlap,
    /// they are all rows.
    #[inline(always)]
    pub fn find<S: Simd>(
        simd: S,
        source: &Source<'a, f32>,
        shape: &Conv2dShape,
        image: usize,
        rows: Range<usize>,
        buffers: &'a mut Buffers,
    ) -> Self {
        let (width, filters) = (shape.out_width(), shape.out_channels);
        let first = (image * shape.out_height() + rows.start) * width;
        let count = rows.len() * width;
        let masks = lend(&mut buffers.masks, count * filters.div_ceil(WORD));
        let starts = lend(&mut buffers.starts, count);
        masks.fill(0);
        // Those of positions that are in no window of the pool hold nothing, but are looked up.
        starts.fill(0);
        let mut gradients = source.grad_output;
        let ends = [rows.start, rows.end];
        match source.pooled {
            None => each(simd, source, first, filters, masks, starts),
            Some((pool, winners)) if pool.stride < pool.size => {
                let length = count * filters;
                let unpooled = lend(&mut buffers.unpooled, length);
                unpooled.fill(0.0);
                let cells = pool.out_height() * pool.out_width() * filters;
                for at in image * cells..(image + 1) * cells {
                    let off = source.rectified.is_some_and(|outputs| outputs[at] <= 0.0);
                    if !off {
                        let position = winners[at] as usize - first;
                        unpooled[position * filters + at % filters] += source.grad_output[at];
                    }
                }
                gradients = unpooled;
                let source = Source {
                    grad_output: gradients,
                    rectified: None,
                    pooled: None,
                };
                each(simd, &source, 0, filters, masks, starts);
            }
            Some((pool, winners)) => {
                let place = Place {
                    image,
                    rows,
                    width,
                    first,
                };
                winning(simd, source, (&pool, winners), &place, masks, starts);
            }
        }
        Self {
            masks,
            starts,
            gradients,
            filters,
            rows: ends,
        }
    }

    /// The rows of outputs.
    pub const fn rows(&self) -> Range<usize> {
        self.rows[0]..self.rows[1]
    }

    /// Shows them all.
    #[inline(always)]
    pub fn visit(&self, shape: &Conv2dShape, visit: &mut impl Visit) {
        let width = shape.out_width();
        for (y, first) in self.rows().zip((0..).step_by(width)) {
            for x in 0..width {
                visit.position(y, x);
                for (filter, gradient) in self.at(first + x) {
                    visit.gradient(filter, gradient);
                }
            }
        }
    }

    /// The gradients at a position that are not zero, filter by filter.
    #[inline(always)]
    pub fn at(&self, position: usize) -> Gradients<'a> {
        let words = self.filters.div_ceil(WORD);
        let (mask, rest) = match self.masks[position * words..][..words] {
            [mask, ref rest @ ..] => (mask, rest),
            [] => (0, &[][..]),
        };
        Gradients {
            mask,
            rest,
            word: 0,
            of_filters: &self.gradients[self.starts[position] as usize..][..self.filters],
        }
    }
}

/// Who sees each gradient on the way, position by position and filter by filter.
pub trait Visit {
    /// What follows is of the output at row `y` and column `x`.
    fn position(&mut self, y: usize, x: usize);

    /// A gradient that is not zero.
    fn gradient(&mut self, filter: usize, gradient: f32);
}

impl Visit for () {
    #[inline(always)]
    fn position(&mut self, _: usize, _: usize) {}

    #[inline(always)]
    fn gradient(&mut self, _: usize, _: f32) {}
}

/// Gradients that are not zero, each after its filter.
#[derive(Clone)]
pub struct Gradients<'a> {
    mask: u64,
    rest: &'a [u64],
    /// The first filter of `mask`.
    word: usize,
    of_filters: &'a [f32],
}

impl Iterator for Gradients<'_> {
    type Item = (usize, f32);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        while self.mask == 0 {
            let (&mask, rest) = self.rest.split_first()?;
            (self.mask, self.rest) = (mask, rest);
            self.word += WORD;
        }
        let filter = self.word + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        Some((filter, self.of_filters[filter]))
    }
}

/// Marks the gradients at each position; `first` is the first one's row in the source.
#[inline(always)]
fn each<S: Simd>(
    simd: S,
    source: &Source<'_, f32>,
    first: usize,
    filters: usize,
    masks: &mut [u64],
    starts: &mut [u32],
) {
    let masks = masks.chunks_exact_mut(filters.div_ceil(WORD));
    for (position, (mask, to)) in masks.zip(starts).enumerate() {
        let start = (first + position) * filters;
        *to = start as u32;
        for filter in (0..filters).step_by(S::F32_LANES) {
            let end = (filter + S::F32_LANES).min(filters);
            let gradient = source.gradient(simd, start + filter..start + end);
            mask[filter / WORD] |= nonzero(simd, gradient) << (filter % WORD);
        }
    }
}

/// Some rows of outputs of an image, before the max-pool.
struct Place {
    image: usize,
    rows: Range<usize>,
    width: usize,
    /// Their first position in the batch.
    first: usize,
}

/// Marks in each window of a max-pool the gradient of the position that won.
#[inline(always)]
fn winning<S: Simd>(
    simd: S,
    source: &Source<'_, f32>,
    (pool, winners): (&PoolShape, &[u32]),
    place: &Place,
    masks: &mut [u64],
    starts: &mut [u32],
) {
    let filters = pool.channels;
    let words = filters.div_ceil(WORD);
    let windows =
        place.rows.start / pool.stride..place.rows.end.div_ceil(pool.stride).min(pool.out_height());
    let top = |y: usize| y * pool.stride - place.rows.start;
    for y in windows {
        for x in 0..pool.out_width() {
            let cell = (place.image * pool.out_height() + y) * pool.out_width() + x;
            let corner = top(y) * place.width + x * pool.stride;
            for filter in (0..filters).step_by(S::F32_LANES) {
                let part =
                    cell * filters + filter..cell * filters + (filter + S::F32_LANES).min(filters);
                let winners = load_u32s(simd, &winners[part.clone()]);
                let on = nonzero(simd, source.gradient(simd, part));
                for row in 0..pool.size {
                    for column in 0..pool.size {
                        let position = corner + row * place.width + column;
                        let here = simd.splat_u32s((place.first + position) as u32);
                        let wins = bits::<S>(simd.equal_u32s(winners, here));
                        let mask = &mut masks[position * words + filter / WORD];
                        *mask |= (on & wins) << (filter % WORD);
                        starts[position] = (cell * filters) as u32;
                    }
                }
            }
        }
    }
}

/// The lanes that are not zero, as bits.
#[inline(always)]
fn nonzero<S: Simd>(simd: S, vector: S::f32s) -> u64 {
    let zero = bits::<S>(simd.equal_f32s(vector, simd.splat_f32s(0.0)));
    !zero & (u64::MAX >> (WORD - S::F32_LANES))
}

/// A mask as bits, the first lane lowest.
#[inline(always)]
fn bits<S: Simd>(mask: S::m32s) -> u64 {
    let bytes = bytemuck::bytes_of(&mask);
    match bytes {
        // A register of bits.
        &[low, high] if S::F32_LANES == 16 => u64::from(u16::from_le_bytes([low, high])),
        // Lanes that are all ones or all zeros.
        _ => {
            let lanes = bytes.chunks_exact(bytes.len() / S::F32_LANES).enumerate();
            lanes.fold(0, |bits, (lane, bytes)| {
                bits | u64::from(bytes[0] & 1) << lane
            })
        }
    }
}
