//! The ops: one file each, with the struct, the graph method that records it, and its tests.

mod add;
mod average_pool;
mod batch_norm;
mod bias;
mod conv2d;
mod conv_block;
mod elu;
mod flatten;
mod gelu;
mod gelu_tanh;
mod global_average_pool;
mod hard_swish;
mod leaky_relu;
mod linear;
mod local2d;
mod max_pool;
mod mean_squared_error;
mod pointwise;
mod prelu;
mod relu;
mod rrelu;
mod selu;
mod shapes;
mod silu;
mod softmax_cross_entropy;
mod softplus;
mod tanh;

pub use batch_norm::{BatchNormConfig, BatchNormMode, BatchNormOperands};
pub use conv_block::ConvBlockConfig;
pub use conv2d::Conv2dConfig;
pub use shapes::PoolConfig;
