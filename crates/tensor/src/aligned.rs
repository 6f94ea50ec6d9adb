//! Buffers that begin at a line of the cache.

use aligned_vec::{AVec, ConstAlign};

/// Numbers that begin at a line of the cache, so that no vector of whole rows straddles two.
pub type Aligned<T> = AVec<T, ConstAlign<64>>;

/// Numbers of a line of the cache.
pub const LINE: usize = 16;
