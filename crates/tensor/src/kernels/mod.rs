//! The arithmetic of the ops: pure functions on slices, plain loops.
//!
//! Each states the order of its operations, which is part of its meaning: it decides the bits of
//! the result.

pub mod activation;
pub mod batch_norm;
pub mod bias;
pub mod conv2d;
pub mod conv_block;
mod element;
pub mod elementary;
mod fast;
pub mod linear;
pub mod local2d;
pub mod loss;
pub mod pointwise;
pub mod pool;
pub mod rows;
pub mod simd;

pub use element::Element;
pub use fast::{Kernels, Workspace};
