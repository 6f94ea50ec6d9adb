//! The forward pass of a convolution: registers hold a tile of pixels times filters.

use pulp::Simd;

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

/// Convolves one image with the filters of a unit; `sums` gets its vectors position by position.
#[inline(always)]
pub fn convolve<S: Simd>(
    simd: S,
    geometry: Geometry,
    tiles: &[Tile],
    image: &[f32],
    unit: Unit,
    weights: &[f32],
    sums: &mut [f32],
) {
    let (weights, sums) = (vectors::<S>(weights), vectors_mut::<S>(sums));
    let convolution = Convolution {
        simd,
        geometry,
        image,
        blocks: unit.blocks,
    };
    if unit.vectors == 1 {
        convolution.all(tiles, weights.as_chunks::<1>().0, sums.as_chunks_mut().0);
    } else {
        convolution.all(tiles, weights.as_chunks::<2>().0, sums.as_chunks_mut().0);
    }
}

/// One image and the filters of a unit.
struct Convolution<'a, S> {
    simd: S,
    geometry: Geometry,
    image: &'a [f32],
    blocks: usize,
}

impl<S: Simd> Convolution<'_, S> {
    #[inline(always)]
    fn all<const V: usize>(
        &self,
        tiles: &[Tile],
        weights: &[[S::f32s; V]],
        sums: &mut [[S::f32s; V]],
    ) {
        let length = self.geometry.products;
        let block = |index: usize| &weights[index * length..][..length];
        for tile in tiles {
            // Few pixels fill the registers with two blocks.
            match (self.geometry.skip_zeros, self.blocks, tile.pixels) {
                (false, 2, 1) => self.tile::<1, 2, V>(tile, [block(0), block(1)], 0, sums),
                (false, 2, 2) => self.tile::<2, 2, V>(tile, [block(0), block(1)], 0, sums),
                (false, 2, 3) => self.tile::<3, 2, V>(tile, [block(0), block(1)], 0, sums),
                (false, ..) => {
                    for index in 0..self.blocks {
                        self.one_block(tile, block(index), index, sums);
                    }
                }
                (true, ..) => {
                    for index in 0..self.blocks {
                        self.skipping(tile, block(index), index, sums);
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn one_block<const V: usize>(
        &self,
        tile: &Tile,
        weights: &[[S::f32s; V]],
        block: usize,
        sums: &mut [[S::f32s; V]],
    ) {
        match tile.pixels {
            1 => self.tile::<1, 1, V>(tile, [weights], block, sums),
            2 => self.tile::<2, 1, V>(tile, [weights], block, sums),
            3 => self.tile::<3, 1, V>(tile, [weights], block, sums),
            4 => self.tile::<4, 1, V>(tile, [weights], block, sums),
            5 => self.tile::<5, 1, V>(tile, [weights], block, sums),
            _ => self.tile::<6, 1, V>(tile, [weights], block, sums),
        }
    }

    /// P pixels times B blocks of V vectors: P B V chains of fused multiply-adds.
    #[inline(always)]
    fn tile<const P: usize, const B: usize, const V: usize>(
        &self,
        tile: &Tile,
        weights: [&[[S::f32s; V]]; B],
        block: usize,
        sums: &mut [[S::f32s; V]],
    ) {
        let (simd, geometry) = (self.simd, &self.geometry);
        let mut chains = [[[simd.splat_f32s(0.0); V]; B]; P];
        let length = tile.columns.len() * geometry.channels;
        let mut input = tile.input;
        for y in tile.rows.clone() {
            let mut pixels: [&[f32]; P] = [&[]; P];
            for (index, pixel) in pixels.iter_mut().enumerate() {
                *pixel = &self.image[input + index * tile.input_step..][..length];
            }
            let product = (y * geometry.kernel_width + tile.columns.start) * geometry.channels;
            let mut rows: [&[[S::f32s; V]]; B] = [&[]; B];
            for (row, weights) in rows.iter_mut().zip(weights) {
                *row = &weights[product..][..length];
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
                            chains[p][b][v] = simd.mul_add_f32s(x, filters[b][v], chains[p][b][v]);
                        }
                    }
                }
            }
            input += geometry.row;
        }
        for p in 0..P {
            let position = (tile.output + p * tile.output_step) * self.blocks + block;
            for b in 0..B {
                sums[position + b] = chains[p][b];
            }
        }
    }

    /// As `tile`, pixel by pixel and without the inputs that are 0.
    #[inline(always)]
    fn skipping<const V: usize>(
        &self,
        tile: &Tile,
        weights: &[[S::f32s; V]],
        block: usize,
        sums: &mut [[S::f32s; V]],
    ) {
        let length = tile.columns.len() * self.geometry.channels;
        for pixel in 0..tile.pixels {
            let mut chains = [self.simd.splat_f32s(0.0); V];
            let mut input = tile.input + pixel * tile.input_step;
            for y in tile.rows.clone() {
                let row = y * self.geometry.kernel_width + tile.columns.start;
                let weights = &weights[row * self.geometry.channels..][..length];
                for (&x, weights) in self.image[input..][..length].iter().zip(weights) {
                    if x != 0.0 {
                        for v in 0..V {
                            let x = self.simd.splat_f32s(x);
                            chains[v] = self.simd.mul_add_f32s(x, weights[v], chains[v]);
                        }
                    }
                }
                input += self.geometry.row;
            }
            let position = tile.output + pixel * tile.output_step;
            sums[position * self.blocks + block] = chains;
        }
    }
}
