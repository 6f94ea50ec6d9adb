//! Columns of `censuses.parquet`.

use cnn::record::CensusRow;

use super::super::schema::{Field, Read};
use super::outcome_name;

pub(in super::super) const FIELDS: &[Field<CensusRow>] = &[
    Field {
        name: "step",
        meaning: "updates done when the census was taken",
        read: Read::Integer(|row| Some(i64::from(row.step))),
    },
    Field {
        name: "layer",
        meaning: "index among the layers with an activation, from 0",
        read: Read::Integer(|row| Some(i64::from(row.layer))),
    },
    Field {
        name: "outcome",
        meaning: "of the whole network at this census: working, collapsed or diverged",
        read: Read::Text(|row| outcome_name(row.outcome)),
    },
    Field {
        name: "filters",
        meaning: "filters of the layer",
        read: Read::Integer(|row| Some(i64::from(row.filters))),
    },
    Field {
        name: "silent",
        meaning: "filters silent on the training set (0 if diverged)",
        read: Read::Integer(|row| Some(i64::from(row.silent))),
    },
    Field {
        name: "dead",
        meaning: "filters dead on the training set (0 if diverged)",
        read: Read::Integer(|row| Some(i64::from(row.dead))),
    },
    Field {
        name: "saturated",
        meaning: "filters not silent whose activation's derivative is exactly 0 at every image and \
                  position all the same: tanh beyond +-9.01 (0 if diverged)",
        read: Read::Integer(|row| Some(i64::from(row.saturated))),
    },
    Field {
        name: "cut_off",
        meaning: "filters active, yet without gradient at every step of the last epoch's worth of \
                  steps (0 if diverged)",
        read: Read::Integer(|row| Some(i64::from(row.cut_off))),
    },
    Field {
        name: "units",
        meaning: "units (filter x position) of the layer",
        read: Read::Integer(|row| Some(i64::from(row.units))),
    },
    Field {
        name: "silent_units",
        meaning: "units silent on the training set (0 if diverged)",
        read: Read::Integer(|row| Some(i64::from(row.silent_units))),
    },
    Field {
        name: "positive_share",
        meaning: "share of filter x image x position with a pre-activation above 0",
        read: Read::Real(|row| row.positive_share),
    },
    Field {
        name: "train_loss",
        meaning: "mean cross-entropy over the training set, in nats; missing if diverged",
        read: Read::Real(|row| row.train_loss),
    },
    Field {
        name: "train_accuracy",
        meaning: "share of the training set classified rightly",
        read: Read::Real(|row| row.train_accuracy),
    },
    Field {
        name: "logit_spread",
        meaning: "largest spread of any logit over the training set; missing if diverged",
        read: Read::Real(|row| row.logit_spread),
    },
];
