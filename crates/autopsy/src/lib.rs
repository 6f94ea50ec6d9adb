//! Reads saved weights and says why some of them stopped changing.

mod ahead;
pub mod answer;
pub mod census;
pub mod chain;
pub mod checkpoint;
pub mod command;
mod compare;
mod decay;
mod error;
mod format;
mod glance;
pub mod history;
mod interval;
pub mod layers;
mod moments;
mod motion;
pub mod normal;
pub mod order;
pub mod program;
pub mod prune;
pub mod raster;
pub mod report;
mod row;
mod sketch;
pub mod steps;
mod threads;
pub mod verdict;

pub use ahead::Open;
pub use checkpoint::Checkpoint;
pub use error::AutopsyError;
pub use format::Format;
pub use motion::{Glimpse, Motion, Readers};
