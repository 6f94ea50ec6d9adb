//! How many threads are worth their cost.

use std::num::NonZero;
use std::thread;

/// Bytes that are worth a thread.
pub const MANY_BYTES: usize = 1 << 20;

/// Threads for `work`, of which `many` is worth one.
pub fn threads(work: usize, many: usize) -> usize {
    let available = thread::available_parallelism().map_or(1, NonZero::get);
    available.min(4).min(1 + work / many)
}
