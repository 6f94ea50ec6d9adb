//! Marks which gradients are not zero, as bits: a bit a filter, in whole words a position.

use std::any::Any;
use std::ops::Range;

use pulp::{Simd, bytemuck};

use super::pack::load_u32s;
use super::positions::Source;
use crate::kernels::pool::PoolShape;

/// Bits of a word of a mask.
pub const WORD: usize = u64::BITS as usize;

/// Marks the gradients at each position; `first` is the first one's row in the source.
#[inline(always)]
pub fn each<S: Simd>(
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
pub struct Place {
    pub image: usize,
    pub rows: Range<usize>,
    pub width: usize,
    /// Their first position in the batch.
    pub first: usize,
}

/// Marks in each window of a max-pool the gradient of the position that won.
#[inline(always)]
pub fn winning<S: Simd>(
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
                        let wins = bits(simd, simd.equal_u32s(winners, here));
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
    let zero = bits(simd, simd.equal_f32s(vector, simd.splat_f32s(0.0)));
    !zero & (u64::MAX >> (WORD - S::F32_LANES))
}

/// A mask as bits, the first lane lowest.
#[inline(always)]
fn bits<S: Simd>(simd: S, mask: S::m32s) -> u64 {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = (&simd as &dyn Any).downcast_ref::<pulp::x86::V3>() {
        return simd.avx._mm256_movemask_ps(bytemuck::cast(mask)) as u64;
    }
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
