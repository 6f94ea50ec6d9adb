//! Columns of `filters.parquet`. Of a diverged network the last finite census is the end.

use cnn::record::FilterRow;

use super::super::schema::{Field, Read};

pub(in super::super) const FIELDS: &[Field<FilterRow>] = &[
    Field {
        name: "layer",
        meaning: "index among the layers with an activation, from 0",
        read: Read::Integer(|row| Some(i64::from(row.layer))),
    },
    Field {
        name: "filter",
        meaning: "index within the layer, from 0",
        read: Read::Integer(|row| Some(i64::from(row.filter))),
    },
    Field {
        name: "born_dead",
        meaning: "dead at step 0",
        read: Read::Flag(|row| row.born_dead),
    },
    Field {
        name: "ever_dead",
        meaning: "dead at some census of the grid",
        read: Read::Flag(|row| row.ever_dead),
    },
    Field {
        name: "dead_before_annealing",
        meaning: "dead at the last census before annealing",
        read: Read::Flag(|row| row.dead_before_annealing),
    },
    Field {
        name: "dead_at_end",
        meaning: "dead at the end of training",
        read: Read::Flag(|row| row.dead_at_end),
    },
    Field {
        name: "silent_at_end",
        meaning: "silent at the end (for ReLU the same as dead)",
        read: Read::Flag(|row| row.silent_at_end),
    },
    Field {
        name: "saturated_at_end",
        meaning: "not silent at the end, and the activation's derivative is exactly 0 at every \
                  image and position all the same (tanh beyond +-9.01)",
        read: Read::Flag(|row| row.saturated_at_end),
    },
    Field {
        name: "cut_off_at_end",
        meaning: "alive at the end, yet without gradient at every step of the last epoch",
        read: Read::Flag(|row| row.cut_off_at_end),
    },
    Field {
        name: "revivals",
        meaning: "times it was dead at one census of the grid and alive at the next",
        read: Read::Integer(|row| Some(i64::from(row.revivals))),
    },
    Field {
        name: "first_death_after",
        meaning: "first death that was not at step 0: last step at which it was known to be alive",
        read: Read::Integer(|row| row.first_death_after.map(i64::from)),
    },
    Field {
        name: "first_death_by",
        meaning: "first death that was not at step 0: census at which it was dead",
        read: Read::Integer(|row| row.first_death_by.map(i64::from)),
    },
    Field {
        name: "final_death_after",
        meaning: "start of the death that lasts to the end: last step at which it was known to be \
                  alive, by a census or a training batch",
        read: Read::Integer(|row| row.final_death_after.map(i64::from)),
    },
    Field {
        name: "final_death_by",
        meaning: "start of the death that lasts to the end: census at which it was dead; missing \
                  for filters alive at the end or dead since step 0",
        read: Read::Integer(|row| row.final_death_by.map(i64::from)),
    },
    Field {
        name: "last_active_step",
        meaning: "last step whose training batch made it active; missing if none did",
        read: Read::Integer(|row| row.last_active_step.map(i64::from)),
    },
    Field {
        name: "last_gradient_step",
        meaning: "last step whose training batch gave its weights or bias a gradient other than 0; \
                  missing if none did",
        read: Read::Integer(|row| row.last_gradient_step.map(i64::from)),
    },
    Field {
        name: "largest_pre_activation",
        meaning: "largest pre-activation over training set and positions, at the end",
        read: Read::Real(|row| row.largest_pre_activation),
    },
    Field {
        name: "active_images",
        meaning: "share of training images on which it is active at some position, at the end",
        read: Read::Real(|row| row.active_images),
    },
    Field {
        name: "active_positions",
        meaning: "share of image x position at which it is active, at the end",
        read: Read::Real(|row| row.active_positions),
    },
    Field {
        name: "active_units",
        meaning: "share of its units active on some image, at the end",
        read: Read::Real(|row| row.active_units),
    },
];
