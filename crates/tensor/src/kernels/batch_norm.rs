//! Batch normalization: sums over images and positions, and what is made of each element.
//!
//! Every sum runs over the rows (image by image, position by position) in one fixed order: blocks
//! of [`BLOCK`] rows; in a block row r belongs to chain r mod [`CHAINS`], each chain begins with 0
//! and goes down the block; the chains are added as (0 + 1) + (2 + 3), and blocks one after the
//! other. Filters are lanes, so no sum crosses them. The compiler makes the vectors: each lane runs
//! the same sequence of exactly rounded operations with any instructions.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into a loop is compiled for the loop's vectors"
)]

use pulp::{Simd, WithSimd};

use crate::kernels::Element;
use crate::kernels::simd::{Instructions, Kernel};

/// Rows of a block of a sum: short chains lose less to rounding.
const BLOCK: usize = 64;

/// Chains that a block is split into.
const CHAINS: usize = 4;

/// By filter the mean, and the sum of (x - mean)^2.
pub fn statistics<T: Element>(
    instructions: Instructions,
    input: &[T],
    mean: &mut [T],
    squares: &mut [T],
) {
    let count = T::from_usize(input.len() / mean.len());
    instructions.run(Loops(Sums {
        inputs: [input],
        add: |_, [sum]: &mut [T; 1], [x]: [T; 1]| *sum += x,
        results: [&mut *mean],
    }));
    for mean in &mut *mean {
        *mean = *mean / count;
    }
    let mean = &*mean;
    instructions.run(Loops(Sums {
        inputs: [input],
        add: |filter: usize, [sum]: &mut [T; 1], [x]: [T; 1]| {
            let deviation = x - mean[filter];
            *sum = deviation.mul_add(deviation, *sum);
        },
        results: [squares],
    }));
}

/// y = (x - mean) scale + shift, by filter: a difference and a fused multiply-add.
pub fn normalize<T: Element>(
    instructions: Instructions,
    input: &[T],
    [mean, scale, shift]: [&[T]; 3],
    output: &mut [T],
) {
    instructions.run(Loops(Map {
        inputs: [input],
        constants: [mean, scale, shift],
        function: |[x]: [T; 1], [mean, scale, shift]: [T; 3], _| (x - mean).mul_add(scale, shift),
        output,
    }));
}

/// By filter the sums of dL/dy, and of dL/dy (x - mean), each a chain of fused multiply-adds.
pub fn backward_sums<T: Element>(
    instructions: Instructions,
    [input, grad_output]: [&[T]; 2],
    mean: &[T],
    sums: [&mut [T]; 2],
) {
    instructions.run(Loops(Sums {
        inputs: [input, grad_output],
        add: |filter: usize, [sum, products]: &mut [T; 2], [x, dy]: [T; 2]| {
            *sum += dy;
            *products = (x - mean[filter]).mul_add(dy, *products);
        },
        results: sums,
    }));
}

/// dL/dx += scale (dL/dy - offset - (x - mean) slope), by filter: two differences and two fused
/// multiply-adds. Exactly 0 is added where dL/dy, offset and slope are 0.
pub fn backward_input<T: Element>(
    instructions: Instructions,
    inputs: [&[T]; 2],
    constants: [&[T]; 4],
    grad_input: &mut [T],
) {
    instructions.run(Loops(Map {
        inputs,
        constants,
        function: |[x, dy]: [T; 2], [mean, scale, offset, slope]: [T; 4], dx| {
            let rest = (x - mean).mul_add(-slope, dy - offset);
            scale.mul_add(rest, dx)
        },
        output: grad_input,
    }));
}

/// Plain loops of which the compiler makes vectors.
struct Loops<L>(L);

trait Run {
    fn run(self);
}

impl<L: Run> WithSimd for Loops<L> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.0.run();
    }
}

impl<L: Run> Kernel for Loops<L> {
    #[inline(always)]
    fn plain(self) {
        self.0.run();
    }
}

/// Sums over rows: `add(filter, sums, elements)` adds one element of each input.
struct Sums<'a, T, F, const I: usize, const S: usize> {
    inputs: [&'a [T]; I],
    add: F,
    results: [&'a mut [T]; S],
}

impl<T, F, const I: usize, const S: usize> Run for Sums<'_, T, F, I, S>
where
    T: Element,
    F: Fn(usize, &mut [T; S], [T; I]),
{
    #[inline(always)]
    fn run(mut self) {
        let filters = self.results[0].len();
        let mut first = 0;
        while first + 16 <= filters {
            self.strip::<16>(first, filters);
            first += 16;
        }
        while first + 4 <= filters {
            self.strip::<4>(first, filters);
            first += 4;
        }
        while first < filters {
            self.strip::<1>(first, filters);
            first += 1;
        }
    }
}

impl<T, F, const I: usize, const S: usize> Sums<'_, T, F, I, S>
where
    T: Element,
    F: Fn(usize, &mut [T; S], [T; I]),
{
    /// The sums of `N` filters from `first` on.
    #[inline(always)]
    fn strip<const N: usize>(&mut self, first: usize, filters: usize) {
        let rows = self.inputs[0].len() / filters;
        let mut totals = [[T::ZERO; S]; N];
        for block in (0..rows).step_by(BLOCK) {
            let end = (block + BLOCK).min(rows);
            let mut chains = [[[T::ZERO; S]; N]; CHAINS];
            let mut row = block;
            while row + CHAINS <= end {
                for (chain, sums) in chains.iter_mut().enumerate() {
                    self.row(row + chain, [first, filters], sums);
                }
                row += CHAINS;
            }
            for (row, sums) in (row..end).zip(&mut chains) {
                self.row(row, [first, filters], sums);
            }
            let [a, b, c, d] = chains;
            for (lane, totals) in totals.iter_mut().enumerate() {
                for (sum, total) in totals.iter_mut().enumerate() {
                    *total += (a[lane][sum] + b[lane][sum]) + (c[lane][sum] + d[lane][sum]);
                }
            }
        }
        for (lane, totals) in totals.into_iter().enumerate() {
            for (sums, total) in self.results.iter_mut().zip(totals) {
                sums[first + lane] = total;
            }
        }
    }

    /// Adds one row of `N` filters.
    #[inline(always)]
    fn row<const N: usize>(
        &self,
        row: usize,
        [first, filters]: [usize; 2],
        sums: &mut [[T; S]; N],
    ) {
        let at = row * filters + first;
        let elements = self.inputs.map(|input| &input[at..at + N]);
        for (lane, sums) in sums.iter_mut().enumerate() {
            (self.add)(first + lane, sums, elements.map(|input| input[lane]));
        }
    }
}

/// Element by element, with `C` constants of its filter: output = `function(inputs, constants, output)`.
struct Map<'a, T, F, const I: usize, const C: usize> {
    inputs: [&'a [T]; I],
    constants: [&'a [T]; C],
    function: F,
    output: &'a mut [T],
}

impl<T, F, const I: usize, const C: usize> Run for Map<'_, T, F, I, C>
where
    T: Element,
    F: Fn([T; I], [T; C], T) -> T,
{
    #[inline(always)]
    fn run(self) {
        let filters = self.constants[0].len();
        let constants = self.constants.map(|constant| &constant[..filters]);
        for (row, output) in self.output.chunks_exact_mut(filters).enumerate() {
            let at = row * filters;
            let inputs = self.inputs.map(|input| &input[at..at + filters]);
            for (filter, y) in output.iter_mut().enumerate() {
                let own = constants.map(|constant| constant[filter]);
                *y = (self.function)(inputs.map(|input| input[filter]), own, *y);
            }
        }
    }
}
