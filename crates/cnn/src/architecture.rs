//! Architectures as data: a list of layers, written as text, checked before anything is built.
//!
//! | notation | layer |
//! |---|---|
//! | `conv 16 3x3` | convolution with 16 filters of 3x3, stride 1, padding (K - 1) / 2 |
//! | `conv 16 3x3 stride 2 padding 0` | the same with stride and padding given (a kernel that is not square needs its padding) |
//! | `linear 10` | linear layer with 10 units |
//! | `relu`, `leaky_relu 0.01`, `prelu`, `rrelu 0.125 0.25`, `elu`, `selu`, `gelu`, `gelu_tanh`, `silu`, `softplus`, `tanh` | activations, see [`Activation`] |
//! | `max_pool 2`, `max_pool 3 stride 2` | largest value of each 2x2 window; stride = window unless given |
//! | `average_pool 2` | mean of each window |
//! | `global_average_pool` | mean over all positions: an image becomes its channels |
//! | `flatten` | an image becomes a vector, in the order height, width, channel |
//! | `{ residual = ["conv 16 3x3", "relu", "conv 16 3x3"] }` | the block's output plus its input |

mod activation;
mod notation;
mod shape;

pub use activation::Activation;
pub use shape::{LayerShape, Shape};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The layers of a network, from the images to the logits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Architecture(pub Vec<Layer>);

/// One layer. In files it is a text (`"conv 16 3x3"`) or, for a block, a table
/// (`{ residual = [...] }`); [`std::fmt::Display`] writes the shortest text that means the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "notation::Written", into = "notation::Written")]
pub enum Layer {
    /// 2-D convolution with bias.
    Convolution(Convolution),
    /// Linear layer with bias.
    Linear {
        /// Outputs.
        units: usize,
    },
    /// Activation function, element by element.
    Activation(Activation),
    /// Largest value of each window.
    MaxPool(Pool),
    /// Mean of each window.
    AveragePool(Pool),
    /// Mean over all positions of an image.
    GlobalAveragePool,
    /// Image to vector, in the order height, width, channel.
    Flatten,
    /// x + f(x), where f is the block and keeps the shape of x.
    Residual(Vec<Layer>),
}

/// Settings of a convolution. Output size along an axis: (in + 2 padding - kernel) / stride + 1,
/// rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// Output channels.
    pub filters: usize,
    /// Height and width of the kernel.
    pub kernel_size: [usize; 2],
    /// Step between positions, along both axes.
    pub stride: usize,
    /// Zeros on all four sides.
    pub padding: usize,
}

impl Convolution {
    /// A square kernel with stride 1 and the padding (K - 1) / 2, which keeps the image's size
    /// for odd K.
    pub const fn same(filters: usize, size: usize) -> Self {
        Self {
            filters,
            kernel_size: [size, size],
            stride: 1,
            padding: size.saturating_sub(1) / 2,
        }
    }
}

/// Window of a pooling layer, square and without padding. Output size along an axis:
/// (in - size) / stride + 1, rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Height and width of the window.
    pub size: usize,
    /// Step between windows.
    pub stride: usize,
}

impl Architecture {
    /// The default network of the studies: three convolutions of 3x3 with 16, 32 and 32 filters,
    /// ReLU after each, a 2x2 max-pool after the second, global average, ten classes.
    pub fn digits_cnn() -> Self {
        let conv = |filters| Layer::Convolution(Convolution::same(filters, 3));
        let relu = || Layer::Activation(Activation::Relu);
        Self(vec![
            conv(16),
            relu(),
            conv(32),
            relu(),
            Layer::MaxPool(Pool { size: 2, stride: 2 }),
            conv(32),
            relu(),
            Layer::GlobalAveragePool,
            Layer::Linear { units: 10 },
        ])
    }

    /// The same layers with every activation replaced.
    #[must_use]
    pub fn with_activation(&self, activation: Activation) -> Self {
        fn replaced(layers: &[Layer], activation: Activation) -> Vec<Layer> {
            let replace = |layer: &Layer| match layer {
                Layer::Activation(_) => Layer::Activation(activation),
                Layer::Residual(block) => Layer::Residual(replaced(block, activation)),
                other => other.clone(),
            };
            layers.iter().map(replace).collect()
        }
        Self(replaced(&self.0, activation))
    }
}
