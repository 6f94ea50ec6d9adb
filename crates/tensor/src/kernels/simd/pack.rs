//! Copies of operands in the order in which vectors read them.

use pulp::Simd;

use crate::aligned::Aligned;

/// Makes `buffer` hold at least `length` elements and lends the first of them.
///
/// Allocates the first time only; then all is 0.
pub fn aligned(buffer: &mut Aligned<f32>, length: usize) -> &mut [f32] {
    if buffer.len() < length {
        buffer.clear();
        buffer.resize(length, 0.0);
    }
    &mut buffer[..length]
}

/// Vectors of a slice whose length is a multiple of the lanes.
#[inline(always)]
pub fn vectors<S: Simd>(slice: &[f32]) -> &[S::f32s] {
    S::as_simd_f32s(slice).0
}

/// Vectors of a slice whose length is a multiple of the lanes.
#[inline(always)]
pub fn vectors_mut<S: Simd>(slice: &mut [f32]) -> &mut [S::f32s] {
    S::as_mut_simd_f32s(slice).0
}

/// A vector, or as much of it as the slice has; the rest is 0.
#[inline(always)]
pub fn load<S: Simd>(simd: S, slice: &[f32]) -> S::f32s {
    match vectors::<S>(slice).first() {
        Some(&vector) => vector,
        None => simd.partial_load_f32s(slice),
    }
}

/// As [`load`].
#[inline(always)]
pub fn load_u32s<S: Simd>(simd: S, slice: &[u32]) -> S::u32s {
    match S::as_simd_u32s(slice).0.first() {
        Some(&vector) => vector,
        None => simd.partial_load_u32s(slice),
    }
}

/// Whether all numbers are 0.
#[inline(always)]
pub fn all_zero<S: Simd>(simd: S, numbers: &[f32]) -> bool {
    let (whole, rest) = S::as_simd_f32s(numbers);
    let mut bits = simd.transmute_u32s_f32s(simd.partial_load_f32s(rest));
    for &vector in whole {
        bits = simd.or_u32s(bits, simd.transmute_u32s_f32s(vector));
    }
    // A number is 0 whose bits are, but for the sign.
    let zero = simd.splat_u32s(0);
    let bits = simd.and_u32s(bits, simd.splat_u32s(u32::MAX >> 1));
    simd.first_true_m32s(simd.greater_than_u32s(bits, zero)) == S::F32_LANES
}

/// Stores a vector, or as much of it as there is room for.
#[inline(always)]
pub fn store<S: Simd>(simd: S, slice: &mut [f32], vector: S::f32s) {
    match vectors_mut::<S>(slice).first_mut() {
        Some(to) => *to = vector,
        None => simd.partial_store_f32s(slice, vector),
    }
}

/// As [`store`].
#[inline(always)]
pub fn store_u32s<S: Simd>(simd: S, slice: &mut [u32], vector: S::u32s) {
    match S::as_mut_simd_u32s(slice).0.first_mut() {
        Some(to) => *to = vector,
        None => simd.partial_store_u32s(slice, vector),
    }
}

/// Filters that are computed together: a few vectors of the output's last axis.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    /// Blocks of `vectors` vectors.
    pub blocks: usize,
    /// Vectors of a block.
    pub vectors: usize,
    /// First filter.
    pub first: usize,
    /// Filters.
    pub filters: usize,
}

impl Unit {
    /// Elements of a block's row.
    pub const fn width(self, lanes: usize) -> usize {
        self.vectors * lanes
    }

    /// Elements of a unit's row, those that only fill up the last vector included.
    pub const fn stride(self, lanes: usize) -> usize {
        self.blocks * self.vectors * lanes
    }
}

/// Cuts filters into units: four vectors as long as there are so many, then two, then one.
pub fn units(filters: usize, lanes: usize) -> impl Iterator<Item = Unit> {
    let mut first = 0;
    std::iter::from_fn(move || {
        let left = filters.saturating_sub(first);
        let (blocks, vectors) = match left.div_ceil(lanes) {
            0 => return None,
            1 => (1, 1),
            2 | 3 => (1, 2),
            _ => (2, 2),
        };
        let unit = Unit {
            blocks,
            vectors,
            first,
            filters: left.min(blocks * vectors * lanes),
        };
        first += unit.filters;
        Some(unit)
    })
}

/// Elements of a row of packed units.
pub fn padded(filters: usize, lanes: usize) -> usize {
    units(filters, lanes).map(|unit| unit.stride(lanes)).sum()
}

/// Packs a matrix of `columns` columns unit by unit and block by block, each row by row.
#[inline(always)]
pub fn by_units(matrix: &[f32], columns: usize, lanes: usize, packed: &mut [f32]) {
    let rows = matrix.len() / columns;
    for unit in units(columns, lanes) {
        let start = unit.first * rows;
        let length = unit.stride(lanes) * rows;
        let packed = &mut packed[start..start + length];
        for (block, packed) in packed
            .chunks_exact_mut(unit.width(lanes) * rows)
            .enumerate()
        {
            let first = unit.first + block * unit.width(lanes);
            let count = unit.width(lanes).min(columns - first);
            let rows = matrix.chunks_exact(columns);
            for (row, packed) in rows.zip(packed.chunks_exact_mut(unit.width(lanes))) {
                for (packed, &value) in packed.iter_mut().zip(&row[first..first + count]) {
                    *packed = value;
                }
                packed[count..].fill(0.0);
            }
        }
    }
}

/// As [`by_units`] of the transposed matrix: the units are of its rows.
#[inline(always)]
pub fn by_units_transposed(matrix: &[f32], columns: usize, lanes: usize, packed: &mut [f32]) {
    let rows = matrix.len() / columns;
    for unit in units(rows, lanes) {
        let start = unit.first * columns;
        let length = unit.stride(lanes) * columns;
        let width = unit.width(lanes);
        let packed = &mut packed[start..start + length];
        for (block, packed) in packed.chunks_exact_mut(width * columns).enumerate() {
            let first = unit.first + block * width;
            let count = width.min(rows - first);
            packed.fill(0.0);
            for lane in 0..count {
                let row = &matrix[(first + lane) * columns..][..columns];
                for (packed, &value) in packed.chunks_exact_mut(width).zip(row) {
                    packed[lane] = value;
                }
            }
        }
    }
}
