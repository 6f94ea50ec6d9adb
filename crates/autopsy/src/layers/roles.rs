//! What every tensor of a file is.

use std::collections::HashMap;

use super::names::{is_trained, module};
use super::role::Role;
use crate::checkpoint::{Checkpoint, Tensor};

/// Modules that project to or from an attention's heads.
const PROJECTIONS: [&str; 21] = [
    "qkv",
    "q_proj",
    "k_proj",
    "v_proj",
    "o_proj",
    "qkv_proj",
    "to_q",
    "to_k",
    "to_v",
    "to_qkv",
    "to_kv",
    "to_out",
    "query_key_value",
    "c_attn",
    "wq",
    "wk",
    "wv",
    "q_lin",
    "k_lin",
    "v_lin",
    "out_lin",
];

/// Modules whose weight is a table.
const TABLES: [&str; 5] = ["wte", "vocab", "lookup", "codebook", "shared"];

const POSITIONS: [&str; 7] = [
    "pos_emb",
    "position_emb",
    "positional",
    "position_bias",
    "relative_attention_bias",
    "rel_pos",
    "wpe",
];

/// The role of every tensor of a file, in its order.
pub fn roles(checkpoint: &Checkpoint) -> Vec<Role> {
    let shapes: HashMap<&str, &[usize]> = checkpoint
        .tensors
        .iter()
        .map(|tensor| (&tensor.name[..], &tensor.shape[..]))
        .collect();
    let all = checkpoint.tensors.iter();
    all.map(|tensor| role(tensor, &shapes)).collect()
}

/// The tensors that an optimizer is to train.
pub fn trained(checkpoint: &Checkpoint) -> impl Iterator<Item = &Tensor> + Clone {
    with(checkpoint, Role::is_trained)
}

/// The first tensor of an attention: where there is one, what a layer puts out is added to what
/// it reads.
pub fn attention(checkpoint: &Checkpoint) -> Option<String> {
    let mut all = with(checkpoint, |role| role == Role::Attention);
    all.next().map(|tensor| tensor.name.clone())
}

fn with(
    checkpoint: &Checkpoint,
    holds: impl Fn(Role) -> bool + Clone,
) -> impl Iterator<Item = &Tensor> + Clone {
    let all = checkpoint.tensors.iter().zip(roles(checkpoint));
    all.filter(move |own| holds(own.1)).map(|own| own.0)
}

/// Whether a name's last part is a bias's.
pub fn is_bias(leaf: &str) -> bool {
    let lower = leaf.to_lowercase();
    let numbered = lower
        .strip_prefix('b')
        .is_some_and(|rest| rest.bytes().all(|c| c.is_ascii_digit()));
    numbered || lower == "biases" || lower.ends_with("bias") || lower.ends_with("_b")
}

fn role(tensor: &Tensor, shapes: &HashMap<&str, &[usize]>) -> Role {
    let (parent, leaf) = module(&tensor.name);
    let shape = &tensor.shape[..];
    let separator = if tensor.name.contains('/') { '/' } else { '.' };
    let suffix = if tensor.name.ends_with(":0") {
        ":0"
    } else {
        ""
    };
    let sibling = |leaf: &str| {
        let name = if parent.is_empty() {
            format!("{leaf}{suffix}")
        } else {
            format!("{parent}{separator}{leaf}{suffix}")
        };
        shapes.get(&name[..]).copied()
    };
    let lower = parent.to_lowercase();
    let parts: Vec<&str> = lower.split(['.', '/']).collect();
    let own = parts.last().copied().unwrap_or("");
    if leaf.ends_with("mask") {
        return Role::Mask;
    }
    let power_iteration = leaf == "weight_v" && shape.len() == 1;
    // What the product of an adapter's factors is scaled by.
    let factors = ["lora_down.weight", "hada_w1_a", "lokr_w1", "lokr_w2"];
    let scale = leaf == "alpha" && factors.iter().any(|own| sibling(own).is_some());
    if !is_trained(&tensor.name) || power_iteration || scale {
        return Role::Buffer;
    }
    if let Some(role) = adapter(&parts, leaf) {
        return role;
    }
    let causal =
        leaf == "bias" && matches!(shape, [1, .., rows, columns] if rows == columns && *rows > 1);
    if causal {
        return Role::Mask;
    }
    let recurrent = ["weight_ih", "weight_hh", "weight_hr", "bias_ih", "bias_hh"];
    if recurrent.iter().any(|word| leaf.starts_with(word))
        || leaf == "recurrent_kernel"
        || sibling("recurrent_kernel").is_some()
    {
        return Role::Recurrent;
    }
    let has = |text: &str| POSITIONS.iter().any(|word| text.contains(word));
    if has(&leaf.to_lowercase()) || (has(own) && shape.len() == 2) {
        return Role::Position;
    }
    if let Some(role) = vector(tensor, leaf, own, &sibling) {
        return role;
    }
    // `value` alone is a critic's head.
    let trio = ["query", "key", "value"];
    let of_trio = |word: &str| {
        let base = &tensor.name[..parent.len() - own.len()];
        shapes.contains_key(&format!("{base}{word}{separator}{leaf}{suffix}")[..])
    };
    if trio.contains(&own) && trio.into_iter().all(of_trio) {
        return Role::Attention;
    }
    matrix(shape, &parts, own, leaf, sibling("bias").is_some())
}

