//! Which axis of a weight counts what.

use super::names::split;
use super::{Kind, Layer, Layout};
use crate::checkpoint::Tensor;

/// The layout that name and bias tell, if they do.
pub fn layout_of(weight: &Tensor, bias: Option<usize>) -> Option<Layout> {
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

/// The layer of a weight.
pub fn layer(weight: &Tensor, bias: Option<usize>, layout: Layout) -> Layer {
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
