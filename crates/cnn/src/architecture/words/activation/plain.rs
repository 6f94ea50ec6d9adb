//! The activations without settings and parameters.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{Graph, NodeId, TensorError};

use super::{Flat, Function};
use crate::architecture::word::{Notation, Parsed, Site};

/// How a graph records a function.
type Record = fn(&mut Graph<f32>, NodeId) -> Result<NodeId, TensorError>;

/// Where tanh is 1 in f32: 13 ln 2, where half a unit in the last place below 1 begins.
const TANH_SATURATION: f32 = 9.010_914;

const TANH: Flat = Flat {
    from: Some(TANH_SATURATION),
    ..Flat::up_to(-TANH_SATURATION)
};

/// All of them, each with the word it is written as, where its derivative is exactly 0, and the
/// method of [`Graph`] that records it, whose documentation says what it is and why there.
const ALL: &[Plain] = &[
    RELU,
    plain("elu", Flat::up_to(-103.972_084), Graph::elu),
    plain("selu", Flat::up_to(-103.972_084), Graph::selu),
    plain("gelu", Flat::up_to(-6.151_351_5), Graph::gelu),
    plain("gelu_tanh", Flat::up_to(-5.061_381), Graph::gelu_tanh),
    plain("silu", Flat::up_to(-88.722_84), Graph::silu),
    plain("softplus", Flat::up_to(-103.972_084), Graph::softplus),
    plain("tanh", TANH, Graph::tanh),
    plain("hard_swish", Flat::exactly_up_to(-3.0), Graph::hard_swish),
];

pub(super) const RELU: Plain = plain("relu", Flat::exactly_up_to(0.0), Graph::relu);

/// An activation that its word alone says: `relu`, `gelu` and so on, each the method of that name
/// of [`tensor::Graph`].
#[derive(Clone, Copy, Debug)]
pub struct Plain {
    word: &'static str,
    flat: Flat,
    record: Record,
}

const fn plain(word: &'static str, flat: Flat, record: Record) -> Plain {
    Plain { word, flat, record }
}

impl PartialEq for Plain {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

impl Notation for Plain {
    fn words() -> Vec<&'static str> {
        ALL.iter().map(|one| one.word).collect()
    }

    fn examples() -> Vec<&'static str> {
        Self::words()
    }

    fn read(word: &str, _: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
        ALL.iter().find(|one| one.word == word).copied().map(Ok)
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word)
    }
}

impl Function for Plain {
    fn flat(&self) -> Flat {
        self.flat
    }

    fn record(&self, site: &mut Site<'_>, x: NodeId, _: &[NodeId]) -> Result<NodeId, TensorError> {
        (self.record)(site.graph, x)
    }
}
