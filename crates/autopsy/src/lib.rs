//! Reads saved weights and says why some of them stopped changing.

pub mod chain;
pub mod checkpoint;
mod error;
mod format;
pub mod layers;

pub use checkpoint::Checkpoint;
pub use error::AutopsyError;
pub use format::Format;
