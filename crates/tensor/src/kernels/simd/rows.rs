//! Fast versions of [`crate::kernels::rows`].

use pulp::{Simd, WithSimd};

use super::instructions::Kernel;
use super::pack::{load, store};
use crate::kernels::rows::{self, Pass};

/// A [`Pass`].
pub struct Rows<'a>(pub Pass<'a, f32>);

impl Kernel for Rows<'_> {
    fn plain(self) {
        rows::run(self.0);
    }
}

impl WithSimd for Rows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.0 {
            Pass::Activity { input, activity } => largest(simd, input, activity),
            Pass::Relu { input, output } => {
                let zero = simd.splat_f32s(0.0);
                for (x, y) in pieces::<S>(input).zip(pieces_mut::<S>(output)) {
                    let x = load(simd, x);
                    let silent = simd.less_than_or_equal_f32s(x, zero);
                    store(simd, y, simd.select_f32s(silent, zero, x));
                }
            }
            Pass::ReluBackward {
                output,
                grad_output,
                grad_input,
            } => {
                let zero = simd.splat_f32s(0.0);
                let grads = pieces::<S>(grad_output).zip(pieces_mut::<S>(grad_input));
                for (y, (dy, dx)) in pieces::<S>(output).zip(grads) {
                    let silent = simd.less_than_or_equal_f32s(load(simd, y), zero);
                    let dy = simd.select_f32s(silent, zero, load(simd, dy));
                    let sum = simd.add_f32s(load(simd, dx), dy);
                    store(simd, dx, sum);
                }
            }
            Pass::Bias {
                input,
                bias,
                output,
            } => {
                let rows = input.chunks_exact(bias.len());
                for (x, y) in rows.zip(output.chunks_exact_mut(bias.len())) {
                    let pairs = pieces::<S>(x).zip(pieces::<S>(bias));
                    for ((x, b), y) in pairs.zip(pieces_mut::<S>(y)) {
                        store(simd, y, simd.add_f32s(load(simd, x), load(simd, b)));
                    }
                }
            }
            Pass::BiasBackward {
                grad_output,
                grad_bias,
            } => {
                for row in grad_output.chunks_exact(grad_bias.len()) {
                    add(simd, row, grad_bias);
                }
            }
            Pass::Add {
                grad_output,
                grad_input,
            } => add(simd, grad_output, grad_input),
        }
    }
}

#[inline(always)]
fn add<S: Simd>(simd: S, from: &[f32], to: &mut [f32]) {
    for (from, to) in pieces::<S>(from).zip(pieces_mut::<S>(to)) {
        let sum = simd.add_f32s(load(simd, to), load(simd, from));
        store(simd, to, sum);
    }
}

#[inline(always)]
fn largest<S: Simd>(simd: S, input: &[f32], activity: &mut [f32]) {
    let filters = activity.len();
    let mut first = 0;
    for activity in pieces_mut::<S>(activity) {
        let mut largest = simd.splat_f32s(f32::NEG_INFINITY);
        for row in input.chunks_exact(filters) {
            let x = load(simd, &row[first..first + activity.len()]);
            let larger = simd.less_than_f32s(largest, x);
            let number = simd.equal_f32s(x, x);
            largest = simd.select_f32s(larger, x, largest);
            largest = simd.select_f32s(number, largest, x);
        }
        store(simd, activity, largest);
        first += activity.len();
    }
}

/// Vectors of a slice, the last one perhaps shorter.
#[inline(always)]
fn pieces<S: Simd>(slice: &[f32]) -> impl Iterator<Item = &[f32]> {
    slice.chunks(S::F32_LANES)
}

/// As [`pieces`].
#[inline(always)]
fn pieces_mut<S: Simd>(slice: &mut [f32]) -> impl Iterator<Item = &mut [f32]> {
    slice.chunks_mut(S::F32_LANES)
}
