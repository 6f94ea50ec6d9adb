//! Which tensors make up a layer, and which of their axes counts its units.
//!
//! | layout | convolution | transposed | depthwise | linear |
//! |---|---|---|---|---|
//! | PyTorch | (units, in / groups, K..) | (in, units, K..) | (units, 1, K..) | (units, in) |
//! | TensorFlow, Flax | (K.., in, units) | (K.., units, in) | (K.., in, multiplier) | (in, units) |
//!
//! A tensor called `kernel` has TensorFlow's layout, one called `weight` PyTorch's. Any other is
//! settled by the length of its bias, then by the other tensors of the file, then by `--layout`.

mod axes;
mod names;

use std::fmt;

use crate::checkpoint::{Checkpoint, Tensor};
use crate::{AutopsyError, Format};
use axes::{layer, layout_of};
use names::split;

pub use names::{is_statistic_of, is_trained, natural};

/// Which axis of a weight counts the units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The first.
    PyTorch,
    /// The last.
    TensorFlow,
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
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Convolution => "convolution",
            Self::Transposed => "transposed convolution",
            Self::Depthwise => "depthwise convolution",
            Self::Linear => "linear",
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
    /// The weight's shape as stored.
    pub shape: Vec<usize>,
    /// Trained tensors with one value a unit: bias, and scale and shift of a norm that follows.
    pub companions: Vec<String>,
    /// Name of the bias among them.
    pub bias: Option<String>,
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
/// otherwise by name.
///
/// # Errors
/// [`AutopsyError`] if there is no layer of weights, or doubt about a layout.
pub fn layers(checkpoint: &Checkpoint, layout: Option<Layout>) -> Result<Vec<Layer>, AutopsyError> {
    let mut tensors: Vec<&Tensor> = checkpoint.tensors.iter().collect();
    if !checkpoint.ordered {
        tensors.sort_by(|a, b| natural(&a.name, &b.name));
    }
    let is_weight = |tensor: &&Tensor| (2..=5).contains(&tensor.shape.len()) && !tensor.is_empty();
    let vectors: Vec<&Tensor> = tensors
        .iter()
        .copied()
        .filter(|tensor| tensor.shape.len() == 1 && is_trained(&tensor.name))
        .collect();
    let bias_of = |weight: &Tensor| {
        let (parent, _) = split(&weight.name);
        let own = |vector: &&&Tensor| {
            split(&vector.name).0 == parent && ["bias", "b"].contains(&split(&vector.name).1)
        };
        vectors.iter().copied().find(|vector| own(&vector))
    };
    let told = |weight: &Tensor| {
        let bias = bias_of(weight).map(Tensor::len);
        layout.or_else(|| layout_of(weight, bias))
    };
    let weights: Vec<&Tensor> = tensors.iter().copied().filter(is_weight).collect();
    // What most of the file's other layers have.
    let others = weights.iter().find_map(|weight| told(weight));
    let mut layers: Vec<Layer> = Vec::new();
    let mut order: Vec<usize> = Vec::new();
    for &weight in &weights {
        let layout = told(weight).or(others).ok_or_else(|| {
            AutopsyError::tensor(
                &checkpoint.path,
                &weight.name,
                format!(
                    "whether its units are along the first or the last axis of {:?} cannot be \
                     known from names and shapes: say --layout pytorch or --layout tensorflow",
                    weight.shape
                ),
            )
        })?;
        let mut layer = layer(weight, bias_of(weight).map(Tensor::len), layout);
        if let Some(bias) = bias_of(weight).filter(|bias| bias.len() == layer.units) {
            layer.bias = Some(bias.name.clone());
        }
        layers.push(layer);
        order.push(
            tensors
                .iter()
                .position(|t| t.name == weight.name)
                .unwrap_or(0),
        );
    }
    if layers.is_empty() {
        return Err(AutopsyError::file(
            &checkpoint.path,
            "has no layer of weights (a floating-point tensor of two to five axes)",
        ));
    }
    for (place, tensor) in tensors.iter().enumerate() {
        if !vectors.iter().any(|vector| vector.name == tensor.name) {
            continue;
        }
        if let Some(owner) = owner(tensor, place, &layers, &order, checkpoint.ordered) {
            layers[owner].companions.push(tensor.name.clone());
        }
    }
    Ok(layers)
}

/// The layer that a vector belongs to: its own, or the one that its norm follows.
fn owner(
    vector: &Tensor,
    place: usize,
    layers: &[Layer],
    order: &[usize],
    ordered: bool,
) -> Option<usize> {
    let (parent, _) = split(&vector.name);
    let fits = |index: &usize| layers[*index].units == vector.len();
    if let Some(own) = layers.iter().position(|layer| layer.name == parent) {
        return Some(own).filter(fits);
    }
    let (grandparent, own) = split(parent);
    let digits = |name: &str| {
        let start = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        (name[..start].to_owned(), name[start..].to_owned())
    };
    let sibling = |index: &usize| split(&layers[*index].name).0 == grandparent;
    if digits(own).0.is_empty() || ordered {
        // `features.1` follows `features.0`: the last layer before it.
        let before = (0..layers.len())
            .rev()
            .filter(|&index| order[index] < place);
        let mut before = before.filter(|index| ordered || sibling(index));
        return before.next().filter(fits);
    }
    // `bn1` belongs to `conv1`.
    let number = digits(own).1;
    let named = |index: &usize| digits(split(&layers[*index].name).1).1 == number;
    let mut found = (0..layers.len()).filter(|index| sibling(index) && named(index) && fits(index));
    found.next().filter(|_| found.next().is_none())
}

#[cfg(test)]
#[path = "layers/tests.rs"]
pub(crate) mod tests;
