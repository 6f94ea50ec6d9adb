//! Tensors and reverse-mode differentiation whose results are the same bits on every machine.
//!
//! A [`Graph`] is recorded once, with every shape checked, and replayed at every step.
//!
//! ```
//! use tensor::{Graph, TensorError};
//!
//! # fn main() -> Result<(), TensorError> {
//! // Least squares: y = w x + b through two points, by gradient descent.
//! let mut graph = Graph::<f64>::new();
//! let x = graph.input(&[2, 1])?;
//! let target = graph.input(&[2, 1])?;
//! let (weight, bias) = (graph.parameter(&[1, 1])?, graph.parameter(&[1])?);
//! let product = graph.linear(x, weight)?;
//! let y = graph.bias(product, bias)?;
//! let loss = graph.mean_squared_error(y, target)?;
//!
//! graph.values_mut(x).copy_from_slice(&[0.0, 1.0]);
//! graph.values_mut(target).copy_from_slice(&[1.0, 3.0]);
//! for _ in 0..200 {
//!     graph.forward();
//!     graph.backward(loss);
//!     let (parameters, grads) = graph.parameters_and_grads();
//!     for (parameter, grad) in parameters.iter_mut().zip(grads) {
//!         *parameter -= 0.5 * grad;
//!     }
//! }
//! assert!((graph.values(weight)[0] - 2.0).abs() < 1e-9);
//! assert!((graph.values(bias)[0] - 1.0).abs() < 1e-9);
//! # Ok(())
//! # }
//! ```

mod aligned;
mod error;
pub mod gradcheck;
mod graph;
pub mod kernels;
mod op;
mod ops;
#[cfg(test)]
mod testing;

pub use error::TensorError;
pub use graph::{Graph, NodeId, Output, OwnOp};
pub use kernels::Element;
pub use kernels::simd::{Instructions, Loops};
pub use op::Op;
pub use ops::{
    BatchNormConfig, BatchNormMode, BatchNormOperands, Conv2dConfig, ConvBlockConfig, PoolConfig,
};
