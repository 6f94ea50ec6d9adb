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
        name: "learned",
        unit: "",
        required: false,
        meaning: "working, and at the end of its schedule at least as accurate on the training set, \
                  under its true labels, as the data set declares (digits and MNIST: .9, \
                  CIFAR-10: .4); missing if it declares nothing",
        read: Read::FlagOrNone(|row| row.learned),
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
        name: "train_accuracy_true_labels",
        unit: "share",
        required: false,
        meaning: "share of the training set classified rightly at the end under its true labels (chance if diverged)",
        read: Read::Real(|row| row.train_accuracy_true_labels),
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
    Field {
        name: "removed_filters",
        unit: "filters",
        required: false,
        meaning: "filters removed at the end to see what that changes: those silent on the \
                  training set (of ReLU the dead ones; silent Leaky ReLU filters are the \
                  negative control), but those that a residual sum binds and the first one of a \
                  layer that would lose them all; missing if diverged, as are the next ones",
        read: Read::Integer(|row| row.removed_filters.map(i64::from)),
    },
    Field {
        name: "removed_bytes",
        unit: "bytes",
        required: false,
        meaning: "bytes of weights and biases, as f32, that go with them",
        read: Read::Integer(|row| i64::try_from(row.removed_bytes?).ok()),
    },
    Field {
        name: "removed_train_logits_changed",
        unit: "logits",
        required: false,
        meaning: "training logits that are another number without them",
        read: Read::Integer(|row| i64::try_from(row.removed_train_logits_changed?).ok()),
    },
    Field {
        name: "removed_train_largest_change",
        unit: "",
        required: false,
        meaning: "largest difference of a training logit",
        read: Read::Real(|row| row.removed_train_largest_change.unwrap_or(f64::NAN)),
    },
    Field {
        name: "removed_held_out_logits_changed",
        unit: "logits",
        required: false,
        meaning: "held-out logits that are another number",
        read: Read::Integer(|row| i64::try_from(row.removed_held_out_logits_changed?).ok()),
    },
    Field {
        name: "removed_held_out_largest_change",
        unit: "",
        required: false,
        meaning: "largest difference of a held-out logit",
        read: Read::Real(|row| row.removed_held_out_largest_change.unwrap_or(f64::NAN)),
    },
    Field {
        name: "removed_held_out_images_woken",
        unit: "images",
        required: false,
        meaning: "held-out images on which some removed filter was active",
        read: Read::Integer(|row| row.removed_held_out_images_woken.map(i64::from)),
    },
    Field {
        name: "train_accuracy_without",
        unit: "share",
        required: false,
        meaning: "share of the training set classified rightly without them",
        read: Read::Real(|row| row.train_accuracy_without.unwrap_or(f64::NAN)),
    },
    Field {
        name: "held_out_accuracy_without",
        unit: "share",
        required: false,
        meaning: "share of the held-out images classified rightly without them",
        read: Read::Real(|row| row.held_out_accuracy_without.unwrap_or(f64::NAN)),
    },
];
