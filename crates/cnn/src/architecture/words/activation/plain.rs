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

macro_rules! plain {
    ($($word:ident: $flat:expr, $module:literal;)*) => {
        const ALL: &[Plain] = &[$(Plain {
            word: stringify!($word),
            flat: $flat,
            record: Graph::$word,
            module: $module,
        }),*];
    };
}

// All of them: the word it is written as, which is also the method of `Graph` that records it;
// where its derivative is exactly 0, and why there says that method; its name in `torch.nn`.
plain! {
    relu: Flat::exactly_up_to(0.0), "ReLU()";
    elu: Flat::up_to(-103.972_084), "ELU()";
    selu: Flat::up_to(-103.972_084), "SELU()";
    gelu: Flat::up_to(-6.151_351_5), "GELU()";
    gelu_tanh: Flat::up_to(-5.061_381), "GELU(approximate='tanh')";
    silu: Flat::up_to(-88.722_84), "SiLU()";
    softplus: Flat::up_to(-103.972_084), "Softplus()";
    tanh: TANH, "Tanh()";
    hard_swish: Flat::exactly_up_to(-3.0), "Hardswish()";
}

/// ReLU, which stands first.
pub(super) const RELU: Plain = ALL[0];

/// An activation that its word alone says: `relu`, `gelu` and so on, each the method of that name
/// of [`tensor::Graph`].
#[derive(Clone, Copy, Debug)]
pub struct Plain {
    word: &'static str,
    flat: Flat,
    record: Record,
    module: &'static str,
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

    fn module(&self, _: usize) -> String {
        self.module.to_owned()
    }
}
