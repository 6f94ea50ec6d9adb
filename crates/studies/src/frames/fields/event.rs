//! Columns of `events.parquet`.

use cnn::record::EventRow;

use super::super::schema::{Field, Read};

pub(in super::super) const FIELDS: &[Field<EventRow>] = &[
    Field::layer(|row| Some(i64::from(row.layer))),
    Field::filter(|row| Some(i64::from(row.filter))),
    Field {
        name: "event",
        unit: "",
        required: true,
        meaning: "death or revival; those of one filter alternate",
        read: Read::Text(|row| row.event.name().into()),
    },
    Field {
        name: "after_step",
        unit: "step",
        required: true,
        meaning: "of a death the last step, by a census or a training batch, at which it was alive; \
                  of a revival the last census at which it was dead",
        read: Read::Integer(|row| Some(i64::from(row.after_step))),
    },
    Field {
        name: "by_step",
        unit: "step",
        required: true,
        meaning: "of a death the census that found it dead; of a revival the first step whose \
                  training batch met it alive, or else the census that did",
        read: Read::Integer(|row| Some(i64::from(row.by_step))),
    },
    Field {
        name: "own_changed",
        unit: "",
        required: false,
        meaning: "whether the bits of its own weights or bias changed from the census before to \
                  that step",
        read: Read::Flag(|row| row.own_changed),
    },
    Field {
        name: "below_changed",
        unit: "",
        required: false,
        meaning: "whether the bits of any parameter of the layers below did, likewise",
        read: Read::Flag(|row| row.below_changed),
    },
    Field {
        name: "images_active",
        unit: "images",
        required: false,
        meaning: "of a revival, training images on which it acts at the next census; missing of a \
                  death, and where it was dead again by then",
        read: Read::Integer(|row| row.images_active.map(i64::from)),
    },
];
