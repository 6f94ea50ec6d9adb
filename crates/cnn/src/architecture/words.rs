//! The layers that are a word of the notation: one file and one line of the list each.

mod activation;
mod average_pool;
mod batch_norm;
mod convolution;
mod flatten;
mod global_average_pool;
mod linear;
mod local;
mod max_pool;
mod pool;

pub use activation::{LeakyRelu, Plain, Prelu, Rrelu};
pub use pool::Pool;

use std::str::SplitWhitespace;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::notation::Written;
use super::word::{Notation, Parsed, Word};

macro_rules! layers {
    ($($module:ident::$Layer:ident,)*) => {
        $(pub use $module::$Layer;)*

        /// One layer. In files it is a text (`"conv 16 3x3"`) or, for a block, a table
        /// (`{ residual = [...] }`); [`std::fmt::Display`] writes the shortest text that means the same.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "Written", into = "Written")]
        pub enum Layer {
            $(
                #[doc = concat!("A layer of this kind: see [`", stringify!($Layer), "`].")]
                $Layer($Layer),
            )*
            /// x + f(x), where f is the block and keeps the shape of x.
            Residual(Vec<Layer>),
        }

        $(
            impl From<$Layer> for Layer {
                fn from(layer: $Layer) -> Self {
                    Self::$Layer(layer)
                }
            }
        )*

        impl Layer {
            /// How the texts of layers begin.
            pub fn words() -> Vec<&'static str> {
                [$($Layer::words(),)*].concat()
            }

            /// Texts of every form that a layer can have.
            pub fn examples() -> Vec<&'static str> {
                [$($Layer::examples(),)*].concat()
            }

            /// The layer whose text is `word` and what begins `rest`; none if no text begins so.
            pub(super) fn read(word: &str, rest: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
                $(
                    if let Some(read) = $Layer::read(word, rest) {
                        return Some(read.map(Self::$Layer));
                    }
                )*
                None
            }

            /// The layer as what it does, or the layers of a block.
            pub(crate) fn part(&self) -> Part<'_> {
                match self {
                    $(Self::$Layer(layer) => Part::Word(layer),)*
                    Self::Residual(block) => Part::Block(block),
                }
            }
        }
    };
}

// In the order in which messages name them.
layers! {
    convolution::Convolution,
    linear::Linear,
    activation::Activation,
    local::Local,
    batch_norm::BatchNorm,
    max_pool::MaxPool,
    average_pool::AveragePool,
    global_average_pool::GlobalAveragePool,
    flatten::Flatten,
}

/// A layer as those see it who walk over layers.
pub enum Part<'a> {
    /// A single layer.
    Word(&'a dyn Word),
    /// The layers of a residual block.
    Block(&'a [Layer]),
}

impl Layer {
    /// Number of filters of a layer that has its own, with weight and bias: a convolution,
    /// linear layer or locally connected layer (there channels).
    pub fn filters(&self) -> Option<usize> {
        match self.part() {
            Part::Word(word) => word.filters(),
            Part::Block(_) => None,
        }
    }

    /// The same with another number of filters; a layer without any of its own as it is.
    #[must_use]
    pub fn with_filters(&self, filters: usize) -> Self {
        let other = match self.part() {
            Part::Word(word) => word.with_filters(filters),
            Part::Block(_) => None,
        };
        other.unwrap_or_else(|| self.clone())
    }
}
