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
    Field::layer(|row| Some(i64::from(row.layer))),
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
        name: "silent_in_train_mode",
        unit: "filters",
        required: false,
        meaning: "filters silent in train mode, on the training set in batches of the schedule's size: of networks with batch norms, at step 0, when annealing begins and at the end",
        read: Read::Integer(|row| row.silent_in_train_mode.map(i64::from)),
    },
    Field {
        name: "dead_in_train_mode",
        unit: "filters",
        required: false,
        meaning: "filters dead there",
        read: Read::Integer(|row| row.dead_in_train_mode.map(i64::from)),
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
    Field {
        name: "update_ratio",
        unit: "",
        required: false,
        meaning: "length of the change that the last update made to the layer's weights over \
                  their length before it (Euclidean; biases are not counted); missing at step 0 \
                  or if diverged",
        read: Read::Real(|row| row.update_ratio.unwrap_or(f64::NAN)),
    },
    Field {
        name: "weights",
        unit: "weights",
        required: false,
        meaning: "weights and biases of the layer; missing at step 0 or if diverged",
        read: Read::Integer(|row| row.weights.map(i64::from)),
    },
    Field {
        name: "stopped",
        unit: "weights",
        required: false,
        meaning: "of these, the ones whose bits the last update left as they were",
        read: Read::Integer(|row| row.stopped.map(i64::from)),
    },
    Field {
        name: "stopped_dead",
        unit: "weights",
        required: false,
        meaning: "of the stopped, by the first reason that holds: whose filter is dead",
        read: Read::Integer(|row| row.stopped_dead.map(i64::from)),
    },
    Field {
        name: "stopped_starved",
        unit: "weights",
        required: false,
        meaning: "of the stopped, by the first reason that holds: of a filter that is not dead, \
                  which read a dead filter",
        read: Read::Integer(|row| row.stopped_starved.map(i64::from)),
    },
    Field {
        name: "stopped_blank_input",
        unit: "weights",
        required: false,
        meaning: "of the stopped, by the first reason that holds: which only read pixels that \
                  are 0 in every training image",
        read: Read::Integer(|row| row.stopped_blank_input.map(i64::from)),
    },
    Field {
        name: "stopped_cut_off",
        unit: "weights",
        required: false,
        meaning: "of the stopped, by the first reason that holds: of a cut-off filter",
        read: Read::Integer(|row| row.stopped_cut_off.map(i64::from)),
    },
    Field {
        name: "stopped_inactive",
        unit: "weights",
        required: false,
        meaning: "of the stopped, by the first reason that holds: of a filter silent on the \
                  batch of that update",
        read: Read::Integer(|row| row.stopped_inactive.map(i64::from)),
    },
    Field {
        name: "stopped_quiet_input",
        unit: "weights",
        required: false,
        meaning: "of the stopped, by the first reason that holds: which read a filter silent on \
                  that batch",
        read: Read::Integer(|row| row.stopped_quiet_input.map(i64::from)),
    },
    Field {
        name: "stopped_unreached",
        unit: "weights",
        required: false,
        meaning: "of the stopped, by the first reason that holds: whose filter no gradient \
                  reached, though it was active",
        read: Read::Integer(|row| row.stopped_unreached.map(i64::from)),
    },
    Field {
        name: "stopped_no_input",
        unit: "weights",
        required: false,
        meaning: "of the stopped, by the first reason that holds: whose own input was 0 wherever \
                  a gradient reached their filter",
        read: Read::Integer(|row| row.stopped_no_input.map(i64::from)),
    },
    Field {
        name: "stopped_stalled",
        unit: "weights",
        required: false,
        meaning: "of the stopped, by the first reason that holds: whose gradient was not 0 and \
                  whose update rounded away",
        read: Read::Integer(|row| row.stopped_stalled.map(i64::from)),
    },
];
