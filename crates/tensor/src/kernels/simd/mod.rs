//! Fast versions of the kernels in f32. Each equals its plain loops bit for bit (zeros by value).
//!
//! Lanes run along an axis that is not reduced over, so a wider register changes which sums are
//! computed at the same time, never the order of operations of one.

#![allow(
    clippy::inline_always,
    reason = "a function that is not inlined loses the instructions of its caller"
)]
#![allow(
    clippy::manual_memcpy,
    clippy::needless_range_loop,
    reason = "loops of constant length over registers, which the compiler unrolls"
)]

mod backward;
mod backward_input;
mod backward_weight;
mod batch_norm;
mod block;
mod conv2d;
mod events;
mod finish;
mod forward;
mod gradients;
mod instructions;
mod linear;
mod marks;
mod max_pool;
mod narrow;
mod pack;
mod planes;
mod positions;
mod rows;
mod scratch;
mod sparse;
mod tiles;

pub(crate) use backward::Backward;
pub(crate) use batch_norm::BatchNorm;
pub(crate) use block::BlockForward;
pub(crate) use conv2d::Forward;
pub use instructions::{Instructions, Kernel, Loops};
pub(crate) use linear::{LinearBackwardInput, LinearBackwardWeight, LinearForward};
pub(crate) use max_pool::MaxPool;
pub use positions::Source;
pub(crate) use rows::Rows;
pub use scratch::Scratch;
