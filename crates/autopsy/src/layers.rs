//! Which tensors make up a layer, and which of their axes counts its units.
//!
//! | layout | convolution | transposed | depthwise | linear |
//! |---|---|---|---|---|
//! | PyTorch | (units, in / groups, K..) | (in, units, K..) | (units, 1, K..) | (units, in) |
//! | MLX | (units, K.., in) | | | (units, in) |
//! | TensorFlow, Flax | (K.., in, units) | (K.., units, in) | (K.., in, multiplier) | (in, units) |
//!
//! The length of a bias, or of the norm right behind it, decides before any name. Then a tensor
//! called `kernel` has TensorFlow's layout, one called `weight` PyTorch's. What is left is settled
//! by the other tensors of the file, then by `--layout`.
//!
//! Not every weight has units that can be dead: what the other tensors are [`roles`] tells.

mod names;
mod norms;
mod owners;
mod readings;
mod recurrent;
mod role;
mod roles;

use std::fmt;

use crate::checkpoint::Checkpoint;
use crate::{AutopsyError, Format};
use names::{module, split};
use norms::{is_normed, keeps_statistics};
use owners::{Owner, Part, owner};
use readings::{Candidate, Reading, settle};

pub use names::{is_of_adapter, is_statistic_of, natural};
pub use norms::Norm;
pub use role::Role;
pub use roles::{attention, roles, trained};

/// Which axis of a weight counts the units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The first.
    PyTorch,
    /// The last.
    TensorFlow,
    /// The first; of convolutions the inputs are the last (MLX).
    Mlx,
}

/// What a layer computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Convolution, grouped and depthwise ones too.
    Convolution,
    /// Transposed convolution.
    Transposed,
    /// Every unit reads one channel; only where the layout has a form of its own for it.
    Depthwise,
    /// Linear layer.
    Linear,
    /// Recurrent layer; of its weights those that read its input, all gates of a hidden unit
    /// together.
    Recurrent,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Convolution => "convolution",
            Self::Transposed => "transposed convolution",
            Self::Depthwise => "depthwise convolution",
            Self::Linear => "linear",
            Self::Recurrent => "recurrent",
        })
    }
}

/// A layer with weights.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Its name: that of its tensors without the last part.
    pub name: String,
    /// What it computes.
    pub kind: Kind,
    /// Which axis counts its units.
    pub layout: Layout,
    /// Name of its weight.
    pub weight: String,
    /// How the weight's numbers are stored.
    pub format: Format,
    /// Filters or linear units.
    pub units: usize,
    /// Channels that one unit reads.
    pub inputs: usize,
    /// Weights of one unit for one channel.
    pub taps: usize,
    /// The order of the stored axes that makes the weight (units, inputs, taps); `None` if it is.
    pub axes: Option<Vec<usize>>,
    /// The weight's shape as stored; of a recurrent layer with an axis of its own for the gates.
    pub shape: Vec<usize>,
    /// Trained tensors with one value a unit: bias, and scale and shift of a norm that follows.
    pub companions: Vec<String>,
    /// Name of the bias among them.
    pub bias: Option<String>,
    /// The norm among them.
    pub norm: Option<Norm>,
    /// Whether its weight is divided by a length of itself (weight norm, spectral norm), so that a
    /// gradient of any part moves all of it.
    pub is_normed: bool,
}

impl Layer {
    /// Weights of one unit.
    pub fn row(&self) -> usize {
        self.inputs * self.taps
    }

    /// Whether its weight is stored as it is, not as several tensors that make it.
    pub fn is_plain(&self) -> bool {
        let made = ["weight_v", "weight_orig", "original", "original1"];
        !made.contains(&split(&self.weight).1)
    }

    /// Axes of its weight.
    pub fn rank(&self) -> usize {
        self.shape.len()
    }
}

