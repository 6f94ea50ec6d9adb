//! Who reads whom: which weights of a layer multiply which unit of the layer before.
//!
//! A checkpoint does not say how its layers are connected. Shapes, names and order do where the
//! layers form one chain: every layer reads as many channels as the one before has units, or,
//! after a flattening, that many times an area. Norms, activations and pooling between them
//! change no channel. Two heads on one trunk form two chains. Elsewhere (residual blocks,
//! transformers) readers are known inside blocks only. That is enough to ask a unit's readers what
//! they did; to remove units more is needed, see `proof`.

mod blocks;
mod orders;
mod proof;

use crate::AutopsyError;
use crate::layers::{Kind, Layer, Layout};
use orders::{Found, chain};

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
    /// For each layer the one that reads it, and how; `None` if it is an output or not known.
    /// Where several read it, the first.
    pub readers: Vec<Option<(usize, Link)>>,
    /// For each layer whether no layer of the file reads it.
    pub outputs: Vec<bool>,
    /// Whether the layers are one chain whose order is known.
    pub certain: bool,
    /// Why not.
    pub doubt: Option<String>,
    /// Why units may not be removed: what may read them, or be added to them, besides the layer
    /// in `readers`. `None` if names and shapes, or the user, rule that out.
    pub unproven: Option<String>,
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

/// Finds who reads whom. `ordered` says that the layers come in the order in which the network
/// was built.
pub fn connect(layers: Vec<Layer>, ordered: bool) -> Network {
    let doubt = if let Some(hint) = blocks::branch(&layers) {
        format!(
            "`{hint}` looks like part of a residual block, so layers are added to each other; \
             who reads whom is known inside blocks only"
        )
    } else {
        match chain(&layers, ordered) {
            Found::Chain(order) => {
                let network = linked(&layers, &order);
                return Network {
                    unproven: proof::doubt(&network.layers),
                    ..network
                };
            }
            Found::Heads(readers) => return blocks::with_heads(layers, readers),
            Found::Several(count) => {
                format!("the layers form a chain in {count} orders, so who reads whom is not known")
            }
            Found::None => {
                "the layers' shapes do not form a chain, so who reads whom is not known everywhere"
                    .to_owned()
            }
        }
    };
    blocks::inside(layers, doubt)
}

/// The layers as a chain in this order.
fn linked(layers: &[Layer], order: &[usize]) -> Network {
    let layers: Vec<Layer> = order.iter().map(|&index| layers[index].clone()).collect();
    let readers: Vec<_> = (0..layers.len())
        .map(|index| {
            let reader = layers.get(index + 1)?;
            Some((index + 1, link(&layers[index], reader)?))
        })
        .collect();
    Network {
        outputs: readers.iter().map(Option::is_none).collect(),
        layers,
        readers,
        certain: true,
        doubt: None,
        unproven: None,
    }
}

/// Connects layers as the user says: each of `names` is read by the next alone.
///
/// # Errors
/// [`AutopsyError::Request`] if there is no such layer, or one does not fit what it is to read.
pub fn connect_as_told(layers: &[Layer], names: &[String]) -> Result<Network, AutopsyError> {
    let refuse = |problem: String| Err(AutopsyError::Request(format!("--chain: {problem}")));
    let mut order: Vec<usize> = Vec::new();
    for name in names {
        let Some(index) = layers.iter().position(|layer| layer.name == *name) else {
            let all: Vec<&str> = layers.iter().map(|layer| &layer.name[..]).collect();
            return refuse(format!(
                "there is no layer `{name}`; there are {}",
                all.join(", ")
            ));
        };
        if order.contains(&index) {
            return refuse(format!("`{name}` is named twice"));
        }
        order.push(index);
    }
    for pair in order.windows(2) {
        let (own, reader) = (&layers[pair[0]], &layers[pair[1]]);
        if link(own, reader).is_none() {
            return refuse(format!(
                "`{}` reads {} channels and cannot read the {} units of `{}`",
                reader.name, reader.inputs, own.units, own.name
            ));
        }
    }
    let told = order.len();
    let others = (0..layers.len()).filter(|index| !order.contains(index));
    let others: Vec<usize> = others.collect();
    let mut network = linked(layers, &[&order[..], &others].concat());
    if others.is_empty() {
        return Ok(network);
    }
    for index in told.saturating_sub(1)..network.readers.len() {
        network.readers[index] = None;
        network.outputs[index] = false;
    }
    network.certain = false;
    network.doubt = Some(format!(
        "--chain names {told} of {} layers, so who reads the others is not known",
        network.layers.len()
    ));
    Ok(network)
}

#[cfg(test)]
#[path = "chain/tests.rs"]
mod tests;
