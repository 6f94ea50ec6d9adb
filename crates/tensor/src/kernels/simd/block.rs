//! Fast version of [`crate::kernels::conv_block::forward`].

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::conv2d::{Finish, each_unit};
use super::instructions::Kernel;
use super::pack::{Unit, store, vectors_mut};
use super::scratch::Scratch;
use crate::kernels::conv_block::{self, Block};
use crate::kernels::pool::PoolShape;

/// [`conv_block::forward`].
pub struct BlockForward<'a> {
    pub block: Block<'a, f32>,
    pub scratch: &'a mut Scratch,
    pub plain: &'a mut Vec<f32>,
}

impl Kernel for BlockForward<'_> {
    fn plain(self) {
        conv_block::forward(self.block, self.plain);
    }
}

impl WithSimd for BlockForward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let block = self.block;
        block.activity.fill(f32::NEG_INFINITY);
        let activate = Activate {
            bias: block.bias,
            pool: block.pool,
            output: block.output,
            winners: block.winners,
            activity: block.activity,
        };
        each_unit(
            simd,
            block.shape,
            block.input,
            block.weight,
            self.scratch,
            activate,
        );
    }
}

/// Adds the bias, notes the largest pre-activation, rectifies and pools.
struct Activate<'a> {
    bias: &'a [f32],
    pool: Option<PoolShape>,
    output: &'a mut [f32],
    winners: &'a mut [u32],
    activity: &'a mut [f32],
}

impl Finish for Activate<'_> {
    #[inline(always)]
    fn finish<S: Simd>(&mut self, simd: S, positions: Range<usize>, unit: Unit, sums: &mut [f32]) {
        let lanes = S::F32_LANES;
        let stride = unit.stride(lanes) / lanes;
        let sums = vectors_mut::<S>(sums);
        let filters = self.bias.len();
        for vector in 0..unit.filters.div_ceil(lanes) {
            let first = unit.first + vector * lanes;
            let channels = first..(first + lanes).min(filters);
            let bias = simd.partial_load_f32s(&self.bias[channels.clone()]);
            let activity = &mut self.activity[channels.clone()];
            rectify(simd, sums, stride, vector, bias, activity);
            match self.pool {
                None => {
                    let rows = self.output[positions.start * filters..positions.end * filters]
                        .chunks_exact_mut(filters);
                    for (position, row) in rows.enumerate() {
                        store(
                            simd,
                            &mut row[channels.clone()],
                            sums[position * stride + vector],
                        );
                    }
                }
                Some(pool) => {
                    self.max_pool(simd, pool, positions.start, channels, sums, stride, vector);
                }
            }
        }
    }
}

/// Bias and ReLU of one vector of filters at all positions of an image.
#[inline(always)]
fn rectify<S: Simd>(
    simd: S,
    sums: &mut [S::f32s],
    stride: usize,
    vector: usize,
    bias: S::f32s,
    activity: &mut [f32],
) {
    let zero = simd.splat_f32s(0.0);
    let mut largest = simd.partial_load_f32s(activity);
    for sums in sums.chunks_exact_mut(stride) {
        let sum = simd.add_f32s(sums[vector], bias);
        largest = larger(simd, largest, sum);
        let off = simd.less_than_or_equal_f32s(sum, zero);
        sums[vector] = simd.select_f32s(off, zero, sum);
    }
    simd.partial_store_f32s(activity, largest);
}

/// As [`crate::kernels::activation::larger`].
#[inline(always)]
fn larger<S: Simd>(simd: S, largest: S::f32s, x: S::f32s) -> S::f32s {
    let larger = simd.select_f32s(simd.less_than_f32s(largest, x), x, largest);
    simd.select_f32s(simd.equal_f32s(x, x), larger, x)
}

impl Activate<'_> {
    /// As [`crate::kernels::pool::max`], one vector of channels of one image.
    #[expect(clippy::too_many_arguments, reason = "one call site")]
    #[inline(always)]
    fn max_pool<S: Simd>(
        &mut self,
        simd: S,
        pool: PoolShape,
        first: usize,
        channels: Range<usize>,
        sums: &[S::f32s],
        stride: usize,
        vector: usize,
    ) {
        let filters = self.bias.len();
        let image = first / (pool.in_height * pool.in_width);
        let mut cell = image * pool.out_height() * pool.out_width();
        for top in (0..pool.out_height()).map(|y| y * pool.stride) {
            for left in (0..pool.out_width()).map(|x| x * pool.stride) {
                let mut largest = sums[(top * pool.in_width + left) * stride + vector];
                let mut winner = simd.splat_u32s((first + top * pool.in_width + left) as u32);
                for y in top..top + pool.size {
                    for x in left..left + pool.size {
                        let position = y * pool.in_width + x;
                        let next = sums[position * stride + vector];
                        let position = simd.splat_u32s((first + position) as u32);
                        let larger = simd.less_than_f32s(largest, next);
                        let number = simd.equal_f32s(next, next);
                        largest = simd.select_f32s(larger, next, largest);
                        largest = simd.select_f32s(number, largest, next);
                        winner = simd.select_u32s(larger, position, winner);
                        winner = simd.select_u32s(number, winner, position);
                    }
                }
                let place = cell * filters + channels.start..cell * filters + channels.end;
                store(simd, &mut self.output[place.clone()], largest);
                let winners = &mut self.winners[place];
                match S::as_mut_simd_u32s(winners).0.first_mut() {
                    Some(to) => *to = winner,
                    None => simd.partial_store_u32s(winners, winner),
                }
                cell += 1;
            }
        }
    }
}
