//! What the names of tensors tell.

use std::cmp::Ordering;

use super::Layer;

/// The parts of a name, without TensorFlow's `:0`.
pub fn split(name: &str) -> (&str, &str) {
    let name = name.strip_suffix(":0").unwrap_or(name);
    name.rsplit_once(['.', '/']).unwrap_or(("", name))
}

/// The module of a tensor and its name there. PyTorch keeps what makes up a weight (weight norm,
/// spectral norm) in modules of their own: `conv1.parametrizations.weight.original1`.
pub fn module(name: &str) -> (&str, &str) {
    let (parent, leaf) = split(name);
    match parent.find("parametrizations.") {
        Some(place) => (parent[..place].trim_end_matches('.'), leaf),
        None => (parent, leaf),
    }
}

/// A name without the number at its end, and that number.
pub fn digits(name: &str) -> (&str, &str) {
    name.split_at(name.trim_end_matches(|c: char| c.is_ascii_digit()).len())
}

/// Names as people order them: numbers by value.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    let number = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    loop {
        let (left, right) = (number(a), number(b));
        let order = if left > 0 && right > 0 {
            let trim = |text: &[u8]| {
                let zeros = text.iter().take_while(|&&byte| byte == b'0').count();
                text[zeros..].to_vec()
            };
            let (x, y) = (trim(&a[..left]), trim(&b[..right]));
            (a, b) = (&a[left..], &b[right..]);
            x.len().cmp(&y.len()).then(x.cmp(&y))
        } else {
            match (a.split_first(), b.split_first()) {
                (Some((x, rest)), Some((y, other))) => {
                    (a, b) = (rest, other);
                    x.cmp(y)
                }
                (x, y) => return x.is_some().cmp(&y.is_some()),
            }
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// What no optimizer trains: running statistics, vectors of a power iteration.
const UNTRAINED: [&str; 11] = [
    "running_mean",
    "running_var",
    "moving_mean",
    "moving_variance",
    "mean",
    "var",
    "num_batches_tracked",
    "weight_u",
    "_u",
    "_v",
    "masked_bias",
];

/// Parts of the names of tables that modules compute and keep beside their parameters.
const TABLES: [&str; 8] = [
    "inv_freq",
    "freqs",
    "position_ids",
    "relative_position_index",
    "anchor",
    "sin_cached",
    "cos_cached",
    "sinusoid",
];

/// Whether a name is none of those that what no optimizer trains has.
pub fn is_trained(name: &str) -> bool {
    let leaf = split(name).1;
    let lower = leaf.to_lowercase();
    let table = lower == "pe" || TABLES.iter().any(|word| lower.contains(word));
    !table && !UNTRAINED.contains(&leaf)
}

/// Whether a tensor is part of an adapter: of low rank, or in a module that is called one.
pub fn is_of_adapter(name: &str) -> bool {
    let lower = name.to_lowercase();
    let low_rank = ["lora_", "hada_", "lokr_"];
    let mut parts = lower.split(['.', '/']);
    parts.any(|part| {
        part.contains("adapter") || low_rank.iter().any(|start| part.starts_with(start))
    })
}

/// Whether a tensor is a running statistic of a norm that belongs to a layer.
pub fn is_statistic_of(name: &str, layer: &Layer) -> bool {
    let (parent, leaf) = split(name);
    let norm = |own: &String| Some(own) != layer.bias.as_ref() && split(own).0 == parent;
    UNTRAINED.contains(&leaf) && layer.companions.iter().any(norm)
}
