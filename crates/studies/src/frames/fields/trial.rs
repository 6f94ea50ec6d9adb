//! Columns of `trial.parquet`.

use cnn::record::TrialRow;

use super::super::schema::{Field, Read};
use super::outcome_name;

pub(in super::super) const FIELDS: &[Field<TrialRow>] = &[
    Field {
        name: "outcome",
        unit: "",
        required: true,
        meaning: "working, collapsed or diverged, at the end of training",
        read: Read::Text(|row| outcome_name(row.outcome)),
    },
    Field {
        name: "outcome_before_annealing",
        unit: "",
        required: false,
        meaning: "the same before annealing began",
        read: Read::Text(|row| outcome_name(row.outcome_before_annealing)),
    },
    Field {
        name: "steps",
        unit: "steps",
        required: false,
        meaning: "updates done (fewer than planned only if the network diverged)",
        read: Read::Integer(|row| Some(i64::from(row.steps))),
    },
    Field {
        name: "steps_per_epoch",
        unit: "steps",
        required: false,
        meaning: "updates of one epoch",
        read: Read::Integer(|row| Some(i64::from(row.steps_per_epoch))),
    },
    Field {
        name: "annealing_step",
        unit: "step",
        required: false,
        meaning: "step at which annealing begins",
        read: Read::Integer(|row| Some(i64::from(row.annealing_step))),
    },
    Field {
        name: "diverged_step",
        unit: "step",
        required: false,
        meaning: "first step after which the loss or a weight was NaN or infinite; missing if none",
        read: Read::Integer(|row| row.diverged_step.map(i64::from)),
    },
    Field {
        name: "collapsed_step",
        unit: "step",
        required: false,
        meaning: "start of the collapse that lasts to the end, by the grid's censuses and those at \
                  each step around a collapse; missing if none",
        read: Read::Integer(|row| row.collapsed_step.map(i64::from)),
    },
    Field {
        name: "layer_dead_step",
        unit: "step",
        required: false,
        meaning: "first step at which some layer was wholly dead, confirmed by a census; missing \
                  if none",
        read: Read::Integer(|row| row.layer_dead_step.map(i64::from)),
    },
    Field {
        name: "layer_dead",
        unit: "",
        required: false,
        meaning: "that layer's index among the layers with an activation, from 0; missing if none",
        read: Read::Integer(|row| row.layer_dead.map(i64::from)),
    },
    Field {
        name: "train_accuracy",
        unit: "share",
        required: false,
        meaning: "share of the training set classified rightly at the end (chance if diverged)",
        read: Read::Real(|row| row.train_accuracy),
    },
    Field {
        name: "held_out_accuracy",
        unit: "share",
        required: false,
        meaning: "share of the held-out images classified rightly at the end (chance if diverged)",
        read: Read::Real(|row| row.held_out_accuracy),
    },
    Field {
        name: "held_out_accuracy_before_annealing",
        unit: "share",
        required: false,
        meaning: "the same before annealing began",
        read: Read::Real(|row| row.held_out_accuracy_before_annealing),
    },
    Field {
        name: "train_loss",
        unit: "nats",
        required: false,
        meaning: "mean cross-entropy over the training set at the end, in nats; missing if diverged",
        read: Read::Real(|row| row.train_loss.unwrap_or(f64::NAN)),
    },
    Field {
        name: "logit_spread",
        unit: "",
        required: false,
        meaning: "largest spread (max - min over the training set) of any logit at the end; missing \
                  if diverged",
        read: Read::Real(|row| row.logit_spread.unwrap_or(f64::NAN)),
    },
    Field {
        name: "dead_steps",
        unit: "filters x steps",
        required: false,
        meaning: "filter x step at which the filter was dead throughout: dead at the census before \
                  and the one after, and active in no training batch between",
        read: Read::Integer(|row| i64::try_from(row.dead_steps).ok()),
    },
    Field {
        name: "dead_steps_with_gradient",
        unit: "filters x steps",
        required: false,
        meaning: "of those, the ones with a weight or bias gradient other than exactly 0 (for ReLU \
                  there must be none)",
        read: Read::Integer(|row| i64::try_from(row.dead_steps_with_gradient).ok()),
    },
];
