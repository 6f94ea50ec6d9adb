//! What of a file is not known well enough to remove units.

use crate::checkpoint::Checkpoint;
use crate::history::History;

/// What of the file the chain of layers does not explain: then it is more than that chain.
pub fn unexplained(file: &Checkpoint, history: &History) -> Option<String> {
    let layers = &history.network.layers;
    // A file of another network is refused as such.
    if layers
        .iter()
        .any(|layer| file.tensor(&layer.weight).is_none())
    {
        return None;
    }
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
