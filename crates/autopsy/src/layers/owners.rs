//! Which vectors belong to which weight.

use super::names::{digits, module};
use super::role::Role;
use super::roles::is_bias;
use crate::checkpoint::Tensor;

/// A tensor of the file in the order of the layers.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    pub tensor: &'a Tensor,
    pub role: Role,
}

/// Where a vector belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Place of the weight among the parts.
    pub weight: usize,
    /// Whether the names or the order leave no other, so that its length tells which axis of the
    /// weight counts units.
    pub is_sure: bool,
}

/// The weight that the vector at `place` belongs to: its own, or the one that its norm follows.
/// Whether it is as long as that has units is not asked.
pub fn owner(parts: &[Part<'_>], place: usize, ordered: bool) -> Option<Owner> {
    let vector = parts[place];
    let (parent, leaf) = module(&vector.tensor.name);
    let weights = || (0..parts.len()).filter(|&index| parts[index].role == Role::Weight);
    let of = |index: usize| module(&parts[index].tensor.name);
    let sure = |weight| Owner {
        weight,
        is_sure: true,
    };
    if vector.role == Role::Bias {
        let mut own = weights().filter(|&index| of(index).0 == parent);
        let named = own.find(|&index| bias_names(of(index).1).iter().any(|name| name == leaf));
        return named
            .map(sure)
            .or_else(|| left_over(parts, place).map(sure));
    }
    if vector.role == Role::Magnitude {
        let mut own = weights().filter(|&index| of(index).0 == parent);
        return own.next().map(sure);
    }
    let (grandparent, own) = module(parent);
    let sibling = |index: &usize| module(of(*index).0).0 == grandparent && !parent.is_empty();
    let (stem, number) = digits(own);
    let before = || weights().rev().filter(|&index| index < place).find(sibling);
    if stem.is_empty() {
        // `features.1` follows `features.0`.
        let listed = before().filter(|&index| digits(module(of(index).0).1).0.is_empty());
        return listed.map(sure);
    }
    // `bn1` belongs to `conv1`, unless it comes before it.
    let named = |index: &usize| digits(module(of(*index).0).1).1 == number;
    let mut found: Vec<usize> = weights()
        .filter(|index| sibling(index) && named(index))
        .collect();
    if found.len() > 1 {
        // `conv1` and `fc1` both have that number.
        found.retain(|&index| parts[index].tensor.shape.contains(&vector.tensor.len()));
    }
    let only = match found[..] {
        [only] => Some(only),
        _ => None,
    };
    match only {
        Some(weight) if !ordered => Some(Owner {
            weight,
            is_sure: false,
        }),
        Some(weight) if weight < place => Some(sure(weight)),
        None if ordered => before().map(sure),
        _ => None,
    }
}

/// The names that the bias of a weight of this name has.
fn bias_names(weight: &str) -> Vec<String> {
    let mut names = Vec::new();
    let pairs = [
        ("kernel", "bias"),
        ("weights", "biases"),
        ("weight", "bias"),
        ("W", "b"),
        ("w", "b"),
    ];
    for (own, bias) in pairs {
        if let Some(start) = weight.strip_suffix(own) {
            names.push(format!("{start}{bias}"));
        }
        if let Some(rest) = weight.strip_prefix(own) {
            names.push(format!("{bias}{rest}"));
        }
    }
    if ["weight_v", "weight_orig", "original", "original1"].contains(&weight) {
        names.extend(["bias".to_owned(), "bias_orig".to_owned()]);
    }
    names
}

/// The one weight without a bias of its own whose name tells nothing (ONNX's `onnx::MatMul_12`),
/// for the one bias that is left over and as long as an axis of it.
fn left_over(parts: &[Part<'_>], place: usize) -> Option<usize> {
    let bias = parts[place].tensor;
    let (parent, _) = module(&bias.name);
    let free = |index: &usize| {
        let tensor = parts[*index].tensor;
        let unnamed = tensor.name.contains("::");
        parts[*index].role == Role::Weight && unnamed && tensor.shape.contains(&bias.len())
    };
    let orphan = parts.iter().all(|part| {
        let other = module(&part.tensor.name);
        other.0 != parent || is_bias(other.1)
    });
    let mut found = (0..parts.len()).filter(free);
    found.next().filter(|_| found.next().is_none() && orphan)
}
