//! Columns of `censuses.parquet`.

use cnn::record::CensusRow;

use super::super::schema::{Field, Read};
use super::outcome_name;

pub(in super::super) const FIELDS: &[Field<CensusRow>] = &[
    Field {
        name: "step",
        unit: "step",
        required: true,
        meaning: "updates done when the census was taken",
        read: Read::Integer(|row| Some(i64::from(row.step))),
    },
    Field {
        name: "layer",
        unit: "",
        required: true,
        meaning: "index among the layers with an activation, from 0",
        read: Read::Integer(|row| Some(i64::from(row.layer))),
    },
    Field {
        name: "outcome",
        unit: "",
        required: false,
        meaning: "of the whole network at this census: working, collapsed or diverged",
        read: Read::Text(|row| outcome_name(row.outcome)),
    },
    Field {
        name: "filters",
        unit: "filters",
        required: true,
        meaning: "filters of the layer",
        read: Read::Integer(|row| Some(i64::from(row.filters))),
    },
    Field {
        name: "silent",
        unit: "filters",
        required: true,
        meaning: "filters silent on the training set (0 if diverged)",
        read: Read::Integer(|row| Some(i64::from(row.silent))),
    },
    Field {
        name: "dead",
        unit: "filters",
        required: true,
        meaning: "filters dead on the training set (0 if diverged)",
        read: Read::Integer(|row| Some(i64::from(row.dead))),
    },
    Field {
        name: "saturated",
        unit: "filters",
        required: false,
        meaning: "filters not silent whose activation's derivative is exactly 0 at every image and \
                  position all the same: tanh beyond +-9.01 (0 if diverged)",
        read: Read::Integer(|row| Some(i64::from(row.saturated))),
    },
    Field {
        name: "cut_off",
        unit: "filters",
        required: false,
        meaning: "filters active, yet without gradient at every step of the last epoch's worth of \
                  steps (0 if diverged)",
        read: Read::Integer(|row| Some(i64::from(row.cut_off))),
    },
    Field {
        name: "units",
        unit: "units",
        required: false,
        meaning: "units (filter x position) of the layer",
        read: Read::Integer(|row| Some(i64::from(row.units))),
    },
    Field {
        name: "silent_units",
        unit: "units",
        required: false,
        meaning: "units silent on the training set (0 if diverged)",
        read: Read::Integer(|row| Some(i64::from(row.silent_units))),
    },
    Field {
        name: "positive_share",
        unit: "share",
        required: false,
        meaning: "share of filter x image x position with a pre-activation above 0",
        read: Read::Real(|row| row.positive_share),
    },
    Field {
        name: "train_loss",
        unit: "nats",
        required: false,
        meaning: "mean cross-entropy over the training set, in nats; missing if diverged",
        read: Read::Real(|row| row.train_loss),
    },
    Field {
        name: "train_accuracy",
        unit: "share",
        required: false,
        meaning: "share of the training set classified rightly",
        read: Read::Real(|row| row.train_accuracy),
    },
    Field {
        name: "logit_spread",
        unit: "",
        required: false,
        meaning: "largest spread of any logit over the training set; missing if diverged",
        read: Read::Real(|row| row.logit_spread),
    },
];
