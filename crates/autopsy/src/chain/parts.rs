//! Layers of one file that are no one chain: copies of a network, and gates beside it.

use super::Network;
use crate::layers::Layer;

/// Modules whose output multiplies what others put out: squeeze and excitation.
const GATES: [&str; 7] = [
    "se",
    "selayer",
    "seblock",
    "semodule",
    "excitation",
    "gate",
    "gating",
];

/// Whether a layer belongs to a gate, as its name tells.
fn is_gate(layer: &Layer) -> bool {
    let lower = layer.name.to_lowercase();
    let is = |part: &str| {
        let part = part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
        GATES.contains(&part) || part.starts_with("squeeze_e") || part.starts_with("se_")
    };
    lower.split(['.', '/']).any(is)
}

/// The layers that are gates, and the others.
pub fn gates(layers: Vec<Layer>) -> (Vec<Layer>, Vec<Layer>) {
    layers.into_iter().partition(is_gate)
}

/// The layers of several copies of one network, such as a model and its average (`model.`,
/// `ema.`): names that differ in their first part alone, with the same shapes.
pub fn copies(layers: &[Layer]) -> Option<Vec<Vec<Layer>>> {
    let mut copies: Vec<(&str, Vec<&Layer>)> = Vec::new();
    for layer in layers {
        let (first, _) = layer.name.split_once(['.', '/'])?;
        match copies.iter_mut().find(|own| own.0 == first) {
            Some((_, members)) => members.push(layer),
            None => copies.push((first, vec![layer])),
        }
    }
    let shapes = |(first, members): &(&str, Vec<&Layer>)| {
        let mut shapes: Vec<(String, Vec<usize>)> = members
            .iter()
            .map(|own| (own.name[first.len()..].to_owned(), own.shape.clone()))
            .collect();
        shapes.sort();
        shapes
    };
    // One layer each is a list of heads as well as copies.
    let several = copies.len() > 1 && copies.iter().all(|own| own.1.len() > 1);
    let same = several && copies.iter().all(|own| shapes(own) == shapes(&copies[0]));
    let numbered = copies
        .iter()
        .all(|own| own.0.bytes().all(|byte| byte.is_ascii_digit()));
    (same && !numbered).then(|| {
        let all = copies.into_iter();
        all.map(|own| own.1.into_iter().cloned().collect())
            .collect()
    })
}

/// Networks side by side, as one; units of several may not be removed, `because`.
pub fn beside(networks: Vec<Network>, because: &str) -> Network {
    let mut all = Network {
        layers: Vec::new(),
        readers: Vec::new(),
        outputs: Vec::new(),
        certain: true,
        doubt: None,
        unproven: Some(because.to_owned()),
    };
    for own in networks {
        let start = all.layers.len();
        let readers = own.readers.into_iter();
        all.readers
            .extend(readers.map(|reader| reader.map(|(index, link)| (index + start, link))));
        all.layers.extend(own.layers);
        all.outputs.extend(own.outputs);
        all.certain &= own.certain;
        all.doubt = all.doubt.or(own.doubt);
    }
    all
}
