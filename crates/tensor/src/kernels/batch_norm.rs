//! Batch normalization: sums over images and positions, and what is made of each element.
//!
//! Every sum runs over the rows (image by image, position by position) in one fixed order: blocks
//! of 64 rows; in a block row r belongs to chain r mod 4, each chain begins with 0 and goes down the
//! block; the chains are added as (0 + 1) + (2 + 3), and blocks one after the other. No sum crosses
//! filters.

use crate::kernels::Element;

/// Rows of a block of a sum: short chains lose less to rounding.
pub const BLOCK: usize = 64;

/// Chains that a block is split into.
pub const CHAINS: usize = 4;

/// One pass over the elements.
pub enum Pass<'a, T> {
    /// [`statistics`].
    Statistics {
        /// x, (rows, C).
        input: &'a [T],
        /// (C).
        mean: &'a mut [T],
        /// (C): sums of (x - mean)^2.
        squares: &'a mut [T],
    },
    /// [`normalize`].
    Normalize {
        /// x, (rows, C).
        input: &'a [T],
        /// Mean, scale and shift, each (C).
        constants: [&'a [T]; 3],
        /// y, (rows, C).
        output: &'a mut [T],
    },
    /// [`backward_sums`].
    BackwardSums {
        /// x and dL/dy, each (rows, C).
        inputs: [&'a [T]; 2],
        /// (C).
        mean: &'a [T],
        /// (C) each.
        sums: [&'a mut [T]; 2],
    },
    /// [`backward_input`].
    BackwardInput {
        /// x and dL/dy, each (rows, C).
        inputs: [&'a [T]; 2],
        /// Mean, scale, offset and slope, each (C).
        constants: [&'a [T]; 4],
        /// dL/dx, (rows, C).
        grad_input: &'a mut [T],
    },
}

/// Runs a pass.
pub fn run<T: Element>(pass: Pass<'_, T>) {
    match pass {
        Pass::Statistics {
            input,
            mean,
            squares,
        } => statistics(input, mean, squares),
        Pass::Normalize {
            input,
            constants,
            output,
        } => normalize(input, constants, output),
        Pass::BackwardSums { inputs, mean, sums } => backward_sums(inputs, mean, sums),
        Pass::BackwardInput {
            inputs,
            constants,
            grad_input,
        } => backward_input(inputs, constants, grad_input),
    }
}

/// By filter the mean, and the sum of (x - mean)^2, each of its chains one of fused multiply-adds.
pub fn statistics<T: Element>(input: &[T], mean: &mut [T], squares: &mut [T]) {
    let filters = mean.len();
    let count = T::from_usize(input.len() / filters);
    for (filter, (mean, squares)) in mean.iter_mut().zip(squares).enumerate() {
        let column = || input.iter().skip(filter).step_by(filters).copied();
        *mean = sum(column(), |sum: T, x| sum + x) / count;
        *squares = sum(column(), |sum: T, x: T| (x - *mean).mul_add(x - *mean, sum));
    }
}

/// y = (x - mean) scale + shift, by filter: a difference and a fused multiply-add.
pub fn normalize<T: Element>(input: &[T], [mean, scale, shift]: [&[T]; 3], output: &mut [T]) {
    let filters = mean.len();
    for (x, y) in input
        .chunks_exact(filters)
        .zip(output.chunks_exact_mut(filters))
    {
        for (filter, (&x, y)) in x.iter().zip(y).enumerate() {
            *y = (x - mean[filter]).mul_add(scale[filter], shift[filter]);
        }
    }
}

/// By filter the sums of dL/dy, and of (x - mean) dL/dy, each of its chains one of fused
/// multiply-adds.
pub fn backward_sums<T: Element>(
    [input, grad_output]: [&[T]; 2],
    mean: &[T],
    [sums, products]: [&mut [T]; 2],
) {
    let filters = mean.len();
    for (filter, &mean) in mean.iter().enumerate() {
        let dy = || grad_output.iter().skip(filter).step_by(filters).copied();
        let pairs = input
            .iter()
            .skip(filter)
            .step_by(filters)
            .copied()
            .zip(dy());
        sums[filter] = sum(dy(), |sum: T, dy| sum + dy);
        products[filter] = sum(pairs, |sum: T, (x, dy): (T, T)| (x - mean).mul_add(dy, sum));
    }
}

/// dL/dx += scale ((x - mean) slope + (dL/dy - offset)), by filter: two differences and two fused
/// multiply-adds. Exactly 0 is added where dL/dy, offset and slope are 0.
pub fn backward_input<T: Element>(
    [input, grad_output]: [&[T]; 2],
    [mean, scale, offset, slope]: [&[T]; 4],
    grad_input: &mut [T],
) {
    let filters = mean.len();
    let rows = input
        .chunks_exact(filters)
        .zip(grad_output.chunks_exact(filters));
    for ((x, dy), dx) in rows.zip(grad_input.chunks_exact_mut(filters)) {
        for (filter, ((&x, &dy), dx)) in x.iter().zip(dy).zip(dx).enumerate() {
            let rest = (x - mean[filter]).mul_add(slope[filter], dy - offset[filter]);
            *dx = scale[filter].mul_add(rest, *dx);
        }
    }
}

/// The sum of a column in the order that stands above; `add` adds one element to a chain.
fn sum<T: Element, X>(mut column: impl Iterator<Item = X>, add: impl Fn(T, X) -> T) -> T {
    let mut total = T::ZERO;
    loop {
        let mut chains = [T::ZERO; CHAINS];
        let mut rows = 0;
        for x in column.by_ref().take(BLOCK) {
            chains[rows % CHAINS] = add(chains[rows % CHAINS], x);
            rows += 1;
        }
        if rows == 0 {
            return total;
        }
        let [a, b, c, d] = chains;
        total += (a + b) + (c + d);
    }
}
