//! Hidden units of recurrent layers: four rows each in an LSTM, three in a GRU, one otherwise.

use super::names::module;
use super::owners::Part;
use super::{Kind, Layer, Layout, Role};

/// The recurrent layers among the parts, with their places. Their units are hidden units, and
/// a unit's weights those of all its gates that read the layer's input.
pub fn layers(parts: &[Part<'_>]) -> Vec<(usize, Layer)> {
    let places = (0..parts.len()).filter(|&place| parts[place].role == Role::Recurrent);
    places
        .filter_map(|place| Some((place, layer(parts, place)?)))
        .collect()
}

fn layer(parts: &[Part<'_>], place: usize) -> Option<Layer> {
    let weight = parts[place].tensor;
    let (parent, leaf) = module(&weight.name);
    let sibling = |wanted: &str| {
        let mut all = parts.iter().map(|part| part.tensor);
        all.find(|other| module(&other.name) == (parent, wanted))
    };
    let [first, second] = weight.shape[..] else {
        return None;
    };
    // PyTorch numbers its layers: `weight_ih_l1`.
    let (suffix, layout, hidden) = if leaf == "kernel" {
        let recurrent = sibling("recurrent_kernel")?;
        ("", Layout::TensorFlow, *recurrent.shape.first()?)
    } else {
        let suffix = leaf.strip_prefix("weight_ih")?;
        let recurrent = sibling(&format!("weight_hh{suffix}"))?;
        let rows = *recurrent.shape.first()?;
        // With a projection the second axis is shorter than a gate.
        let hidden = *recurrent.shape.get(1)?;
        let gates = [1, 3, 4]
            .into_iter()
            .find(|gates| hidden.checked_mul(*gates) == Some(rows));
        (suffix, Layout::PyTorch, rows / gates?)
    };
    let (rows, inputs) = match layout {
        Layout::TensorFlow => (second, first),
        _ => (first, second),
    };
    if hidden == 0 || inputs == 0 || !rows.is_multiple_of(hidden) {
        return None;
    }
    let gates = rows / hidden;
    let (shape, axes) = match layout {
        Layout::TensorFlow => (vec![inputs, gates, hidden], vec![2, 0, 1]),
        _ => (vec![gates, hidden, inputs], vec![1, 2, 0]),
    };
    let name = match suffix {
        "" | "_l0" if !parent.is_empty() => parent.to_owned(),
        _ => format!("{parent}{}", suffix.replacen('_', ".", 1)),
    };
    Some(Layer {
        name,
        kind: Kind::Recurrent,
        layout,
        weight: weight.name.clone(),
        format: weight.format,
        units: hidden,
        inputs,
        taps: gates,
        axes: Some(axes),
        shape,
        companions: Vec::new(),
        bias: None,
        norm: None,
        is_normed: false,
    })
}
