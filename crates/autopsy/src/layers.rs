//! Which tensors make up a layer, and which of their axes counts its units.
//!
//! | layout | convolution | transposed | depthwise | linear |
//! |---|---|---|---|---|
//! | PyTorch | (units, in / groups, K..) | (in, units, K..) | (units, 1, K..) | (units, in) |
//! | TensorFlow, Flax | (K.., in, units) | (K.., units, in) | (K.., in, multiplier) | (in, units) |
//!
//! A tensor called `kernel` has TensorFlow's layout, one called `weight` PyTorch's. Any other is
//! settled by the length of its bias, then by the other tensors of the file, then by `--layout`.

use std::cmp::Ordering;
use std::fmt;

use crate::checkpoint::{Checkpoint, Tensor};
use crate::{AutopsyError, Format};

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
}

/// The parts of a name, without TensorFlow's `:0`.
fn split(name: &str) -> (&str, &str) {
    let name = name.strip_suffix(":0").unwrap_or(name);
    name.rsplit_once(['.', '/']).unwrap_or(("", name))
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

/// Statistics that no optimizer trains.
const UNTRAINED: [&str; 6] = [
    "running_mean",
    "running_var",
    "moving_mean",
    "moving_variance",
    "mean",
    "var",
];

/// Whether a tensor is one that an optimizer trains.
pub fn is_trained(name: &str) -> bool {
    !UNTRAINED.contains(&split(name).1)
}

/// Whether a tensor is a running statistic of a norm that belongs to a layer.
pub fn is_statistic_of(name: &str, layer: &Layer) -> bool {
    let (parent, leaf) = split(name);
    let norm = |own: &String| Some(own) != layer.bias.as_ref() && split(own).0 == parent;
    UNTRAINED.contains(&leaf) && layer.companions.iter().any(norm)
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

/// The layout that name and bias tell, if they do.
fn layout_of(weight: &Tensor, bias: Option<usize>) -> Option<Layout> {
    let (_, leaf) = split(&weight.name);
    match leaf {
        "kernel" | "depthwise_kernel" | "pointwise_kernel" => return Some(Layout::TensorFlow),
        "weight" => return Some(Layout::PyTorch),
        _ => {}
    }
    let (first, last) = (weight.shape.first(), weight.shape.last());
    match bias.as_ref() {
        bias if bias.is_some() && bias == first && bias != last => Some(Layout::PyTorch),
        bias if bias.is_some() && bias == last && bias != first => Some(Layout::TensorFlow),
        _ => None,
    }
}

fn layer(weight: &Tensor, bias: Option<usize>, layout: Layout) -> Layer {
    let (parent, leaf) = split(&weight.name);
    let standard = ["weight", "kernel", "w", "depthwise_kernel"].contains(&leaf);
    let name = if standard && !parent.is_empty() {
        parent
    } else {
        &weight.name
    };
    let shape = &weight.shape;
    let rank = shape.len();
    let lower = weight.name.to_lowercase();
    let says_transposed = ["deconv", "transpose", "upconv"]
        .iter()
        .any(|word| lower.contains(word));
    // (axis of the units, axis of the inputs)
    let (forward, backward) = match layout {
        Layout::PyTorch => ((0, 1), (1, 0)),
        Layout::TensorFlow => ((rank - 1, rank - 2), (rank - 2, rank - 1)),
    };
    let by_bias = bias == Some(shape[backward.0]) && bias != Some(shape[forward.0]);
    let kind = match rank {
        2 => Kind::Linear,
        _ if leaf == "depthwise_kernel" => Kind::Depthwise,
        _ if by_bias || (says_transposed && bias == Some(shape[backward.0])) => Kind::Transposed,
        _ => Kind::Convolution,
    };
    let (unit, input) = if kind == Kind::Transposed {
        backward
    } else {
        forward
    };
    let taps_axes = (0..rank).filter(|&axis| axis != unit && axis != input);
    let (units, inputs, axes): (_, _, Vec<usize>) = if kind == Kind::Depthwise {
        // Units are counted along input channel and multiplier together.
        let order = [input, unit].into_iter().chain(taps_axes);
        (shape[input] * shape[unit], 1, order.collect())
    } else {
        let order = [unit, input].into_iter().chain(taps_axes);
        (shape[unit], shape[input], order.collect())
    };
    Layer {
        name: name.to_owned(),
        kind,
        layout,
        weight: weight.name.clone(),
        format: weight.format,
        units,
        inputs,
        taps: weight.len() / (units * inputs).max(1),
        axes: Some(axes).filter(|axes| !axes.is_sorted()),
        shape: shape.clone(),
        companions: Vec::new(),
        bias: None,
    }
}

#[cfg(test)]
#[path = "layers/tests.rs"]
pub(crate) mod tests;
