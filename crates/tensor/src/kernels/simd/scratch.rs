//! What the kernels of one op keep between calls, so that only the first call allocates.

use super::events::Events;
use super::positions::Buffers;
use super::tiles::Tile;
use crate::aligned::Aligned;

/// Buffers of one op; empty until its first use.
#[derive(Debug)]
pub struct Scratch {
    /// Of one image, and of a group of images: the forward pass.
    pub tiles: [Vec<Tile>; 2],
    /// Packed weights.
    pub weights: Aligned<f32>,
    /// Sums of one unit of filters.
    pub sums: Aligned<f32>,
    /// Padded images.
    pub planes: Aligned<f32>,
    /// Padded gradients of an image.
    pub grad_planes: Aligned<f32>,
    /// Gradients of the weights, in the order in which they are summed.
    pub weight_sums: Aligned<f32>,
    /// Of the gradients that are not zero, by position.
    pub positions: Buffers,
    /// Gradients that are not zero, by filter.
    pub by_filter: Events,
}

impl Default for Scratch {
    fn default() -> Self {
        let empty = || Aligned::new(0);
        Self {
            tiles: [Vec::new(), Vec::new()],
            weights: empty(),
            sums: empty(),
            planes: empty(),
            grad_planes: empty(),
            weight_sums: empty(),
            positions: Buffers::default(),
            by_filter: Events::default(),
        }
    }
}

/// Makes a buffer hold at least `length` elements and lends the first of them.
pub fn lend<T: Clone + Default>(buffer: &mut Vec<T>, length: usize) -> &mut [T] {
    if buffer.len() < length {
        buffer.resize(length, T::default());
    }
    &mut buffer[..length]
}
