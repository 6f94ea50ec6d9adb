//! Columns of `filters.parquet`. Of a diverged network the last finite census is the end.

use cnn::record::FilterRow;

use super::super::schema::{Field, Read};

pub(in super::super) const FIELDS: &[Field<FilterRow>] = &[
    Field {
        name: "layer",
        unit: "",
        required: true,
        meaning: "index among the layers with an activation, from 0",
        read: Read::Integer(|row| Some(i64::from(row.layer))),
    },
    Field {
        name: "filter",
        unit: "",
        required: true,
        meaning: "index within the layer, from 0",
        read: Read::Integer(|row| Some(i64::from(row.filter))),
    },
    Field {
        name: "born_dead",
        unit: "",
        required: false,
        meaning: "dead at step 0",
        read: Read::Flag(|row| row.born_dead),
    },
    Field {
        name: "ever_dead",
        unit: "",
        required: false,
        meaning: "dead at some census of the grid",
        read: Read::Flag(|row| row.ever_dead),
    },
    Field {
        name: "dead_before_annealing",
        unit: "",
        required: false,
        meaning: "dead at the last census before annealing",
        read: Read::Flag(|row| row.dead_before_annealing),
    },
    Field {
        name: "dead_at_end",
        unit: "",
        required: true,
        meaning: "dead at the end of training",
        read: Read::Flag(|row| row.dead_at_end),
    },
    Field {
        name: "silent_at_end",
        unit: "",
        required: true,
        meaning: "silent at the end (for ReLU the same as dead)",
        read: Read::Flag(|row| row.silent_at_end),
    },
    Field {
        name: "saturated_at_end",
        unit: "",
        required: false,
        meaning: "not silent at the end, and the activation's derivative is exactly 0 at every \
                  image and position all the same (tanh beyond +-9.01)",
        read: Read::Flag(|row| row.saturated_at_end),
    },
    Field {
        name: "cut_off_at_end",
        unit: "",
        required: false,
        meaning: "alive at the end, yet without gradient at every step of the last epoch",
        read: Read::Flag(|row| row.cut_off_at_end),
    },
    Field {
        name: "revivals",
        unit: "times",
        required: false,
        meaning: "times it was dead at one census of the grid and alive at the next",
        read: Read::Integer(|row| Some(i64::from(row.revivals))),
    },
    Field {
        name: "first_death_after",
        unit: "step",
        required: false,
        meaning: "first death that was not at step 0: last step at which it was known to be alive",
        read: Read::Integer(|row| row.first_death_after.map(i64::from)),
    },
    Field {
        name: "first_death_by",
        unit: "step",
        required: false,
        meaning: "first death that was not at step 0: census at which it was dead",
        read: Read::Integer(|row| row.first_death_by.map(i64::from)),
    },
    Field {
        name: "final_death_after",
        unit: "step",
        required: false,
        meaning: "start of the death that lasts to the end: last step at which it was known to be \
                  alive, by a census or a training batch",
        read: Read::Integer(|row| row.final_death_after.map(i64::from)),
    },
    Field {
        name: "final_death_by",
        unit: "step",
        required: false,
        meaning: "start of the death that lasts to the end: census at which it was dead; missing \
                  for filters alive at the end or dead since step 0",
        read: Read::Integer(|row| row.final_death_by.map(i64::from)),
    },
    Field {
        name: "last_active_step",
        unit: "step",
        required: false,
        meaning: "last step whose training batch made it active; missing if none did",
        read: Read::Integer(|row| row.last_active_step.map(i64::from)),
    },
    Field {
        name: "last_gradient_step",
        unit: "step",
        required: false,
        meaning: "last step whose training batch gave its weights or bias a gradient other than 0; \
                  missing if none did",
        read: Read::Integer(|row| row.last_gradient_step.map(i64::from)),
    },
    Field {
        name: "largest_pre_activation",
        unit: "",
        required: false,
        meaning: "largest pre-activation over training set and positions, at the end",
        read: Read::Real(|row| row.largest_pre_activation),
    },
    Field {
        name: "active_images",
        unit: "share",
        required: false,
        meaning: "share of training images on which it is active at some position, at the end",
        read: Read::Real(|row| row.active_images),
    },
    Field {
        name: "active_positions",
        unit: "share",
        required: false,
        meaning: "share of image x position at which it is active, at the end",
        read: Read::Real(|row| row.active_positions),
    },
    Field {
        name: "active_units",
        unit: "share",
        required: false,
        meaning: "share of its units active on some image, at the end",
        read: Read::Real(|row| row.active_units),
    },
];
