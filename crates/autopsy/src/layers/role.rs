//! What a tensor can be.

use serde::Serialize;

/// What a tensor is, by its name, its axes and its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The weight of a layer whose units are counted: convolution or linear.
    Weight,
    /// The bias of a layer.
    Bias,
    /// What a norm multiplies by.
    NormGain,
    /// What a norm adds.
    NormShift,
    /// The length of a row in weight norm.
    Magnitude,
    /// Slopes of a PReLU.
    Slope,
    /// A single number: a temperature, a gate, a logit scale.
    Scalar,
    /// Rows that are looked up.
    Embedding,
    /// One row for each place of a sequence or an image.
    Position,
    /// A token of its own, such as a class token, or learned queries.
    Token,
    /// A weight that projects to or from the heads of an attention.
    Attention,
    /// A weight or bias of a recurrent layer, four or three rows a hidden unit.
    Recurrent,
    /// The factor of a low-rank adapter that reads the layer's input.
    LoraA,
    /// The factor of a low-rank adapter that writes to the layer's output; 0 at first.
    LoraB,
    /// Weights of several experts in one tensor, whose units are not counted.
    Experts,
    /// A mask of zeros and ones.
    Mask,
    /// What no optimizer trains: running statistics, vectors of a power iteration, tables.
    Buffer,
    /// Anything else: a gain for each channel, numbers by themselves.
    Other,
}

impl Role {
    /// Whether an optimizer is to train it.
    pub const fn is_trained(self) -> bool {
        !matches!(self, Self::Mask | Self::Buffer)
    }

    /// Whether what a layer reads is multiplied by it.
    pub const fn is_weight(self) -> bool {
        matches!(
            self,
            Self::Weight | Self::Attention | Self::Recurrent | Self::Experts
        )
    }

    /// Whether its rows are looked up.
    pub const fn is_table(self) -> bool {
        matches!(self, Self::Embedding | Self::Position)
    }

    /// Whether it is numbers by themselves: a gate, a temperature, slopes.
    pub const fn is_gate(self) -> bool {
        matches!(self, Self::Scalar | Self::Slope | Self::Other)
    }
}
