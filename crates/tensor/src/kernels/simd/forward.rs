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
}

impl Geometry {
    pub const fn new(shape: &Conv2dShape) -> Self {
        Self {
            row: shape.in_width * shape.in_channels,
            channels: shape.in_channels,
            kernel_width: shape.kernel_width,
            products: shape.kernel_height * shape.kernel_width * shape.in_channels,
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
    match (unit.blocks, unit.vectors) {
        (2, _) => {
            let (weights, _) = vectors::<S>(weights).as_chunks::<2>();
            let (first, second) = weights.split_at(geometry.products);
            let (sums, _) = vectors_mut::<S>(sums).as_chunks_mut::<2>();
            for tile in tiles {
                match tile.pixels {
                    1 => {
                        run::<S, 1, 2, 2>(simd, geometry, tile, image, [first, second], sums, 2, 0);
                    }
                    2 => {
                        run::<S, 2, 2, 2>(simd, geometry, tile, image, [first, second], sums, 2, 0);
                    }
                    3 => {
                        run::<S, 3, 2, 2>(simd, geometry, tile, image, [first, second], sums, 2, 0);
                    }
                    _ => {
                        many::<S, 2>(simd, geometry, tile, image, first, sums, 2, 0);
                        many::<S, 2>(simd, geometry, tile, image, second, sums, 2, 1);
                    }
                }
            }
        }
        (_, 2) => {
            let (weights, _) = vectors::<S>(weights).as_chunks::<2>();
            let (sums, _) = vectors_mut::<S>(sums).as_chunks_mut::<2>();
            for tile in tiles {
                match tile.pixels {
                    1 => run::<S, 1, 1, 2>(simd, geometry, tile, image, [weights], sums, 1, 0),
                    2 => run::<S, 2, 1, 2>(simd, geometry, tile, image, [weights], sums, 1, 0),
                    3 => run::<S, 3, 1, 2>(simd, geometry, tile, image, [weights], sums, 1, 0),
                    _ => many::<S, 2>(simd, geometry, tile, image, weights, sums, 1, 0),
                }
            }
        }
        _ => {
            let (weights, _) = vectors::<S>(weights).as_chunks::<1>();
            let (sums, _) = vectors_mut::<S>(sums).as_chunks_mut::<1>();
            for tile in tiles {
                match tile.pixels {
                    1 => run::<S, 1, 1, 1>(simd, geometry, tile, image, [weights], sums, 1, 0),
                    2 => run::<S, 2, 1, 1>(simd, geometry, tile, image, [weights], sums, 1, 0),
                    3 => run::<S, 3, 1, 1>(simd, geometry, tile, image, [weights], sums, 1, 0),
                    _ => many::<S, 1>(simd, geometry, tile, image, weights, sums, 1, 0),
                }
            }
        }
    }
}

/// A tile of four pixels or more.
#[expect(clippy::too_many_arguments, reason = "one call site a shape")]
#[inline(always)]
fn many<S: Simd, const V: usize>(
    simd: S,
    geometry: Geometry,
    tile: &Tile,
    image: &[f32],
    weights: &[[S::f32s; V]],
    sums: &mut [[S::f32s; V]],
    stride: usize,
    block: usize,
) {
    match tile.pixels {
        4 => run::<S, 4, 1, V>(simd, geometry, tile, image, [weights], sums, stride, block),
        5 => run::<S, 5, 1, V>(simd, geometry, tile, image, [weights], sums, stride, block),
        _ => run::<S, 6, 1, V>(simd, geometry, tile, image, [weights], sums, stride, block),
    }
}

/// P pixels times B blocks of V vectors: P B V chains of fused multiply-adds.
#[expect(clippy::too_many_arguments, reason = "one call site a shape")]
#[inline(always)]
fn run<S: Simd, const P: usize, const B: usize, const V: usize>(
    simd: S,
    geometry: Geometry,
    tile: &Tile,
    image: &[f32],
    weights: [&[[S::f32s; V]]; B],
    sums: &mut [[S::f32s; V]],
    stride: usize,
    block: usize,
) {
    let mut tile_sums = [[[simd.splat_f32s(0.0); V]; B]; P];
    let length = tile.columns.len() * geometry.channels;
    let mut input = tile.input;
    let mut product =
        (tile.rows.start * geometry.kernel_width + tile.columns.start) * geometry.channels;
    for _ in tile.rows.clone() {
        let mut pixels: [&[f32]; P] = [&[]; P];
        for (index, pixel) in pixels.iter_mut().enumerate() {
            *pixel = &image[input + index * tile.input_step..][..length];
        }
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
                        tile_sums[p][b][v] =
                            simd.mul_add_f32s(x, filters[b][v], tile_sums[p][b][v]);
                    }
                }
            }
        }
        input += geometry.row;
        product += geometry.kernel_width * geometry.channels;
    }
    for p in 0..P {
        let position = (tile.output + p * tile.output_step) * stride + block;
        for b in 0..B {
            sums[position + b] = tile_sums[p][b];
        }
    }
}
