//! The columns in front of every row, once the trials of a study are put together.

use super::super::schema::{ColumnSchema, Kind};

/// Before what the design varies, in order.
pub const FRONT: [ColumnSchema; 6] = [
    ColumnSchema {
        name: "study",
        kind: Kind::Text,
        unit: "",
        required: false,
        meaning: "name of the study",
    },
    ColumnSchema {
        name: "trial",
        kind: Kind::Integer,
        unit: "",
        required: true,
        meaning: "number of the training run within the study, from 0: the key of `trials`, by \
                  which tables are joined",
    },
    ColumnSchema {
        name: "arm",
        kind: Kind::Text,
        unit: "",
        required: false,
        meaning: "name of the design's arm",
    },
    ColumnSchema {
        name: "cell",
        kind: Kind::Integer,
        unit: "",
        required: false,
        meaning: "number of the combination of settings, from 0",
    },
    ColumnSchema {
        name: "replicate",
        kind: Kind::Integer,
        unit: "",
        required: false,
        meaning: "number of the seed, from 0; the same in all cells, so that networks are paired \
                  by it (required in `trials`)",
    },
    ColumnSchema {
        name: "seed",
        kind: Kind::Text,
        unit: "",
        required: false,
        meaning: "the seed itself, a whole number of 64 bits without sign, in decimal digits as \
                  text, since many programs' whole numbers end at 63 bits",
    },
];
