//! What of a file is not known well enough to remove units.

use crate::checkpoint::Checkpoint;
use crate::history::History;

/// The norm of a layer, if it is one that keeps no statistics and so takes them over channels
/// (layer norm, group norm); a PReLU has no shift and its name says so.
pub fn norm_over_units(history: &History, index: usize) -> Option<&str> {
    let layer = &history.network.layers[index];
    let statistics = |name: &str| {
        let parent = name.rsplit_once(['.', '/']).map_or("", |parts| parts.0);
        let known = history.statistics.iter();
        known
            .filter_map(|own| own.rsplit_once(['.', '/']))
            .any(|own| own.0 == parent)
    };
    let activation = |name: &str| {
        let lower = name.to_lowercase();
        lower.contains("prelu") || lower.contains("act")
    };
    let norms = layer
        .companions
        .iter()
        .filter(|own| Some(*own) != layer.bias.as_ref());
    norms
        .map(String::as_str)
        .find(|own| !statistics(own) && !activation(own))
}

/// What of the file the chain of layers does not explain: then it is more than that chain.
pub fn unexplained(file: &Checkpoint, history: &History) -> Option<String> {
    let layers = &history.network.layers;
    if let Some(layer) = layers.iter().find(|layer| !layer.is_plain()) {
        return Some(format!(
            "the weight of `{}` is made of several tensors (weight norm, spectral norm, a mask), \
             so that removing part of one changes all of it",
            layer.name
        ));
    }
    let other = file.tensors.iter().find(|tensor| {
        let known = layers.iter().any(|layer| layer.weight == tensor.name);
        tensor.shape.len() > 1 && !known
    });
    other.map(|tensor| format!("`{}` is no part of a chain of layers", tensor.name))
}
