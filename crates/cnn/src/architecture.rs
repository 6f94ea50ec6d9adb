//! Architectures as data: a list of layers, written as text, checked before anything is built.
//!
//! | notation | layer |
//! |---|---|
//! | `conv 16 3x3` | convolution with 16 filters of 3x3, stride 1, padding (K - 1) / 2 |
//! | `conv 16 3x3 stride 2 padding 0` | the same with stride and padding given (a kernel that is not square needs its padding) |
//! | `local 16 3x3` | as `conv`, with weights of its own at each position, see [`Local`] |
//! | `linear 10` | linear layer with 10 units |
//! | `relu`, `gelu` and other words alone; `leaky_relu 0.01`, `prelu`, `rrelu 0.125 0.25` | activations, see [`Activation`] |
//! | `batch_norm` | each channel normalized over the batch, before or after an activation, see [`BatchNorm`] |
//! | `max_pool 2`, `max_pool 3 stride 2` | largest value of each 2x2 window; stride = window unless given |
//! | `average_pool 2` | mean of each window |
//! | `global_average_pool` | mean over all positions: an image becomes its channels |
//! | `flatten` | an image becomes a vector, in the order height, width, channel |
//! | `{ residual = ["conv 16 3x3", "relu", "conv 16 3x3"] }` | the block's output plus its input |

mod notation;
mod shape;
mod word;
mod words;

pub use notation::forms as layer_forms;
pub use shape::{LayerShape, Place, Shape};
pub(crate) use word::{Parameter, Site, Word};
pub use word::{Role, SlopeNoise};
pub(crate) use words::Part;
pub use words::{
    Activation, AveragePool, BatchNorm, Convolution, Flatten, GlobalAveragePool, Layer, LeakyRelu,
    Linear, Local, MaxPool, Plain, Pool, Prelu, Rrelu,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The layers of a network, from the images to the logits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Architecture(pub Vec<Layer>);

impl Architecture {
    /// The default network of the studies: three convolutions of 3x3 with 16, 32 and 32 filters,
    /// ReLU after each, a 2x2 max-pool after the second, global average, ten classes.
    pub fn digits_cnn() -> Self {
        let conv = |filters| Layer::from(Convolution::same(filters, 3));
        let relu = || Layer::from(Activation::RELU);
        Self(vec![
            conv(16),
            relu(),
            conv(32),
            relu(),
            MaxPool(Pool::tiles(2)).into(),
            conv(32),
            relu(),
            GlobalAveragePool.into(),
            Linear { units: 10 }.into(),
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
