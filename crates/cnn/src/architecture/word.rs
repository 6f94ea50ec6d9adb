//! What each layer of the notation says of itself: how it is written, what it makes of an image,
//! which parameters it has and how it is recorded.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{BatchNormMode, Graph, NodeId, TensorError};

use super::{Layer, LayerShape, Place, Shape};
use crate::random::Uniform;

/// What was asked for, or else what stands where it should not or is missing.
pub type Parsed<T> = Result<T, String>;

/// A layer as text.
pub trait Notation: fmt::Display + Sized {
    /// How its texts begin.
    fn words() -> Vec<&'static str>;

    /// Texts of every form that it has, for tests.
    fn examples() -> Vec<&'static str>;

    /// The layer whose text is `word` and what begins `rest`; none if `word` is not one of its own.
    ///
    /// # Errors
    /// In words, what would be right.
    fn read(word: &str, rest: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>>;
}

/// What a layer does.
pub trait Word: fmt::Display {
    /// What it makes of the image or vector there; notes what else has changed.
    ///
    /// # Errors
    /// In words, why it does not fit and what would.
    fn output(&self, place: &mut Place) -> Parsed<Shape>;

    /// Its parameters, in the order in which they are recorded; of a layer with filters weight and
    /// bias come first.
    fn parameters(&self, shape: &LayerShape) -> Vec<Parameter> {
        let _ = shape;
        Vec::new()
    }

    /// Records it on `x`, with `own` the nodes of its parameters.
    ///
    /// # Errors
    /// As the op's.
    fn record(&self, site: &mut Site<'_>, x: NodeId, own: &[NodeId])
    -> Result<NodeId, TensorError>;

    /// The modules of `torch.nn` that do the same, in a row; their parameters have the names of
    /// [`Word::parameters`], and only the first may have any.
    fn modules(&self, shape: &LayerShape) -> Vec<String>;

    /// Its number of filters, if these are its own: of a layer with weight and bias.
    fn filters(&self) -> Option<usize> {
        None
    }

    /// The same with another number of filters, if these are its own.
    fn with_filters(&self, filters: usize) -> Option<Layer> {
        let _ = filters;
        None
    }
}

/// One tensor of a layer's parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// PyTorch's name for it, such as `weight`.
    pub name: &'static str,
    /// What it is.
    pub role: Role,
    /// (Kh, Kw, Cin, Cout), (in, out) or (filters); of a locally connected layer (H', W', Kh, Kw, Cin,
    /// Cout) and (H', W', Cout).
    pub shape: Vec<usize>,
}

impl Parameter {
    /// A weight of that shape and a bias for each of its filters.
    pub fn weight_and_bias(role: Role, shape: Vec<usize>) -> Vec<Self> {
        let filters = shape.last().copied().unwrap_or(1);
        let bias = Self {
            name: "bias",
            role: Role::Bias,
            shape: vec![filters],
        };
        let name = "weight";
        vec![Self { name, role, shape }, bias]
    }
}

/// What a tensor of parameters does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Kernel of a convolution, (Kh, Kw, Cin, Cout).
    Kernel,
    /// Weights of a locally connected layer, (H', W', Kh, Kw, Cin, Cout).
    Local,
    /// Matrix of a linear layer, (in, out).
    Matrix {
        /// Shape (height, width, channels) of the image whose flattened form it reads.
        flattened: Option<[usize; 3]>,
    },
    /// Bias of a convolution, linear or locally connected layer.
    Bias,
    /// Slopes of a PReLU, one a channel.
    Slope,
    /// gamma of a batch norm, one a channel.
    Scale,
    /// beta of a batch norm, one a channel.
    Shift,
    /// Running mean of a batch norm, one a channel: kept, not trained.
    RunningMean,
    /// Running variance of a batch norm, one a channel: kept, not trained.
    RunningVariance,
    /// Batches that a batch norm's running statistics have seen: kept, not trained.
    Batches,
}

impl Role {
    /// Whether an optimizer trains it. What is not trained is a buffer, in PyTorch's word: kept
    /// between the steps and saved with the rest.
    pub const fn is_trained(self) -> bool {
        !matches!(
            self,
            Self::RunningMean | Self::RunningVariance | Self::Batches
        )
    }

    /// Whether it is what a layer multiplies its input by.
    pub const fn is_weight(self) -> bool {
        matches!(self, Self::Kernel | Self::Local | Self::Matrix { .. })
    }
}

/// Where a layer is recorded.
#[derive(Debug)]
pub struct Site<'a> {
    /// The graph of the network.
    pub graph: &'a mut Graph<f32>,
    /// What is drawn for each batch of training.
    pub noise: &'a mut Vec<SlopeNoise>,
    /// Whether the network is to be trained, and not to be observed.
    pub trained: bool,
    /// How its batch norms normalize.
    pub batch_norms: BatchNormMode,
}

/// The slopes of an RReLU.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlopeNoise {
    /// Input, one slope for each unit and image of the batch.
    pub slopes: NodeId,
    /// What they are drawn from.
    pub distribution: Uniform,
}

/// A finite number.
pub fn number(word: Option<&str>) -> Option<f64> {
    word?.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A whole number in decimal digits alone: `+3` and `3.0` are refused.
pub fn count(word: Option<&str>) -> Option<usize> {
    let word = word?;
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| word.parse().ok()).flatten()
}
