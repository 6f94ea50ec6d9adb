//! The forward pass of a convolution whose input has many zeros, as after a ReLU: each input that
//! is not zero is spread over the outputs that it reaches.
//!
//! Positions in order and, at each, channels in order: every output meets its taps in the same
//! order as in the plain loops.

use pulp::Simd;

use super::finish::{Finish, View};
use super::gradients::InputImage;
use super::instructions::apart;
use super::pack::{Unit, aligned, vectors};
use super::planes::Planes;
use super::positions::{Positions, Source};
use super::scratch::Scratch;
use super::tiles::Tile;
use crate::kernels::conv2d::Conv2dShape;

/// How much longer a multiply-add takes here than in the dense kernel, lists included.
const OVERHEAD: f64 = 1.3;
/// Inputs that could be spread in the time that it takes to go from a position to the next one.
const POSITION: f64 = 2.5;

/// The convolution that leads from outputs back to inputs, if its filters are 3x3 and it spreads
/// whole vectors.
pub fn transposed(shape: &Conv2dShape, lanes: usize) -> Option<Conv2dShape> {
    let fits = shape.kernel_height == 3
        && shape.kernel_width == 3
        && shape.stride == 1
        && shape.padding <= 2
        && shape.in_channels >= 8
        && 2 * shape.out_channels > lanes;
    fits.then(|| Conv2dShape {
        in_height: shape.out_height(),
        in_width: shape.out_width(),
        in_channels: shape.out_channels,
        out_channels: shape.in_channels,
        padding: 2 - shape.padding,
        ..*shape
    })
}

/// Whether spreading is faster: here the taps on the padding are computed, there the zeros are.
/// Counted in the first image.
#[inline(always)]
pub fn pays<S: Simd>(simd: S, shape: &Conv2dShape, tiles: &[Tile], input: &[f32]) -> bool {
    let pixels = shape.in_height * shape.in_width;
    let (zero, one) = (simd.splat_f32s(0.0), simd.splat_f32s(1.0));
    let mut zeros = zero;
    let image = vectors::<S>(&input[..pixels * shape.in_channels]);
    for &x in image {
        let is_zero = simd.select_f32s(simd.equal_f32s(x, zero), one, zero);
        zeros = simd.add_f32s(zeros, is_zero);
    }
    let counted = (image.len() * S::F32_LANES).max(1) as f64;
    let share = 1.0 - f64::from(simd.reduce_sum_f32s(zeros)) / counted;
    let taps = |tile: &Tile| tile.pixels * tile.rows.len() * tile.columns.len();
    let inside: usize = tiles.iter().map(taps).sum();
    let spread = share * OVERHEAD + POSITION / shape.in_channels as f64;
    spread * (9 * pixels) as f64 <= inside as f64
}

/// Whether all numbers are finite.
#[inline(always)]
pub fn finite<S: Simd>(simd: S, numbers: &[f32]) -> bool {
    let zero = simd.splat_f32s(0.0);
    let mut products = zero;
    let (whole, rest) = S::as_simd_f32s(numbers);
    for &x in whole {
        products = simd.mul_add_f32s(x, zero, products);
    }
    products = simd.mul_add_f32s(simd.partial_load_f32s(rest), zero, products);
    simd.reduce_sum_f32s(products) == 0.0
}

/// Convolves every image with every vector of filters and hands the sums over.
#[inline(always)]
pub fn each_vector<S: Simd>(
    simd: S,
    back: &Conv2dShape,
    input: &[f32],
    weight: &[f32],
    scratch: &mut Scratch,
    then: &mut impl Finish,
) {
    let lanes = S::F32_LANES;
    let (channels, filters) = (back.out_channels, back.in_channels);
    let planes = Planes::of_vectors(back, lanes);
    let length = 9 * channels * lanes;
    pack::<S>(
        simd,
        weight,
        channels,
        filters,
        aligned(&mut scratch.weights, planes.count * length),
    );
    let source = Source {
        grad_output: input,
        rectified: None,
        pooled: None,
    };
    let view = View {
        height: back.in_height,
        width: back.in_width,
        origin: back.padding * (planes.row + planes.pixel) / lanes,
        row: planes.row / lanes,
        pixel: 1,
    };
    for image in 0..back.images {
        let rows = 0..back.out_height();
        let buffers = &mut scratch.positions;
        let positions = Positions::find(simd, &source, back, image, rows, buffers);
        let weights = aligned(&mut scratch.weights, planes.count * length);
        for (index, weights) in weights.chunks_exact(length).enumerate() {
            let plane = aligned(&mut scratch.sums, planes.size);
            plane.fill(0.0);
            let spread = InputImage {
                shape: back,
                planes: &planes,
                positions,
                weights,
                plane,
                visit: &mut (),
            };
            apart(simd, spread);
            let first = index * lanes;
            let unit = Unit {
                blocks: 1,
                vectors: 1,
                first,
                filters: lanes.min(filters - first),
            };
            then.finish(simd, image, unit, view, plane);
        }
    }
}

/// Packs weights plane by plane, channel by channel, the taps in the reverse order.
#[inline(always)]
fn pack<S: Simd>(simd: S, weight: &[f32], channels: usize, filters: usize, packed: &mut [f32]) {
    let lanes = S::F32_LANES;
    for (plane, packed) in packed.chunks_exact_mut(9 * channels * lanes).enumerate() {
        let first = plane * lanes;
        let count = lanes.min(filters - first);
        let (packed, _) = S::as_mut_simd_f32s(packed);
        for (row, weight) in weight.chunks_exact(filters).enumerate() {
            let (tap, channel) = (row / channels, row % channels);
            packed[9 * channel + 8 - tap] = super::pack::load(simd, &weight[first..][..count]);
        }
    }
}
