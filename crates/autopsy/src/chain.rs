//! Who reads whom: which weights of a layer multiply which unit of the layer before.
//!
//! A checkpoint does not say how its layers are connected. Shapes, names and order do where the
//! layers form one chain: every layer reads as many channels as the one before has units, or,
//! after a flattening, that many times an area. Norms, activations and pooling between them
//! change no channel. Where several orders of the names would do, or none, nobody knows.

use crate::layers::{Kind, Layer, Layout, natural};

/// How a layer reads the units of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Input channel c is unit c.
    Channels,
    /// Input c x area + p is unit c at position p (PyTorch's order).
    FlattenedByChannel {
        /// Positions of an image.
        area: usize,
    },
    /// Input p x units + c is unit c at position p (TensorFlow's order).
    FlattenedByPosition {
        /// Positions of an image.
        area: usize,
    },
    /// The units are split into groups; unit u reads only the channels of its own.
    Groups {
        /// Their number.
        groups: usize,
    },
}

impl Link {
    /// The ranges of a row of `reader` that multiply unit `unit` of a layer with `units`, or none
    /// if row `row` does not read it.
    pub fn ranges(
        self,
        units: usize,
        unit: usize,
        reader: &Layer,
        row: usize,
    ) -> impl Iterator<Item = std::ops::Range<usize>> + Clone + use<> {
        let taps = reader.taps;
        let (first, count, step) = match self {
            Self::Channels => (unit * taps, 1, 0),
            Self::FlattenedByChannel { area } => (unit * area, 1, 0),
            Self::FlattenedByPosition { area } => (unit, area, units),
            Self::Groups { groups } => {
                let size = units / groups;
                let own = row / (reader.units / groups) == unit / size;
                ((unit % size) * taps, usize::from(own), 0)
            }
        };
        let width = match self {
            Self::FlattenedByChannel { area } => area,
            _ => taps,
        };
        (0..count).map(move |index| first + index * step..first + index * step + width)
    }
}

/// The layers of a network and their connections.
#[derive(Clone, Debug)]
pub struct Network {
    /// From the input to the output where that is known.
    pub layers: Vec<Layer>,
    /// For each layer the one that reads it, and how; `None` if it is the last or not known.
    pub readers: Vec<Option<(usize, Link)>>,
    /// Whether the layers are one chain whose order is known.
    pub certain: bool,
    /// Why not.
    pub doubt: Option<String>,
}

/// How `reader` can read the units of `layer`, if it can.
fn link(layer: &Layer, reader: &Layer) -> Option<Link> {
    let (units, inputs) = (layer.units, reader.inputs);
    match (layer.kind, reader.kind) {
        (_, Kind::Convolution | Kind::Transposed | Kind::Linear) if units == inputs => {
            // A linear layer's units become an image only by reshaping, which mixes channels.
            let image = layer.kind != Kind::Linear || reader.kind == Kind::Linear;
            image.then_some(Link::Channels)
        }
        (Kind::Linear, _) => None,
        (_, Kind::Linear) if inputs.is_multiple_of(units) => {
            let area = inputs / units;
            Some(match reader.layout {
                Layout::PyTorch => Link::FlattenedByChannel { area },
                Layout::TensorFlow => Link::FlattenedByPosition { area },
            })
        }
        (_, Kind::Convolution | Kind::Depthwise)
            if units.is_multiple_of(inputs)
                && reader.units.is_multiple_of(units / inputs)
                && units > 1 =>
        {
            Some(Link::Groups {
                groups: units / inputs,
            })
        }
        _ => None,
    }
}

/// The most stems of names whose orders are tried: 720 orders.
const MOST_STEMS: usize = 6;

/// Finds who reads whom. `ordered` says that the layers come in the order in which the network
/// was built.
pub fn connect(layers: Vec<Layer>, ordered: bool) -> Network {
    if let Some(hint) = branch(&layers) {
        let doubt = format!(
            "`{hint}` looks like part of a residual block, so layers are added to each other; \
             who reads whom is known inside blocks only"
        );
        return in_blocks(layers, doubt);
    }
    let mut orders = vec![(0..layers.len()).collect::<Vec<usize>>()];
    if !ordered || !is_chain(&layers, &orders[0]) {
        orders = orders_of_stems(&layers);
    }
    let mut chains: Vec<Vec<usize>> = orders
        .into_iter()
        .filter(|order| is_chain(&layers, order))
        .collect();
    chains.dedup();
    let groups = |order: &[usize]| {
        let pairs = order.windows(2);
        pairs
            .filter(|pair| {
                matches!(
                    link(&layers[pair[0]], &layers[pair[1]]),
                    Some(Link::Groups { .. })
                )
            })
            .count()
    };
    // An order that needs fewer grouped convolutions is the likelier by far.
    let fewest = chains.iter().map(|order| groups(order)).min();
    chains.retain(|order| Some(groups(order)) == fewest);
    let [order] = &chains[..] else {
        let doubt = if chains.is_empty() {
            "the layers' shapes do not form a chain, so who reads whom is not known".to_owned()
        } else {
            format!(
                "the layers form a chain in {} orders, so who reads whom is not known",
                chains.len()
            )
        };
        return in_blocks(layers, doubt);
    };
    let layers: Vec<Layer> = order.iter().map(|&index| layers[index].clone()).collect();
    let readers = (0..layers.len())
        .map(|index| {
            let reader = layers.get(index + 1)?;
            Some((index + 1, link(&layers[index], reader)?))
        })
        .collect();
    Network {
        layers,
        readers,
        certain: true,
        doubt: None,
    }
}

