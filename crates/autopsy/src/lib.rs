//! Reads saved weights and says why some of them stopped changing.

pub mod chain;
pub mod checkpoint;
mod compare;
mod decay;
mod error;
mod format;
pub mod history;
mod interval;
pub mod layers;
mod moments;
mod motion;
pub mod order;
mod sketch;
pub mod verdict;

pub use checkpoint::Checkpoint;
pub use error::AutopsyError;
pub use format::Format;
pub use motion::{Glimpse, Motion, Readers};
