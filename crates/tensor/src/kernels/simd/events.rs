//! Lists of the outputs of a convolution whose gradient is not zero, filter by filter.

use super::scratch::lend;

/// One gradient of an output that is not zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct Event {
    /// Where the output's window begins in the padded planes.
    pub at: u32,
    /// dL/dy.
    pub gradient: f32,
}

/// The events of each filter.
#[derive(Debug, Default)]
pub struct Events {
    all: Vec<Event>,
    /// Where each filter's next event goes.
    ends: Vec<u32>,
    capacity: usize,
}

impl Events {
    /// Empties the lists and makes room for `capacity` events of each filter.
    pub fn clear(&mut self, filters: usize, capacity: usize) {
        // An odd number of cache lines, so that the lists lie in different sets of the cache.
        let capacity = capacity.next_multiple_of(8) | 8;
        self.capacity = capacity;
        lend(&mut self.all, filters * capacity);
        for (filter, end) in lend(&mut self.ends, filters).iter_mut().enumerate() {
            *end = (filter * capacity) as u32;
        }
    }

    /// The events of a filter.
    #[inline(always)]
    pub fn of(&self, filter: usize) -> &[Event] {
        &self.all[filter * self.capacity..self.ends[filter] as usize]
    }

    /// The lists, to add to. (Lent once a loop: the compiler then keeps them in registers.)
    #[inline(always)]
    pub fn open(&mut self) -> Open<'_> {
        Open {
            all: &mut self.all,
            ends: &mut self.ends,
        }
    }
}

/// Lists that are being filled.
pub struct Open<'a> {
    all: &'a mut [Event],
    ends: &'a mut [u32],
}

impl Open<'_> {
    /// Adds an event of a filter.
    #[inline(always)]
    pub fn add(&mut self, filter: usize, event: Event) {
        let end = &mut self.ends[filter];
        self.all[*end as usize] = event;
        *end += 1;
    }
}