fn is_chain(layers: &[Layer], order: &[usize]) -> bool {
    order
        .windows(2)
        .all(|pair| link(&layers[pair[0]], &layers[pair[1]]).is_some())
}

/// The stem of a layer's name: what precedes the first number of the first part that differs.
fn stem(name: &str, common: usize) -> &str {
    let own = &name[common..];
    let end = own
        .find(|c: char| c.is_ascii_digit() || c == '.' || c == '/')
        .unwrap_or(own.len());
    &own[..end]
}

/// All orders of the names' stems, each with its layers in natural order.
fn orders_of_stems(layers: &[Layer]) -> Vec<Vec<usize>> {
    let common = common_prefix(layers);
    let mut natural_order: Vec<usize> = (0..layers.len()).collect();
    natural_order.sort_by(|&a, &b| natural(&layers[a].name, &layers[b].name));
    let mut stems: Vec<(&str, Vec<usize>)> = Vec::new();
    for &index in &natural_order {
        let own = stem(&layers[index].name, common);
        match stems.iter_mut().find(|(stem, _)| *stem == own) {
            Some((_, members)) => members.push(index),
            None => stems.push((own, vec![index])),
        }
    }
    if stems.len() > MOST_STEMS {
        return vec![natural_order];
    }
    let mut orders = Vec::new();
    permute(&mut Vec::new(), stems.len(), &mut |permutation| {
        let members = permutation
            .iter()
            .flat_map(|&stem| stems[stem].1.iter().copied());
        orders.push(members.collect());
    });
    orders
}

fn permute(chosen: &mut Vec<usize>, count: usize, found: &mut impl FnMut(&[usize])) {
    if chosen.len() == count {
        return found(chosen);
    }
    for next in 0..count {
        if !chosen.contains(&next) {
            chosen.push(next);
            permute(chosen, count, found);
            chosen.pop();
        }
    }
}

/// Length of the parts that all names share.
fn common_prefix(layers: &[Layer]) -> usize {
    let first = layers.first().map_or("", |layer| &layer.name);
    let ends = first.match_indices(['.', '/']).map(|(place, _)| place + 1);
    let shared = |end: &usize| {
        layers
            .iter()
            .all(|layer| layer.name.starts_with(&first[..*end]))
    };
    ends.take_while(shared).last().unwrap_or(0)
}

/// The name of a layer that branches, if one says so.
fn branch(layers: &[Layer]) -> Option<&str> {
    let words = [
        "downsample",
        "shortcut",
        "skip",
        "residual",
        "attn",
        "attention",
    ];
    let named = |name: &&str| {
        let lower = name.to_lowercase();
        words.iter().any(|word| lower.contains(word)) || is_block(&lower)
    };
    layers.iter().map(|layer| &layer.name[..]).find(named)
}

/// Whether a name is like `layer1.0.conv2`, torchvision's residual blocks.
fn is_block(name: &str) -> bool {
    let parts: Vec<&str> = name.split(['.', '/']).collect();
    parts.windows(3).any(|parts| {
        let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        parts[0].strip_prefix("layer").is_some_and(number)
            && number(parts[1])
            && parts[2].strip_prefix("conv").is_some_and(number)
    })
}

/// Connects only `block.conv1` to `block.conv2` and the like.
fn in_blocks(layers: Vec<Layer>, doubt: String) -> Network {
    let numbered = |name: &str| {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = name[stem.len()..].parse::<u64>().ok()?;
        // A plain list (`features.0`) may hold anything between its layers.
        let plain = stem.is_empty() || stem.ends_with(['.', '/']);
        (!plain && is_block(name)).then(|| (stem.to_owned(), number))
    };
    let readers = layers
        .iter()
        .map(|layer| {
            let (stem, number) = numbered(&layer.name)?;
            let next = Some((stem, number + 1));
            let reader = layers
                .iter()
                .position(|other| numbered(&other.name) == next)?;
            Some((reader, link(layer, &layers[reader])?))
        })
        .collect();
    Network {
        layers,
        readers,
        certain: false,
        doubt: Some(doubt),
    }
}

#[cfg(test)]
#[path = "chain/tests.rs"]
mod tests;