fn adapter(parts: &[&str], leaf: &str) -> Option<Role> {
    let leaf = leaf.to_lowercase();
    let has = |words: [&str; 3]| {
        words
            .iter()
            .any(|word| parts.contains(word) || leaf == *word)
    };
    if has(["lora_a", "lora_down", "lora_embedding_a"]) {
        Some(Role::LoraA)
    } else if has(["lora_b", "lora_up", "lora_embedding_b"]) {
        Some(Role::LoraB)
    } else if leaf.starts_with("hada_") || leaf.starts_with("lokr_") {
        // Products of products: the first factor of each writes.
        Some(match leaf.rsplit_once('_') {
            Some((_, "a")) => Role::LoraB,
            Some((_, "b")) => Role::LoraA,
            _ => Role::Other,
        })
    } else {
        None
    }
}

/// The role of a tensor with one number a unit, or of a norm over several axes.
fn vector<'a>(
    tensor: &Tensor,
    leaf: &str,
    own: &str,
    sibling: &impl Fn(&str) -> Option<&'a [usize]>,
) -> Option<Role> {
    let shape = &tensor.shape[..];
    let flat = shape.iter().filter(|&&axis| axis > 1).count() <= 1;
    if ["weight_g", "original0", "lora_magnitude_vector"].contains(&leaf) {
        return Some(Role::Magnitude);
    }
    // A norm's gain and shift have one shape, whatever it is.
    let pairs = [
        ("weight", "bias"),
        ("gamma", "beta"),
        ("scale", "bias"),
        ("scale", "offset"),
        ("g", "b"),
    ];
    for (gain, shift) in pairs {
        let (wanted, role) = match () {
            () if leaf == gain => (shift, Role::NormGain),
            () if leaf == shift => (gain, Role::NormShift),
            () => continue,
        };
        let one_unit = shape.len() > 1 && tensor.len() == 1;
        if sibling(wanted) == Some(shape) && !one_unit {
            return Some(role);
        }
    }
    if is_bias(leaf) && flat {
        return Some(Role::Bias);
    }
    if shape.len() > 1 {
        return None;
    }
    let activation = ["relu", "act", "alpha"];
    Some(match leaf {
        _ if tensor.len() == 1 => Role::Scalar,
        "alpha" => Role::Slope,
        _ if activation.iter().any(|word| own.contains(word)) => Role::Slope,
        "weight" | "gamma" | "scale" | "g" => Role::NormGain,
        "beta" | "offset" => Role::NormShift,
        _ => Role::Other,
    })
}

/// The role of a tensor with several axes.
fn matrix(shape: &[usize], parts: &[&str], own: &str, leaf: &str, has_bias: bool) -> Role {
    let lower = leaf.to_lowercase();
    let attends = |text: &str| text.contains("attn") || text.contains("attention");
    let within = parts.iter().any(|part| attends(part)) || attends(&lower);
    let projects = PROJECTIONS.contains(&own) || lower.contains("in_proj_weight");
    let named = lower.ends_with("_proj_weight");
    if projects || named || (within && (shape.len() == 2 || leaf == "kernel")) {
        return Role::Attention;
    }
    // Tables in a list have numbers for names.
    let numbered = |part: &&&str| part.bytes().all(|c| c.is_ascii_digit());
    let named = parts.iter().rev().find(|part| !numbered(part));
    let table = named.is_some_and(|part| part.contains("emb") || TABLES.contains(part));
    let reads = ["proj", "patch", "unembed"];
    let linear = has_bias || named.is_some_and(|part| reads.iter().any(|word| part.contains(word)));
    if shape.len() == 2 && (table || lower.contains("embedding")) && !linear {
        return Role::Embedding;
    }
    // A parameter of its own, beside modules: class tokens, queries.
    let standard = [
        "weight",
        "kernel",
        "w",
        "weights",
        "weight_v",
        "weight_orig",
        "original",
        "original1",
    ];
    let free = !standard.contains(&&lower[..]);
    if lower.contains("token") || (free && shape.len() > 2 && shape[0] == 1) {
        return Role::Token;
    }
    // A gain for each channel (layer scale).
    let flat = shape.len() > 2 && shape.iter().filter(|&&axis| axis > 1).count() <= 1;
    if free && flat {
        return Role::Other;
    }
    let experts = parts.iter().any(|part| part.contains("expert"));
    if experts && shape.len() == 3 {
        return Role::Experts;
    }
    if !(2..=5).contains(&shape.len()) || shape.contains(&0) {
        return Role::Other;
    }
    Role::Weight
}
