//! What a tensor is, by its name, its axes and its neighbours.

use crate::checkpoint::{Checkpoint, Tensor};
use crate::layers::is_trained;

/// What a tensor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A weight of a layer.
    Weight,
    /// A vector that is added.
    Bias,
    /// What a norm multiplies by.
    NormGain,
    /// What a norm adds.
    NormShift,
    /// A table of rows that are looked up.
    Embedding,
    /// One row for each place.
    Position,
    /// A factor of an adapter of low rank.
    Adapter,
    /// Few numbers by themselves: a gate, a temperature, a slope.
    Scalar,
    /// What no optimizer trains.
    Buffer,
}

impl Role {
    /// The word for several of its numbers or rows.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Weight => "weights",
            Self::Bias => "biases",
            Self::NormGain => "gains",
            Self::NormShift => "shifts",
            Self::Embedding | Self::Position => "rows",
            Self::Adapter => "factors",
            Self::Scalar => "numbers",
            Self::Buffer => "statistics",
        }
    }
}

/// Parts of the names of what modules keep beside their parameters.
const CONSTANTS: [&str; 9] = [
    "inv_freq",
    "freqs",
    "mask",
    "position_ids",
    "relative_position_index",
    "anchor",
    "sin_cached",
    "cos_cached",
    "sinusoid",
];

/// Name and last part of it.
fn split(name: &str) -> (&str, &str) {
    let name = name.strip_suffix(":0").unwrap_or(name);
    name.rsplit_once(['.', '/']).unwrap_or(("", name))
}

/// What a tensor of a file is.
pub fn role(checkpoint: &Checkpoint, tensor: &Tensor) -> Role {
    let lower = tensor.name.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let (parent, leaf) = split(&lower);
    let constant = CONSTANTS.iter().any(|word| leaf.contains(word)) || leaf == "pe";
    if !is_trained(&tensor.name) || constant {
        return Role::Buffer;
    }
    if has(&["lora_", "adapter", "hada_", "lokr_"]) {
        return Role::Adapter;
    }
    if has(&["pos_emb", "position_emb", "positional", "wpe", "pos_embed"]) {
        return Role::Position;
    }
    let longest = tensor.shape.iter().filter(|&&axis| axis > 1).count();
    if tensor.shape.len() > 1 && (longest > 1 || leaf == "weight" || leaf == "kernel") {
        let table = ["embed", "wte", "vocab", "lookup"];
        let looks = table
            .iter()
            .any(|word| parent.contains(word) || leaf.contains(word));
        let is_table = tensor.shape.len() == 2 && looks && !has(&["proj", "patch", "unembed"]);
        return if is_table {
            Role::Embedding
        } else {
            Role::Weight
        };
    }
    let siblings = || {
        let all = checkpoint.tensors.iter();
        all.filter(|own| own.name != tensor.name && split(&own.name.to_lowercase()).0 == parent)
    };
    let beside_a_weight = siblings().any(|own| own.shape.len() > 1);
    let activation = ["relu", "act", "prelu"];
    let gains = ["weight", "gamma", "scale", "g"].contains(&leaf);
    if beside_a_weight && (gains || leaf.contains("bias") || ["b", "beta"].contains(&leaf)) {
        return Role::Bias;
    }
    if gains && tensor.len() > 1 && !activation.iter().any(|word| parent.contains(word)) {
        return Role::NormGain;
    }
    if leaf == "bias" || leaf == "beta" || leaf == "b" || leaf.ends_with("bias") {
        let gain = siblings().any(|own| own.len() == tensor.len());
        return if gain && !parent.is_empty() {
            Role::NormShift
        } else {
            Role::Bias
        };
    }
    Role::Scalar
}
