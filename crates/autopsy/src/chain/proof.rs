//! What proves that a layer's units are read by one other layer alone and added to nothing, so
//! that they may be removed.
//!
//! Shapes that follow each other are no proof: in a tower of residual blocks every layer fits the
//! next, and what is added to what stands in no file. Two things prove it.
//!
//! - *One plain numbered list*, as `nn.Sequential` writes it: `features.0`, `features.2`,
//!   `features.5`. The numbers in between are modules without weights, so that activations stand
//!   in the list and nothing is left for a program of one's own to do between two entries. (A
//!   list without gaps is as likely an `nn.ModuleList`, whose entries a loop may add up.) The last
//!   entry of a list leaves it.
//! - *A width of its own*: a layer, or a list's last entry, whose number of units no other such
//!   layer has, nor the input, cannot be added to or multiplied with another; and if one layer
//!   alone can read as many channels, that one reads them. A flattened image counts as read by the
//!   next layer if it is square (cubic), as what is concatenated to it would show.

use super::{Link, link};
use crate::layers::{Kind, Layer};

/// Why removing units of a chain (layers in order, each read by the next) is not safe; `None` if
/// names and shapes prove that it is.
pub fn doubt(layers: &[Layer]) -> Option<String> {
    let last = layers.len().checked_sub(1)?;
    let inside: Vec<bool> = (0..last)
        .map(|index| follow_in_a_list(&layers[index], &layers[index + 1]))
        .collect();
    // A layer that is read in its own list reads nothing from elsewhere, nor is it read there.
    let starts = |index: usize| index == 0 || !inside[index - 1];
    let ends = || (0..=last).filter(|&index| index == last || !inside[index]);
    for end in ends().filter(|&end| end < last) {
        let own = &layers[end];
        let twin = ends().find(|&other| other != end && layers[other].units == own.units);
        if let Some(twin) = twin {
            return Some(may_be_added(own, &layers[twin].name));
        }
        if layers[0].inputs == own.units {
            return Some(may_be_added(own, "the input"));
        }
        let other = (0..=last).find(|&other| {
            let reads = other != end && other != end + 1 && starts(other);
            reads && matches!(link(own, &layers[other]), Some(Link::Channels))
        });
        if let Some(other) = other {
            return Some(format!(
                "`{}` could be read by `{}` as well as by `{}`",
                own.name,
                layers[other].name,
                layers[end + 1].name
            ));
        }
        if let Some(area) = uneven_area(own, &layers[end + 1]) {
            return Some(format!(
                "`{}` reads {area} values of each unit of `{}`, which is no square image, so that \
                 something else may be among them",
                layers[end + 1].name,
                own.name
            ));
        }
    }
    None
}

fn may_be_added(layer: &Layer, other: &str) -> String {
    let other = if other == "the input" {
        other.to_owned()
    } else {
        format!("`{other}`")
    };
    format!(
        "`{}` has as many units as {other}, so the two may be added to each other (a residual \
         connection) or multiplied (a gate), and no name or shape rules it out",
        layer.name
    )
}

/// The place of a layer in a plain list: what precedes its number, and the number. Flax writes
/// `layers_2`, all others `features.2` or `2`.
fn place(name: &str) -> Option<(&str, u64)> {
    let (list, own) = name.rsplit_once(['.', '/']).unwrap_or(("", name));
    match own.strip_prefix("layers_") {
        Some(number) => Some((&name[..name.len() - number.len()], number.parse().ok()?)),
        None => Some((list, own.parse().ok()?)),
    }
}

/// Whether `next` follows `layer` in a plain list, with a module without weights in between.
fn follow_in_a_list(layer: &Layer, next: &Layer) -> bool {
    let (Some((list, own)), Some((other, number))) = (place(&layer.name), place(&next.name)) else {
        return false;
    };
    let mut norms: Vec<u64> = (layer.companions.iter())
        .filter_map(|name| place(name.rsplit_once(['.', '/'])?.0))
        .filter(|&(of, place)| of == list && place != own)
        .map(|(_, place)| place)
        .collect();
    norms.sort_unstable();
    norms.dedup();
    list == other && number > own + 1 + norms.len() as u64
}

/// Values of a flattened image that are not those of a square or cube.
fn uneven_area(layer: &Layer, reader: &Layer) -> Option<usize> {
    let (Link::FlattenedByChannel { area } | Link::FlattenedByPosition { area }) =
        link(layer, reader)?
    else {
        return None;
    };
    let axes = layer.rank().saturating_sub(2) as u32;
    let even = axes < 2
        || (1..=area)
            .take_while(|side| side.pow(axes) <= area)
            .any(|side| side.pow(axes) == area);
    (!even && layer.kind != Kind::Linear).then_some(area)
}

#[cfg(test)]
#[path = "proof_tests.rs"]
mod tests;
