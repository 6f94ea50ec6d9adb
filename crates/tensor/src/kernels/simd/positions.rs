//! Which outputs of a convolution have a gradient that is not zero, position by position.

use std::ops::Range;

use pulp::Simd;

use super::marks::{Place, WORD, each, winning};
use super::pack::load;
use super::scratch::lend;
use crate::kernels::conv2d::Conv2dShape;
use crate::kernels::pool::PoolShape;

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
