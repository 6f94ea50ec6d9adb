//! Fast versions of [`crate::kernels::batch_norm`]: vectors of filters, the four chains of a sum
//! side by side.

use pulp::{Simd, WithSimd};

use super::instructions::Kernel;
use super::pack::{load, store};
use crate::kernels::batch_norm::{self, BLOCK, CHAINS, Pass};

/// A [`Pass`].
pub struct BatchNorm<'a>(pub Pass<'a, f32>);

impl Kernel for BatchNorm<'_> {
    fn plain(self) {
        batch_norm::run(self.0);
    }
}

impl WithSimd for BatchNorm<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.0 {
            Pass::Statistics {
                input,
                mean,
                squares,
            } => statistics(simd, input, mean, squares),
            Pass::Normalize {
                input,
                constants,
                output,
            } => normalize(simd, input, constants, output),
            Pass::BackwardSums { inputs, mean, sums } => backward_sums(simd, inputs, mean, sums),
            Pass::BackwardInput {
                inputs,
                constants,
                grad_input,
            } => backward_input(simd, inputs, constants, grad_input),
        }
    }
}

#[inline(always)]
fn statistics<S: Simd>(simd: S, input: &[f32], mean: &mut [f32], squares: &mut [f32]) {
    let filters = mean.len();
    let count = simd.splat_f32s((input.len() / filters) as f32);
    for (first, end) in strips::<S>(filters) {
        let rows = Rows::new([input], filters, first, end);
        let [sum] = rows.sums(simd, Sum);
        let centre = simd.div_f32s(sum, count);
        let [sum] = rows.sums(simd, Squares { mean: centre });
        store(simd, &mut mean[first..end], centre);
        store(simd, &mut squares[first..end], sum);
    }
}

#[inline(always)]
fn normalize<S: Simd>(simd: S, input: &[f32], constants: [&[f32]; 3], output: &mut [f32]) {
    let filters = constants[0].len();
    for (first, end) in strips::<S>(filters) {
        let [mean, scale, shift] = vectors(simd, constants, first, end);
        let rows = input.chunks_exact(filters);
        for (x, y) in rows.zip(output.chunks_exact_mut(filters)) {
            let deviation = simd.sub_f32s(load(simd, &x[first..end]), mean);
            let normal = simd.mul_add_f32s(deviation, scale, shift);
            store(simd, &mut y[first..end], normal);
        }
    }
}

#[inline(always)]
fn backward_sums<S: Simd>(
    simd: S,
    inputs: [&[f32]; 2],
    mean: &[f32],
    [sums, products]: [&mut [f32]; 2],
) {
    let filters = mean.len();
    for (first, end) in strips::<S>(filters) {
        let rows = Rows::new(inputs, filters, first, end);
        let mean = load(simd, &mean[first..end]);
        let [sum, product] = rows.sums(simd, Products { mean });
        store(simd, &mut sums[first..end], sum);
        store(simd, &mut products[first..end], product);
    }
}

#[inline(always)]
fn backward_input<S: Simd>(
    simd: S,
    [input, grad_output]: [&[f32]; 2],
    constants: [&[f32]; 4],
    grad_input: &mut [f32],
) {
    let filters = constants[0].len();
    for (first, end) in strips::<S>(filters) {
        let [mean, scale, offset, slope] = vectors(simd, constants, first, end);
        let rows = input.chunks_exact(filters);
        let rows = rows.zip(grad_output.chunks_exact(filters));
        for ((x, dy), dx) in rows.zip(grad_input.chunks_exact_mut(filters)) {
            let dx = &mut dx[first..end];
            let deviation = simd.sub_f32s(load(simd, &x[first..end]), mean);
            let dy = simd.sub_f32s(load(simd, &dy[first..end]), offset);
            let rest = simd.mul_add_f32s(deviation, slope, dy);
            let sum = simd.mul_add_f32s(scale, rest, load(simd, dx));
            store(simd, dx, sum);
        }
    }
}

/// Vectors of filters `first` to `end`.
#[inline(always)]
fn vectors<S: Simd, const N: usize>(
    simd: S,
    slices: [&[f32]; N],
    first: usize,
    end: usize,
) -> [S::f32s; N] {
    let mut vectors = [simd.splat_f32s(0.0); N];
    for (vector, slice) in vectors.iter_mut().zip(slices) {
        *vector = load(simd, &slice[first..end]);
    }
    vectors
}

