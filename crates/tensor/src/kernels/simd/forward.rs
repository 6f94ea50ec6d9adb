//! The forward pass of a convolution: registers hold a tile of pixels times filters.

use pulp::{Simd, WithSimd};

use super::instructions::apart;
use super::pack::{Unit, vectors, vectors_mut};
use super::tiles::Tile;
use crate::kernels::conv2d::Conv2dShape;

/// What all tiles of a convolution share.
#[derive(Clone, Copy)]
pub struct Geometry {
    /// Elements of an image's row.
    pub row: usize,
    /// Channels of the input.
    pub channels: usize,
    /// Columns of a filter.
    pub kernel_width: usize,
    /// Taps times channels: products of one sum, padding included.
    pub products: usize,
    /// Whether an input of 0 must be skipped, which makes a difference where it would meet a
    /// weight that is infinite or NaN.
    pub skip_zeros: bool,
}

impl Geometry {
    pub const fn new(shape: &Conv2dShape, skip_zeros: bool) -> Self {
        Self {
            row: shape.in_width * shape.in_channels,
            channels: shape.in_channels,
            kernel_width: shape.kernel_width,
            products: shape.kernel_height * shape.kernel_width * shape.in_channels,
            skip_zeros,
        }
    }
}

/// Convolves the images of `tiles` with the filters of a unit; `sums` gets its vectors position by
/// position.
#[inline(always)]
pub fn convolve<S: Simd>(
    simd: S,
    geometry: Geometry,
    tiles: &[Tile],
    images: &[f32],
    unit: Unit,
    weights: &[f32],
    sums: &mut [f32],
) {
    let length = geometry.products * unit.width(S::F32_LANES);
    for tiles in tiles.chunk_by(|one, next| one.pixels == next.pixels) {
        let pixels = tiles.first().map_or(0, |tile| tile.pixels);
        // Few pixels fill the registers with two blocks.
        let together = if unit.blocks == 2 && pixels <= 3 && !geometry.skip_zeros {
            2
        } else {
            1
        };
        for block in (0..unit.blocks).step_by(together) {
            let part = Part {
                geometry,
                tiles,
                images,
                weights: &weights[block * length..][..together * length],
                blocks: unit.blocks,
                block,
                sums,
            };
            match (geometry.skip_zeros, unit.vectors, together) {
                (false, 1, _) => part.one_block::<S, 1>(simd, pixels),
                (false, _, 1) => part.one_block::<S, 2>(simd, pixels),
                (false, ..) => part.two_blocks::<S, 2>(simd, pixels),
                (true, 1, _) => apart(simd, Skipping::<1>(part)),
                (true, ..) => apart(simd, Skipping::<2>(part)),
            }
        }
    }
}

/// Tiles of as many pixels each, and the filters of one block or two.
struct Part<'a> {
    geometry: Geometry,
    tiles: &'a [Tile],
    images: &'a [f32],
    weights: &'a [f32],
    /// Blocks of a position's sums, and the first of those at hand.
    blocks: usize,
    block: usize,
    sums: &'a mut [f32],
}

impl Part<'_> {
    #[inline(always)]
    fn one_block<S: Simd, const V: usize>(self, simd: S, pixels: usize) {
        match pixels {
            1 => apart(simd, Tiles::<1, 1, V>(self)),
            2 => apart(simd, Tiles::<2, 1, V>(self)),
            3 => apart(simd, Tiles::<3, 1, V>(self)),
            4 => apart(simd, Tiles::<4, 1, V>(self)),
            5 => apart(simd, Tiles::<5, 1, V>(self)),
            _ => apart(simd, Tiles::<6, 1, V>(self)),
        }
    }

    #[inline(always)]
    fn two_blocks<S: Simd, const V: usize>(self, simd: S, pixels: usize) {
        match pixels {
            1 => apart(simd, Tiles::<1, 2, V>(self)),
            2 => apart(simd, Tiles::<2, 2, V>(self)),
            _ => apart(simd, Tiles::<3, 2, V>(self)),
        }
    }
}

/// P pixels times B blocks of V vectors: P B V chains of fused multiply-adds, which the compiler
/// keeps in registers if the function holds nothing else.
struct Tiles<'a, const P: usize, const B: usize, const V: usize>(Part<'a>);

impl<const P: usize, const B: usize, const V: usize> WithSimd for Tiles<'_, P, B, V> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let part = self.0;
        let geometry = part.geometry;
        let weights = vectors::<S>(part.weights).as_chunks::<V>().0;
        let sums = vectors_mut::<S>(part.sums).as_chunks_mut::<V>().0;
        for tile in part.tiles {
            let mut chains = [[[simd.splat_f32s(0.0); V]; B]; P];
            let length = tile.columns.len() * geometry.channels;
            for (row, y) in tile.rows.clone().enumerate() {
                let mut pixels: [&[f32]; P] = [&[]; P];
                for (pixel, &input) in pixels.iter_mut().zip(&tile.inputs) {
                    *pixel = &part.images[input as usize + row * geometry.row..][..length];
                }
                let product = (y * geometry.kernel_width + tile.columns.start) * geometry.channels;
                let mut rows: [&[[S::f32s; V]]; B] = [&[]; B];
                for (b, row) in rows.iter_mut().enumerate() {
                    *row = &weights[b * geometry.products + product..][..length];
                }
                for index in 0..length {
                    let mut filters = [[simd.splat_f32s(0.0); V]; B];
                    for b in 0..B {
                        filters[b] = rows[b][index];
                    }
                    for p in 0..P {
                        let x = simd.splat_f32s(pixels[p][index]);
                        for b in 0..B {
                            for v in 0..V {
                                chains[p][b][v] =
                                    simd.mul_add_f32s(x, filters[b][v], chains[p][b][v]);
                            }
                        }
                    }
                }
            }
            for p in 0..P {
                let position = tile.outputs[p] as usize * part.blocks + part.block;
                for b in 0..B {
                    sums[position + b] = chains[p][b];
                }
            }
        }
    }
}

/// As [`Tiles`], pixel by pixel and without the inputs that are 0.
struct Skipping<'a, const V: usize>(Part<'a>);

impl<const V: usize> WithSimd for Skipping<'_, V> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let part = self.0;
        let geometry = part.geometry;
        let weights = vectors::<S>(part.weights).as_chunks::<V>().0;
        let sums = vectors_mut::<S>(part.sums).as_chunks_mut::<V>().0;
        for tile in part.tiles {
            let length = tile.columns.len() * geometry.channels;
            for (&input, &output) in tile.inputs.iter().zip(&tile.outputs).take(tile.pixels) {
                let mut chains = [simd.splat_f32s(0.0); V];
                for (row, y) in tile.rows.clone().enumerate() {
                    let first = y * geometry.kernel_width + tile.columns.start;
                    let weights = &weights[first * geometry.channels..][..length];
                    let inputs = &part.images[input as usize + row * geometry.row..][..length];
                    for (&x, weights) in inputs.iter().zip(weights) {
                        if x != 0.0 {
                            for v in 0..V {
                                let x = simd.splat_f32s(x);
                                chains[v] = simd.mul_add_f32s(x, weights[v], chains[v]);
                            }
                        }
                    }
                }
                sums[output as usize * part.blocks + part.block] = chains;
            }
        }
    }
}
