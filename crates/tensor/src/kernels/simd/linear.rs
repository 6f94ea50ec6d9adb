//! Fast versions of [`crate::kernels::linear`].

use pulp::{Simd, WithSimd};

use super::finish::{Finish, Rows, View};
use super::forward::{Geometry, convolve};
use super::instructions::{Kernel, apart};
use super::pack::{Unit, aligned, by_units, by_units_transposed, padded, units, vectors};
use super::scratch::Scratch;
use super::tiles::{Tile, parts};
use crate::kernels::linear;

/// [`linear::forward`].
pub struct LinearForward<'a> {
    pub features: (usize, usize),
    pub input: &'a [f32],
    pub weight: &'a [f32],
    pub output: &'a mut [f32],
    pub scratch: &'a mut Scratch,
}

impl Kernel for LinearForward<'_> {
    fn plain(self) {
        linear::forward(self.features, self.input, self.weight, self.output);
    }
}

impl WithSimd for LinearForward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (inputs, outputs) = self.features;
        let length = inputs * padded(outputs, S::F32_LANES);
        by_units(
            self.weight,
            outputs,
            S::F32_LANES,
            aligned(&mut self.scratch.weights, length),
        );
        let rows = Rows {
            output: self.output,
            filters: outputs,
            add: false,
        };
        product(simd, self.features, self.input, self.scratch, rows);
    }
}

/// [`linear::backward_input`].
pub struct LinearBackwardInput<'a> {
    pub features: (usize, usize),
    pub weight: &'a [f32],
    pub grad_output: &'a [f32],
    pub grad_input: &'a mut [f32],
    pub scratch: &'a mut Scratch,
}

impl Kernel for LinearBackwardInput<'_> {
    fn plain(self) {
        linear::backward_input(
            self.features,
            self.weight,
            self.grad_output,
            self.grad_input,
        );
    }
}

impl WithSimd for LinearBackwardInput<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (inputs, outputs) = self.features;
        let length = outputs * padded(inputs, S::F32_LANES);
        by_units_transposed(
            self.weight,
            outputs,
            S::F32_LANES,
            aligned(&mut self.scratch.weights, length),
        );
        let rows = Rows {
            output: self.grad_input,
            filters: inputs,
            add: true,
        };
        product(
            simd,
            (outputs, inputs),
            self.grad_output,
            self.scratch,
            rows,
        );
    }
}

/// `input` times the packed matrix: images take the place of a convolution's pixels.
#[inline(always)]
fn product<S: Simd>(
    simd: S,
    (inputs, outputs): (usize, usize),
    input: &[f32],
    scratch: &mut Scratch,
    mut then: impl Finish,
) {
    let images = input.len() / inputs;
    let lanes = S::F32_LANES;
    let geometry = Geometry {
        row: 0,
        channels: inputs,
        kernel_width: 1,
        products: inputs,
        skip_zeros: false,
    };
    let packed = aligned(&mut scratch.weights, inputs * padded(outputs, lanes));
    for unit in units(outputs, lanes) {
        let stride = unit.stride(lanes);
        let weights = &packed[unit.first * inputs..][..stride * inputs];
        let sums = aligned(&mut scratch.sums, images * stride);
        for part in parts(0..images) {
            let place = |pixel: usize| (part.start + pixel).min(part.end - 1);
            let tile = Tile {
                pixels: part.len(),
                rows: 0..1,
                columns: 0..1,
                inputs: std::array::from_fn(|pixel| (place(pixel) * inputs) as u32),
                outputs: std::array::from_fn(|pixel| place(pixel) as u32),
            };
            convolve(simd, geometry, &[tile], input, unit, weights, sums);
        }
        let view = View::dense(1, images, stride / lanes);
        then.finish(simd, 0, unit, view, sums);
    }
}

