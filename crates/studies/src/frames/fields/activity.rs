//! Columns of `activity.parquet`.

use cnn::record::ActivityRow;

use super::super::schema::{Field, Read};

pub(in super::super) const FIELDS: &[Field<ActivityRow>] = &[
    Field {
        name: "step",
        unit: "step",
        required: true,
        meaning: "updates done",
        read: Read::Integer(|row| Some(i64::from(row.step))),
    },
    Field {
        name: "epochs_left",
        unit: "epochs",
        required: true,
        meaning: "epochs of training still to come: 5, 1 or 0",
        read: Read::Integer(|row| Some(i64::from(row.epochs_left))),
    },
    Field {
        name: "subset",
        unit: "",
        required: true,
        meaning: "which images: first_64, first_512 (of the training images, or all if there are \
                  fewer); at the end also training and held_out",
        read: Read::Text(|row| row.subset.name().into()),
    },
    Field::layer(|row| Some(i64::from(row.layer))),
    Field::filter(|row| Some(i64::from(row.filter))),
    Field {
        name: "images_seen",
        unit: "images",
        required: false,
        meaning: "number of images in the subset",
        read: Read::Integer(|row| Some(i64::from(row.images_seen))),
    },
    Field {
        name: "outputs_seen",
        unit: "outputs",
        required: false,
        meaning: "number of outputs: images x positions of the filter, after the activation and \
                  before any pooling",
        read: Read::Integer(|row| i64::try_from(row.outputs_seen).ok()),
    },
    Field {
        name: "dead",
        unit: "",
        required: false,
        meaning: "dead on these images: silent, and the activation's derivative is exactly 0 at all",
        read: Read::Flag(|row| row.dead),
    },
    Field {
        name: "images_active",
        unit: "images",
        required: false,
        meaning: "images on which it is active (pre-activation above 0) at some position",
        read: Read::Integer(|row| Some(i64::from(row.images_active))),
    },
    Field {
        name: "outputs_active",
        unit: "outputs",
        required: false,
        meaning: "outputs at which it is active",
        read: Read::Integer(|row| i64::try_from(row.outputs_active).ok()),
    },
    Field {
        name: "outputs_near_zero",
        unit: "outputs",
        required: false,
        meaning: "outputs within .05 of 0",
        read: Read::Integer(|row| i64::try_from(row.outputs_near_zero).ok()),
    },
    Field {
        name: "mean_output",
        unit: "",
        required: false,
        meaning: "mean output",
        read: Read::Real(|row| row.mean_output),
    },
    Field {
        name: "mean_size",
        unit: "",
        required: false,
        meaning: "mean absolute output",
        read: Read::Real(|row| row.mean_size),
    },
    Field {
        name: "largest_output",
        unit: "",
        required: false,
        meaning: "largest output",
        read: Read::Real(|row| row.largest_output),
    },
    Field {
        name: "largest_size",
        unit: "",
        required: false,
        meaning: "largest absolute output",
        read: Read::Real(|row| row.largest_size),
    },
    Field {
        name: "dormancy",
        unit: "",
        required: false,
        meaning: "mean absolute output over the layer's mean of it (Sokar et al. 2023): \
                  tau-dormant if at most tau; 0 where the layer puts out nothing but 0",
        read: Read::Real(|row| row.dormancy),
    },
];