/// Filters vector by vector, as beginnings and ends.
fn strips<S: Simd>(filters: usize) -> impl Iterator<Item = (usize, usize)> {
    let first = (0..filters).step_by(S::F32_LANES);
    first.map(move |first| (first, (first + S::F32_LANES).min(filters)))
}

/// One vector of filters at every row of `I` operands.
struct Rows<'a, const I: usize> {
    operands: [&'a [f32]; I],
    filters: usize,
    first: usize,
    end: usize,
}

/// What is added to `N` sums at each row. (A trait, as a closure would lose the instructions.)
trait Add<S: Simd, const I: usize, const N: usize>: Copy {
    fn add(self, simd: S, sums: [S::f32s; N], row: [S::f32s; I]) -> [S::f32s; N];
}

impl<'a, const I: usize> Rows<'a, I> {
    fn new(operands: [&'a [f32]; I], filters: usize, first: usize, end: usize) -> Self {
        Self {
            operands,
            filters,
            first,
            end,
        }
    }

    #[inline(always)]
    fn sums<S: Simd, const N: usize>(&self, simd: S, add: impl Add<S, I, N>) -> [S::f32s; N] {
        let rows = self.operands[0].len() / self.filters;
        let zero = simd.splat_f32s(0.0);
        let mut totals = [zero; N];
        for block in (0..rows).step_by(BLOCK) {
            let end = (block + BLOCK).min(rows);
            let mut chains = [[zero; N]; CHAINS];
            let mut row = block;
            while row + CHAINS <= end {
                for (chain, sums) in chains.iter_mut().enumerate() {
                    *sums = add.add(simd, *sums, self.row(simd, row + chain));
                }
                row += CHAINS;
            }
            for (sums, row) in chains.iter_mut().zip(row..end) {
                *sums = add.add(simd, *sums, self.row(simd, row));
            }
            let [a, b, c, d] = chains;
            for (at, total) in totals.iter_mut().enumerate() {
                let pairs = [simd.add_f32s(a[at], b[at]), simd.add_f32s(c[at], d[at])];
                *total = simd.add_f32s(*total, simd.add_f32s(pairs[0], pairs[1]));
            }
        }
        totals
    }

    #[inline(always)]
    fn row<S: Simd>(&self, simd: S, row: usize) -> [S::f32s; I] {
        let at = row * self.filters;
        let mut vectors = [simd.splat_f32s(0.0); I];
        for (vector, operand) in vectors.iter_mut().zip(self.operands) {
            *vector = load(simd, &operand[at + self.first..at + self.end]);
        }
        vectors
    }
}

/// x.
#[derive(Clone, Copy)]
struct Sum;

impl<S: Simd> Add<S, 1, 1> for Sum {
    #[inline(always)]
    fn add(self, simd: S, [sum]: [S::f32s; 1], [x]: [S::f32s; 1]) -> [S::f32s; 1] {
        [simd.add_f32s(sum, x)]
    }
}

/// (x - mean)^2.
#[derive(Clone, Copy)]
struct Squares<V> {
    mean: V,
}

impl<S: Simd> Add<S, 1, 1> for Squares<S::f32s> {
    #[inline(always)]
    fn add(self, simd: S, [sum]: [S::f32s; 1], [x]: [S::f32s; 1]) -> [S::f32s; 1] {
        let deviation = simd.sub_f32s(x, self.mean);
        [simd.mul_add_f32s(deviation, deviation, sum)]
    }
}

/// dL/dy, and (x - mean) dL/dy.
#[derive(Clone, Copy)]
struct Products<V> {
    mean: V,
}

impl<S: Simd> Add<S, 2, 2> for Products<S::f32s> {
    #[inline(always)]
    fn add(self, simd: S, sums: [S::f32s; 2], [x, dy]: [S::f32s; 2]) -> [S::f32s; 2] {
        let deviation = simd.sub_f32s(x, self.mean);
        [
            simd.add_f32s(sums[0], dy),
            simd.mul_add_f32s(deviation, dy, sums[1]),
        ]
    }
}