/// [`linear::backward_weight`].
pub struct LinearBackwardWeight<'a> {
    pub features: (usize, usize),
    pub input: &'a [f32],
    pub grad_output: &'a [f32],
    pub grad_weight: &'a mut [f32],
    pub scratch: &'a mut Scratch,
}

impl Kernel for LinearBackwardWeight<'_> {
    fn plain(self) {
        linear::backward_weight(
            self.features,
            self.input,
            self.grad_output,
            self.grad_weight,
        );
    }
}

impl WithSimd for LinearBackwardWeight<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (inputs, outputs) = self.features;
        let lanes = S::F32_LANES;
        let images = self.input.len() / inputs;
        let packed = aligned(&mut self.scratch.weights, images * padded(outputs, lanes));
        by_units(self.grad_output, outputs, lanes, packed);
        let mut rows = Rows {
            output: self.grad_weight,
            filters: outputs,
            add: true,
        };
        for unit in units(outputs, lanes) {
            let grads = &packed[unit.first * images..][..unit.stride(lanes) * images];
            for (block, grads) in grads.chunks_exact(unit.width(lanes) * images).enumerate() {
                let first = unit.first + block * unit.width(lanes);
                let unit = Unit {
                    blocks: 1,
                    first,
                    filters: unit.width(lanes).min(outputs - first),
                    ..unit
                };
                let outer = Outer {
                    input: self.input,
                    inputs,
                    grads,
                    unit,
                    rows: &mut rows,
                };
                apart(simd, outer);
            }
        }
    }
}

/// The sums of one block of outputs for all inputs.
struct Outer<'a, 'b> {
    input: &'a [f32],
    inputs: usize,
    grads: &'a [f32],
    unit: Unit,
    rows: &'a mut Rows<'b>,
}

impl WithSimd for Outer<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let grads = vectors::<S>(self.grads);
        let input = (self.input, self.inputs);
        if self.unit.vectors == 2 {
            outer::<S, 2>(simd, input, grads.as_chunks().0, self.unit, self.rows);
        } else {
            outer::<S, 1>(simd, input, grads.as_chunks().0, self.unit, self.rows);
        }
    }
}

#[inline(always)]
fn outer<S: Simd, const V: usize>(
    simd: S,
    (input, inputs): (&[f32], usize),
    grads: &[[S::f32s; V]],
    unit: Unit,
    rows: &mut Rows<'_>,
) {
    for part in parts(0..inputs) {
        let mut sums = [[simd.splat_f32s(0.0); V]; 6];
        let input = input.get(part.start..).unwrap_or_default().chunks(inputs);
        let count = part.len();
        match count {
            6 => sum::<S, 6, V>(simd, input, grads, &mut sums),
            5 => sum::<S, 5, V>(simd, input, grads, &mut sums),
            4 => sum::<S, 4, V>(simd, input, grads, &mut sums),
            3 => sum::<S, 3, V>(simd, input, grads, &mut sums),
            2 => sum::<S, 2, V>(simd, input, grads, &mut sums),
            _ => sum::<S, 1, V>(simd, input, grads, &mut sums),
        }
        for (row, sums) in part.zip(&sums) {
            rows.store(simd, row, unit, sums);
        }
    }
}

/// One chain over the images for each of P inputs and V vectors of outputs.
#[inline(always)]
fn sum<'a, S: Simd, const P: usize, const V: usize>(
    simd: S,
    input: impl Iterator<Item = &'a [f32]>,
    grads: &[[S::f32s; V]],
    sums: &mut [[S::f32s; V]; 6],
) {
    let mut part = [[simd.splat_f32s(0.0); V]; P];
    for (x, grads) in input.zip(grads) {
        let Some(x) = x.first_chunk::<P>() else {
            break;
        };
        for p in 0..P {
            let x = simd.splat_f32s(x[p]);
            for v in 0..V {
                part[p][v] = simd.mul_add_f32s(x, grads[v], part[p][v]);
            }
        }
    }
    for p in 0..P {
        sums[p] = part[p];
    }
}
