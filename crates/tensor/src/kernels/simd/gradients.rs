//! The two gradients of a convolution, from lists of the outputs whose gradient is not zero.

use pulp::{Simd, WithSimd};

use super::events::Event;
use super::pack::{vectors, vectors_mut};
use super::planes::Planes;
use super::positions::{Gradients, Positions, Visit};
use crate::kernels::conv2d::Conv2dShape;

/// Adds the share of one filter and one plane to its weights' gradient: per event (a nonzero
/// gradient and where its window begins in `plane`) one multiply-add per vector of the window.
pub struct Weight<'a> {
    pub plane: &'a [f32],
    /// Elements of a row of the plane.
    pub row: usize,
    /// Rows and vectors of a row of the window.
    pub window: (usize, usize),
    pub events: &'a [Event],
    /// The window's vectors, row by row.
    pub sums: &'a mut [f32],
}

impl WithSimd for Weight<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            plane,
            row,
            window: (height, width),
            events,
            sums,
        } = self;
        let sums = vectors_mut::<S>(sums);
        let mut y = 0;
        while y < height {
            let left = height - y;
            let mut x = 0;
            let mut rows = 1;
            while x < width {
                let at = &plane[y * row + x * S::F32_LANES..];
                let sums = &mut sums[y * width + x..];
                let mut columns = width - x;
                macro_rules! part {
                    ($rows:literal, $columns:literal) => {{
                        weight_part::<S, $rows, $columns>(simd, at, row, width, events, sums);
                        (rows, columns) = ($rows, $columns);
                    }};
                }
                match (left, columns) {
                    (3.., 3) if x == 0 => part!(3, 3),
                    (3.., 2) if x == 0 => part!(3, 2),
                    (3.., 1) if x == 0 => part!(3, 1),
                    (2.., 5) if x == 0 => part!(2, 5),
                    (2.., 2) if x == 0 => part!(2, 2),
                    (_, 5..) => part!(1, 5),
                    (_, 4) => part!(1, 4),
                    (_, 3) => part!(1, 3),
                    (_, 2) => part!(1, 2),
                    _ => part!(1, 1),
                }
                x += columns;
            }
            y += rows;
        }
    }
}

#[inline(always)]
fn weight_part<S: Simd, const ROWS: usize, const COLUMNS: usize>(
    simd: S,
    plane: &[f32],
    row: usize,
    width: usize,
    events: &[Event],
    sums: &mut [S::f32s],
) {
    let mut part = [[simd.splat_f32s(0.0); COLUMNS]; ROWS];
    for y in 0..ROWS {
        for x in 0..COLUMNS {
            part[y][x] = sums[y * width + x];
        }
    }
    let length = plane.len() - (ROWS - 1) * row;
    let mut rows: [&[f32]; ROWS] = [&[]; ROWS];
    for (y, window) in rows.iter_mut().enumerate() {
        *window = &plane[y * row..][..length];
    }
    for event in events {
        let gradient = simd.splat_f32s(event.gradient);
        let at = event.at as usize;
        for y in 0..ROWS {
            let window = vectors::<S>(&rows[y][at..at + COLUMNS * S::F32_LANES]);
            for x in 0..COLUMNS {
                part[y][x] = simd.mul_add_f32s(window[x], gradient, part[y][x]);
            }
        }
    }
    for y in 0..ROWS {
        for x in 0..COLUMNS {
            sums[y * width + x] = part[y][x];
        }
    }
}

/// Adds the share of some rows of outputs to one plane of the inputs' gradient.
pub struct InputImage<'a, V> {
    pub shape: &'a Conv2dShape,
    pub planes: &'a Planes,
    pub positions: Positions<'a>,
    /// The vectors of the window, filter by filter.
    pub weights: &'a [f32],
    pub plane: &'a mut [f32],
    pub visit: &'a mut V,
}