/// The layers of a file: in the order in which the network was built where the file keeps it,
/// otherwise by name. A file of embeddings, adapters and attention alone has none.
///
/// # Errors
/// [`AutopsyError`] if it holds no weights at all, or there is doubt about a layout.
pub fn layers(checkpoint: &Checkpoint, layout: Option<Layout>) -> Result<Vec<Layer>, AutopsyError> {
    let roles = roles(checkpoint);
    let mut parts: Vec<Part<'_>> = (checkpoint.tensors.iter().zip(&roles))
        .map(|(tensor, &role)| Part { tensor, role })
        .collect();
    if !checkpoint.ordered {
        parts.sort_by(|a, b| natural(&a.tensor.name, &b.tensor.name));
    }
    let several = |part: &Part<'_>| part.tensor.shape.len() > 1 && part.role != Role::Buffer;
    if !parts.iter().any(several) {
        return Err(AutopsyError::file(
            &checkpoint.path,
            "has no layer of weights (a floating-point tensor of two to five axes)",
        ));
    }
    let owners: Vec<Option<Owner>> = (0..parts.len())
        .map(|place| {
            let belongs = [
                Role::Bias,
                Role::NormGain,
                Role::NormShift,
                Role::Magnitude,
                Role::Slope,
            ];
            let is_vector = belongs.contains(&parts[place].role);
            is_vector
                .then(|| owner(&parts, place, checkpoint.ordered))
                .flatten()
        })
        .collect();
    let places: Vec<usize> = (0..parts.len())
        .filter(|&place| parts[place].role == Role::Weight)
        .collect();
    let length = |weight: usize, wanted: &[Role]| {
        let mut own = (0..parts.len()).filter(|&place| wanted.contains(&parts[place].role));
        own.find(|&place| owners[place].is_some_and(|own| own.weight == weight && own.is_sure))
            .map(|place| parts[place].tensor.len())
    };
    let mut candidates: Vec<Candidate<'_>> = places
        .iter()
        .map(|&place| {
            let fits = |own: &usize| {
                parts[place]
                    .tensor
                    .shape
                    .iter()
                    .any(|axis| own.is_multiple_of((*axis).max(1)))
            };
            let own = length(place, &[Role::Bias]);
            let own = own.or_else(|| length(place, &[Role::NormGain, Role::NormShift]));
            Candidate::new(parts[place].tensor, own.filter(fits), layout)
        })
        .collect();
    settle(&mut candidates);
    let mut layers: Vec<(usize, Layer)> = Vec::new();
    for (&place, candidate) in places.iter().zip(&candidates) {
        let layer = settled(checkpoint, candidate)?;
        layers.push((place, layer));
    }
    for (place, owner) in owners.iter().enumerate() {
        let tensor = parts[place].tensor;
        let owner = owner.and_then(|owner| layers.iter_mut().find(|own| own.0 == owner.weight));
        let Some((_, layer)) = owner.filter(|(_, own)| has_one_a_unit(parts[place], own)) else {
            continue;
        };
        layer.companions.push(tensor.name.clone());
        match parts[place].role {
            Role::Bias => layer.bias = Some(tensor.name.clone()),
            Role::NormGain | Role::NormShift => {
                let norm = layer.norm.get_or_insert_with(|| Norm {
                    vectors: Vec::new(),
                    over_channels: !keeps_statistics(&parts, &tensor.name),
                });
                norm.vectors.push(tensor.name.clone());
            }
            _ => {}
        }
    }
    layers.extend(recurrent::layers(&parts));
    layers.sort_by_key(|own| own.0);
    Ok(layers.into_iter().map(|own| own.1).collect())
}

/// Whether a tensor has one number for each unit of a layer.
fn has_one_a_unit(part: Part<'_>, layer: &Layer) -> bool {
    let shape = &part.tensor.shape;
    let unit = layer.axes.as_ref().map_or(0, |axes| axes[0]);
    // A row's length in weight norm may be taken along another axis.
    let along =
        part.role != Role::Magnitude || shape.len() == 1 || shape.get(unit) == Some(&layer.units);
    part.tensor.len() == layer.units && along
}

/// The layer of a weight, if one way to read it is left.
fn settled(checkpoint: &Checkpoint, own: &Candidate<'_>) -> Result<Layer, AutopsyError> {
    let doubt = || {
        AutopsyError::tensor(
            &checkpoint.path,
            &own.weight.name,
            format!(
                "whether its units are along the first or the last axis of {:?} cannot be \
                 known from names and shapes: say --layout pytorch or --layout tensorflow",
                own.weight.shape
            ),
        )
    };
    let reading = own.readings.first().ok_or_else(doubt)?;
    let same = |other: &Reading| other.layout == reading.layout;
    if !own.readings.iter().all(same) {
        return Err(doubt());
    }
    let (parent, leaf) = module(&own.weight.name);
    let standard = [
        "weight",
        "kernel",
        "w",
        "W",
        "weights",
        "depthwise_kernel",
        "weight_v",
        "weight_orig",
        "original",
        "original1",
    ];
    let is_module = standard.contains(&leaf) && !parent.is_empty();
    Ok(Layer {
        name: if is_module { parent } else { &own.weight.name }.to_owned(),
        kind: reading.kind,
        layout: reading.layout,
        weight: own.weight.name.clone(),
        format: own.weight.format,
        units: reading.units,
        inputs: reading.inputs,
        taps: own.weight.len() / (reading.units * reading.inputs).max(1),
        axes: Some(reading.axes.clone()).filter(|axes| !axes.is_sorted()),
        shape: own.weight.shape.clone(),
        companions: Vec::new(),
        bias: None,
        norm: None,
        is_normed: is_normed(checkpoint, &own.weight.name),
    })
}

#[cfg(test)]
#[path = "layers/tests.rs"]
pub(crate) mod tests;
