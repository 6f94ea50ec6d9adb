//! What is known of readers where the layers are no chain: inside blocks, and of heads.

use super::{Link, Network, link};
use crate::layers::Layer;

/// Words in the names of layers that branch.
const BRANCHES: [&str; 4] = ["downsample", "shortcut", "skip", "residual"];

/// The name of a layer that branches, if one says so.
pub fn branch(layers: &[Layer]) -> Option<&str> {
    let named = |name: &&str| {
        let lower = name.to_lowercase();
        BRANCHES.iter().any(|word| lower.contains(word)) || is_block(&lower)
    };
    layers.iter().map(|layer| &layer.name[..]).find(named)
}

/// Whether a name is like `layer1.0.conv2`, torchvision's residual blocks.
fn is_block(name: &str) -> bool {
    let parts: Vec<&str> = name.split(['.', '/']).collect();
    parts.windows(3).any(|parts| {
        parts[0].strip_prefix("layer").is_some_and(is_number)
            && is_number(parts[1])
            && parts[2].strip_prefix("conv").is_some_and(is_number)
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Names of the two layers of a transformer's multilayer perceptron, up to the usual variants.
const PAIRS: [(&str, &str); 8] = [
    ("c_fc", "c_proj"),
    ("fc_in", "fc_out"),
    ("up_proj", "down_proj"),
    ("gate_proj", "down_proj"),
    ("wi", "wo"),
    ("dense_h_to_4h", "dense_4h_to_h"),
    ("intermediate.dense", "output.dense"),
    ("expand", "project"),
];

/// Connects what names tell inside blocks: `block.conv1` to `block.conv2`, `ff1` to `ff2`,
/// `mlp.0` to `mlp.2`, `c_fc` to `c_proj`.
pub fn inside(layers: Vec<Layer>, doubt: String) -> Network {
    let names: Vec<&str> = layers.iter().map(|layer| &layer.name[..]).collect();
    let readers: Vec<_> = (0..layers.len())
        .map(|index| {
            let reader = next_in_block(&names, index)?;
            Some((reader, link(&layers[index], &layers[reader])?))
        })
        .collect();
    unfinished(layers, readers, Some(doubt))
}

/// A trunk with several heads: all readers are known.
pub fn with_heads(layers: Vec<Layer>, readers: Vec<Option<usize>>) -> Network {
    let link = |(index, reader): (usize, Option<usize>)| {
        Some((reader?, link(&layers[index], &layers[reader?])?))
    };
    let readers = readers.into_iter().enumerate().map(link).collect();
    let mut network = unfinished(layers, readers, None);
    network.outputs = network.readers.iter().map(Option::is_none).collect();
    network.unproven = Some("several layers read one trunk".to_owned());
    network
}

/// A network of which not all is known.
fn unfinished(
    layers: Vec<Layer>,
    readers: Vec<Option<(usize, Link)>>,
    doubt: Option<String>,
) -> Network {
    // What no layer of the file can read is an output.
    let is_output = |index: usize| {
        let mut others = (0..layers.len()).filter(|&other| other != index);
        others.all(|other| link(&layers[index], &layers[other]).is_none())
    };
    Network {
        outputs: (0..layers.len()).map(is_output).collect(),
        unproven: doubt.clone(),
        layers,
        readers,
        certain: false,
        doubt,
    }
}

/// The layer that reads layer `index`, as far as names tell.
fn next_in_block(names: &[&str], index: usize) -> Option<usize> {
    let name = names[index];
    let find = |wanted: &str| names.iter().position(|other| *other == wanted);
    for (first, second) in PAIRS {
        let block = name.strip_suffix(first);
        let block = block.filter(|block| block.is_empty() || block.ends_with(['.', '/']));
        if let Some(reader) = block.and_then(|block| find(&format!("{block}{second}"))) {
            return Some(reader);
        }
    }
    let (stem, number) = numbered(name)?;
    if stem.is_empty() || stem.ends_with(['.', '/']) {
        // The next of a plain list, with something without weights in between.
        let later = names.iter().filter_map(|other| numbered(other));
        let later = later.filter(|own| own.0 == stem).map(|own| own.1);
        let next = later.filter(|&other| other > number).min()?;
        return (next > number + 1)
            .then(|| find(&format!("{stem}{next}")))
            .flatten();
    }
    // In SwiGLU's w1, w2, w3 the last two both end a branch.
    if stem.ends_with('w') && find(&format!("{stem}3")).is_some() && number > 1 {
        return None;
    }
    find(&format!("{stem}{}", number + 1))
}

/// A name and the number at its end.
fn numbered(name: &str) -> Option<(&str, u64)> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    Some((stem, name[stem.len()..].parse().ok()?))
}
