//! Convolutional networks as data: architectures, initialization, optimizers, training, and the
//! census that tells dead filters from living ones.
//!
//! ```
//! use cnn::architecture::{Architecture, Layer, Shape};
//!
//! let network = Architecture::digits_cnn();
//! let shapes = network.check([8, 8, 1])?;
//! assert_eq!(shapes.last().unwrap().output, Shape::Features(10));
//! assert!("conv 16 3x3".parse::<Layer>().is_ok());
//! # Ok::<(), cnn::CnnError>(())
//! ```
//!
//! Activations are (N, H, W, C), convolution weights (Kh, Kw, Cin, Cout), linear weights
//! (in, out): filters are the last axis everywhere.

pub mod architecture;
pub mod census;
pub mod checkpoint;
pub mod data;
mod error;
pub mod initialization;
pub mod life;
pub mod network;
pub mod optimizer;
pub mod parameters;
pub mod probe;
pub mod prune;
pub mod random;
pub mod record;
pub mod recording;
pub mod settings;
pub mod step;
pub mod trial;
pub mod weights;

pub use error::CnnError;