impl<'a> InputImage<'a, ()> {
    /// The same, shown to `visit` on the way.
    pub fn seen_by<V: Visit>(self, visit: &'a mut V) -> InputImage<'a, V> {
        InputImage {
            shape: self.shape,
            planes: self.planes,
            positions: self.positions,
            weights: self.weights,
            plane: self.plane,
            visit,
        }
    }
}

impl<V: Visit> WithSimd for InputImage<'_, V> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            shape,
            planes,
            positions,
            weights,
            plane,
            visit,
        } = self;
        let weights = vectors::<S>(weights);
        let width = shape.out_width();
        let kernel = (shape.kernel_height, shape.kernel_width);
        for (y, slot) in positions.rows().zip((0..).step_by(width)) {
            let mut x = 0;
            while x < width {
                let window = &mut plane[planes.window(shape, y, x)..];
                let events = positions.at(slot + x);
                if kernel == (3, 3) {
                    let weights = weights.as_chunks().0;
                    let row = planes.row;
                    if shape.stride == 1 && x + 1 < width {
                        let events = [events, positions.at(slot + x + 1)];
                        input_3x3::<S, 2, 4>(simd, window, row, events, weights, (y, x), visit);
                        x += 1;
                    } else {
                        input_3x3::<S, 1, 3>(simd, window, row, [events], weights, (y, x), visit);
                    }
                } else {
                    input(simd, window, planes.row, kernel, &events, weights);
                    visit.position(y, x);
                    for (filter, gradient) in events {
                        visit.gradient(filter, gradient);
                    }
                }
                x += 1;
            }
        }
    }
}

/// Adds the share of the outputs at `COUNT` neighbouring positions to the inputs' gradient, one
/// after the other: per event (a nonzero gradient and its filter) one multiply-add per vector of
/// its window. For filters of 3x3; `COLUMNS` = 2 + `COUNT`.
///
/// `plane` begins with the first window, `weights` are nine vectors a filter.
#[inline(always)]
fn input_3x3<S: Simd, const COUNT: usize, const COLUMNS: usize>(
    simd: S,
    plane: &mut [f32],
    row: usize,
    mut events: [Gradients<'_>; COUNT],
    weights: &[[S::f32s; 9]],
    (y, x): (usize, usize),
    visit: &mut impl Visit,
) {
    let mut part = [[simd.splat_f32s(0.0); COLUMNS]; 3];
    for y in 0..3 {
        let window = vectors::<S>(&plane[y * row..][..COLUMNS * S::F32_LANES]);
        for x in 0..COLUMNS {
            part[y][x] = window[x];
        }
    }
    for position in 0..COUNT {
        visit.position(y, x + position);
        for (filter, gradient) in events[position].by_ref() {
            visit.gradient(filter, gradient);
            let gradient = simd.splat_f32s(gradient);
            let weights = &weights[filter];
            for y in 0..3 {
                for x in 0..3 {
                    part[y][position + x] =
                        simd.mul_add_f32s(weights[3 * y + x], gradient, part[y][position + x]);
                }
            }
        }
    }
    for y in 0..3 {
        let window = vectors_mut::<S>(&mut plane[y * row..][..COLUMNS * S::F32_LANES]);
        for x in 0..COLUMNS {
            window[x] = part[y][x];
        }
    }
}

/// As [`input_3x3`], for one position and filters of any size.
#[inline(always)]
fn input<S: Simd>(
    simd: S,
    plane: &mut [f32],
    row: usize,
    (height, width): (usize, usize),
    events: &Gradients<'_>,
    weights: &[S::f32s],
) {
    let taps = height * width;
    for y in 0..height {
        let mut x = 0;
        while x < width {
            let at = &mut plane[y * row + x * S::F32_LANES..];
            let weights = &weights[y * width + x..];
            x += match width - x {
                5.. => input_part::<S, 5>(simd, at, events.clone(), weights, taps),
                4 => input_part::<S, 4>(simd, at, events.clone(), weights, taps),
                3 => input_part::<S, 3>(simd, at, events.clone(), weights, taps),
                2 => input_part::<S, 2>(simd, at, events.clone(), weights, taps),
                _ => input_part::<S, 1>(simd, at, events.clone(), weights, taps),
            };
        }
    }
}

#[inline(always)]
fn input_part<S: Simd, const COLUMNS: usize>(
    simd: S,
    plane: &mut [f32],
    events: Gradients<'_>,
    weights: &[S::f32s],
    taps: usize,
) -> usize {
    let mut part = [simd.splat_f32s(0.0); COLUMNS];
    let window = vectors_mut::<S>(&mut plane[..COLUMNS * S::F32_LANES]);
    for x in 0..COLUMNS {
        part[x] = window[x];
    }
    for (filter, gradient) in events {
        let gradient = simd.splat_f32s(gradient);
        let weights = &weights[filter * taps..][..COLUMNS];
        for x in 0..COLUMNS {
            part[x] = simd.mul_add_f32s(weights[x], gradient, part[x]);
        }
    }
    for x in 0..COLUMNS {
        window[x] = part[x];
    }
    COLUMNS
}
