//! What the kernels of one op keep between calls, so that only the first call allocates.

use super::events::Events;
use super::positions::Buffers;
use super::tiles::Tile;

/// Buffers of one op; empty until its first use.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Of the forward pass.
    pub tiles: Vec<Tile>,
    /// Packed weights.
    pub weights: Vec<f32>,
    /// Sums of one unit of filters.
    pub sums: Vec<f32>,
    /// Padded images.
    pub planes: Vec<f32>,
    /// Padded gradients of an image.
    pub grad_planes: Vec<f32>,
    /// Gradients of the weights, in the order in which they are summed.
    pub weight_sums: Vec<f32>,
    /// Of the gradients that are not zero, by position.
    pub positions: Buffers,
    /// Gradients that are not zero, by filter.
    pub by_filter: Events,
}

/// Makes a buffer hold at least `length` elements and lends the first of them.
pub fn lend<T: Clone + Default>(buffer: &mut Vec<T>, length: usize) -> &mut [T] {
    if buffer.len() < length {
        buffer.resize(length, T::default());
    }
    &mut buffer[..length]
}
