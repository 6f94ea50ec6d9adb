//! Norms that follow a layer, and those of its weight.

use super::Role;
use super::names::module;
use super::owners::Part;
use crate::checkpoint::Checkpoint;

/// A norm that follows a layer.
#[derive(Clone, Debug)]
pub struct Norm {
    /// Names of its gain and shift.
    pub vectors: Vec<String>,
    /// Whether it keeps no statistics, so that it takes them over channels (layer norm, group norm).
    pub over_channels: bool,
}

/// Whether a weight is stored before it is divided by a length of itself.
pub fn is_normed(checkpoint: &Checkpoint, weight: &str) -> bool {
    let (parent, leaf) = module(weight);
    let has = |wanted: &str| {
        let mut tensors = checkpoint.tensors.iter();
        tensors.any(|own| module(&own.name) == (parent, wanted))
    };
    match leaf {
        "weight_v" | "original1" => true,
        "weight_orig" => has("weight_u"),
        "original" => has("_u"),
        _ => false,
    }
}

/// Whether the module of a tensor keeps something that no optimizer trains.
pub fn keeps_statistics(parts: &[Part<'_>], name: &str) -> bool {
    let mut kept = parts.iter().filter(|part| part.role == Role::Buffer);
    kept.any(|part| module(&part.tensor.name).0 == module(name).0)
}
