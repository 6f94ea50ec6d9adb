//! Lists of the outputs of a convolution whose gradient is not zero.

use std::ops::Range;

use pulp::Simd;

use super::scratch::lend;
use crate::kernels::conv2d::Conv2dShape;
use crate::kernels::pool::PoolShape;

/// One gradient of an output that is not zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct Event {
    /// The filter, or where its window begins in the padded planes.
    pub at: u32,
    /// dL/dy.
    pub gradient: f32,
}

/// Where the gradient of a convolution's output comes from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a, T> {
    /// dL/dy of the op.
    pub grad_output: &'a [T],
    /// The op's output, if ReLU is part of it.
    pub rectified: Option<&'a [T]>,
    /// The max-pool that is part of it, with its winners.
    pub pooled: Option<(PoolShape, &'a [u32])>,
}

/// Events in slots, one a position or filter.
#[derive(Debug, Default)]
pub struct Slots {
    events: Vec<Event>,
    /// Where each slot's next event goes.
    ends: Vec<u32>,
    capacity: usize,
}

impl Slots {
    /// Empties `slots` slots that can hold `capacity` events each.
    pub fn clear(&mut self, slots: usize, capacity: usize) {
        // One more: where a zero goes that no other event overwrites.
        self.capacity = capacity + 1;
        lend(&mut self.events, slots * self.capacity);
        for (slot, end) in lend(&mut self.ends, slots).iter_mut().enumerate() {
            *end = (slot * self.capacity) as u32;
        }
    }

    /// The events of a slot.
    #[inline(always)]
    pub fn of(&self, slot: usize) -> &[Event] {
        &self.events[slot * self.capacity..self.ends[slot] as usize]
    }

    /// The slots, to add to. (Lent once a loop: the compiler then keeps them in registers.)
    #[inline(always)]
    pub fn open(&mut self) -> Open<'_> {
        Open {
            events: &mut self.events,
            ends: &mut self.ends,
        }
    }

    /// Fills a slot from a gradient a filter.
    #[inline(always)]
    fn set(&mut self, slot: usize, gradients: impl Iterator<Item = f32>) {
        let events = &mut self.events[slot * self.capacity..][..self.capacity];
        let mut count = 0;
        for (filter, gradient) in gradients.enumerate() {
            events[count] = Event {
                at: filter as u32,
                gradient,
            };
            count += usize::from(is_not_zero(gradient));
        }
        self.ends[slot] = (slot * self.capacity + count) as u32;
    }
}

/// Slots that are being filled.
pub struct Open<'a> {
    events: &'a mut [Event],
    ends: &'a mut [u32],
}

impl Open<'_> {
    /// Adds an event, which the next one overwrites if its gradient is zero.
    #[inline(always)]
    pub fn push(&mut self, slot: usize, event: Event) {
        let end = &mut self.ends[slot];
        self.events[*end as usize] = event;
        *end += u32::from(is_not_zero(event.gradient));
    }

    /// Adds an event whose gradient is not zero.
    #[inline(always)]
    pub fn add(&mut self, slot: usize, event: Event) {
        let end = &mut self.ends[slot];
        self.events[*end as usize] = event;
        *end += 1;
    }
}

/// `number != 0.0`, in the registers that the counting needs.
#[inline(always)]
const fn is_not_zero(number: f32) -> bool {
    number.to_bits() << 1 != 0
}

/// dL/d(pre-activation), given the output of the ReLU.
#[inline(always)]
pub fn through_relu<S: Simd>(simd: S, gradient: S::f32s, output: S::f32s) -> S::f32s {
    let zero = simd.splat_f32s(0.0);
    simd.select_f32s(simd.less_than_or_equal_f32s(output, zero), zero, gradient)
}

/// As [`through_relu`], of one number; a ReLU's output is 0, positive or NaN.
#[inline(always)]
const fn rectified(gradient: f32, output: f32) -> f32 {
    let on = is_not_zero(output) as u32;
    f32::from_bits(gradient.to_bits() & on.wrapping_neg())
}

/// Lists by position what some rows of one image have, each position in the order of the filters.
///
/// `rows` begin with a row of windows of a max-pool; if its windows overlap, they are all rows,
/// and `unpooled` is scratch.
#[inline(always)]
pub fn by_position(
    source: &Source<'_, f32>,
    shape: &Conv2dShape,
    image: usize,
    rows: Range<usize>,
    unpooled: &mut Vec<f32>,
    slots: &mut Slots,
) {
    let (width, filters) = (shape.out_width(), shape.out_channels);
    slots.clear(rows.len() * width, filters);
    let first = image * shape.out_height() * width;
    let Some((pool, winners)) = source.pooled else {
        let part = (first + rows.start * width) * filters..(first + rows.end * width) * filters;
        let gradients = source.grad_output[part.clone()].chunks_exact(filters);
        match source.rectified {
            Some(outputs) => {
                let outputs = outputs[part].chunks_exact(filters);
                for (slot, (gradients, outputs)) in gradients.zip(outputs).enumerate() {
                    let pairs = gradients.iter().zip(outputs);
                    slots.set(slot, pairs.map(|(&dy, &y)| rectified(dy, y)));
                }
            }
            None => {
                for (slot, gradients) in gradients.enumerate() {
                    slots.set(slot, gradients.iter().copied());
                }
            }
        }
        return;
    };
    let overlap = pool.stride < pool.size;
    let length = shape.out_height() * width * filters;
    let unpooled = lend(unpooled, if overlap { length } else { 0 });
    unpooled.fill(0.0);
    let windows = rows.start / pool.stride..rows.end.div_ceil(pool.stride).min(pool.out_height());
    let base = image * pool.out_height();
    let cells = (base + windows.start) * pool.out_width()..(base + windows.end) * pool.out_width();
    let part = cells.start * filters..cells.end * filters;
    let winners = winners[part.clone()].chunks_exact(filters);
    let gradients = source.grad_output[part.clone()].chunks_exact(filters);
    let outputs = source.rectified.map(|outputs| &outputs[part]);
    let start = first + rows.start * width;
    let plain = source.rectified.is_none();
    let mut open = slots.open();
    for (cell, (gradients, winners)) in gradients.zip(winners).enumerate() {
        let outputs = outputs.map_or(gradients, |outputs| &outputs[cell * filters..][..filters]);
        let row = gradients.iter().zip(outputs).zip(winners).enumerate();
        for (filter, ((&dy, &y), &winner)) in row {
            let gradient = if plain { dy } else { rectified(dy, y) };
            if overlap {
                unpooled[(winner as usize - first) * filters + filter] += gradient;
            } else {
                let at = filter as u32;
                open.push(winner as usize - start, Event { at, gradient });
            }
        }
    }
    if overlap {
        for (slot, gradients) in unpooled.chunks_exact(filters).enumerate() {
            slots.set(slot, gradients.iter().copied());
        }
    }
}
