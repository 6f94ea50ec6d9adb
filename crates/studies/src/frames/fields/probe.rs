//! Columns of `probes.parquet`.

use cnn::record::ProbeRow;

use super::super::schema::{Field, Read};

pub(in super::super) const FIELDS: &[Field<ProbeRow>] = &[
    Field {
        name: "probe",
        unit: "",
        required: true,
        meaning: "which probe measured it, by its key in the trial's settings",
        read: Read::Text(|row| row.probe.clone()),
    },
    Field {
        name: "step",
        unit: "step",
        required: true,
        meaning: "updates done when it was measured",
        read: Read::Integer(|row| Some(i64::from(row.step))),
    },
    Field {
        name: "layer",
        unit: "",
        required: false,
        meaning: "index among the layers with an activation, from 0; missing where it concerns the \
                  network",
        read: Read::Integer(|row| row.layer.map(i64::from)),
    },
    Field {
        name: "filter",
        unit: "",
        required: false,
        meaning: "index within the layer, from 0; missing where it concerns the layer or the network",
        read: Read::Integer(|row| row.filter.map(i64::from)),
    },
    Field {
        name: "quantity",
        unit: "",
        required: true,
        meaning: "what was measured, with its unit where it has one",
        read: Read::Text(|row| row.quantity.clone()),
    },
    Field {
        name: "value",
        unit: "",
        required: true,
        meaning: "its value; missing where there is none",
        read: Read::Real(|row| row.value),
    },
];
