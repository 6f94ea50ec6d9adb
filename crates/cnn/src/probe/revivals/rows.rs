//! The rows that the probe writes.

use super::Corners;
use crate::record::ProbeRow;

/// What a revival's cause was split into.
pub(super) fn split_rows(
    layer: usize,
    filter: usize,
    step: u32,
    corners: Corners,
    bias: f64,
    rows: &mut Vec<ProbeRow>,
) {
    let parts = corners.split(bias);
    for (quantity, value) in [
        ("before", corners.before),
        ("after", corners.after),
        ("own_alone", corners.own_alone),
        ("inputs_alone", corners.inputs_alone),
        ("own", parts.weights + parts.bias),
        ("inputs", parts.inputs),
    ] {
        rows.push(row(step, layer, Some(filter), quantity, value));
    }
}

/// One number of a layer or filter.
pub(super) fn row(
    step: u32,
    layer: usize,
    filter: Option<usize>,
    quantity: &str,
    value: f64,
) -> ProbeRow {
    ProbeRow {
        probe: "revivals".into(),
        step,
        layer: Some(layer as u32),
        filter: filter.map(|filter| filter as u32),
        quantity: quantity.into(),
        value,
    }
}
