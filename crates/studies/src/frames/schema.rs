//! The recorded tables as a public format: one list of columns for the writer, the program's
//! listing and checks, and the page studies/RESULTS.md.

use std::fmt;

use cnn::record::{ActivityRow, CensusRow, EventRow, FilterRow, ProbeRow, TrialRow};

use super::fields::{FRONT, activity, census, event, filter, probe, trial};
use crate::table::Values;

/// Version of the format that [`schema`] describes. It rises when a column changes its name, type,
/// unit or meaning, or a required one is added; an optional column may be added within a version.
pub const SCHEMA_VERSION: u32 = 1;

/// A column of a table of the store: its name, what it means, and where it comes from.
pub(super) struct Field<Row> {
    /// As in the record.
    pub name: &'static str,
    /// Its unit, if it has one.
    pub unit: &'static str,
    /// Whether a table from elsewhere must have it.
    pub required: bool,
    /// What it is; when it is missing.
    pub meaning: &'static str,
    /// How it is read off a row.
    pub read: Read<Row>,
}

/// How a value is read off a row, by the kind of the column.
pub(super) enum Read<Row> {
    /// A real number, missing where it is `NaN`.
    Real(fn(&Row) -> f64),
    /// A whole number or none.
    Integer(fn(&Row) -> Option<i64>),
    /// A word.
    Text(fn(&Row) -> String),
    /// Yes or no.
    Flag(fn(&Row) -> bool),
    /// Yes, no or neither.
    FlagOrNone(fn(&Row) -> Option<bool>),
}

impl<Row> Field<Row> {
    /// The layer that a row is of.
    pub const fn layer(read: fn(&Row) -> Option<i64>) -> Self {
        Self {
            name: "layer",
            unit: "",
            required: true,
            meaning: "index among the layers with an activation, from 0",
            read: Read::Integer(read),
        }
    }

    /// The filter that a row is of.
    pub const fn filter(read: fn(&Row) -> Option<i64>) -> Self {
        Self {
            name: "filter",
            unit: "",
            required: true,
            meaning: "index within the layer, from 0",
            read: Read::Integer(read),
        }
    }

    /// The column of these rows.
    pub fn values<'a>(&self, rows: impl Iterator<Item = &'a Row>) -> Values
    where
        Row: 'a,
    {
        match self.read {
            Read::Real(read) => Values::Real(rows.map(read).collect()),
            Read::Integer(read) => Values::Integer(rows.map(read).collect()),
            Read::Text(read) => Values::Text(rows.map(read).collect()),
            Read::Flag(read) => Values::Flag(rows.map(|row| Some(read(row))).collect()),
            Read::FlagOrNone(read) => Values::Flag(rows.map(read).collect()),
        }
    }

    fn column(&self) -> ColumnSchema {
        ColumnSchema {
            name: self.name,
            kind: match self.read {
                Read::Real(_) => Kind::Real,
                Read::Integer(_) => Kind::Integer,
                Read::Text(_) => Kind::Text,
                Read::Flag(_) | Read::FlagOrNone(_) => Kind::Flag,
            },
            unit: self.unit,
            required: self.required,
            meaning: self.meaning,
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Real numbers of 64 bits; a missing one is null.
    Real,
    /// Whole numbers of 64 bits; a missing one is null.
    Integer,
    /// Words.
    Text,
    /// Yes or no; a missing one is null.
    #[serde(rename = "boolean")]
    Flag,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Real => "real",
            Self::Integer => "integer",
            Self::Text => "text",
            Self::Flag => "boolean",
        })
    }
}

/// What a column of a recorded table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ColumnSchema {
    /// Name in files and in SQL.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Its unit; empty where it has none. A share is of 1.
    pub unit: &'static str,
    /// Whether a table from elsewhere must have it.
    pub required: bool,
    /// What it is; when it is missing.
    pub meaning: &'static str,
}

/// What a recorded table is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TableSchema {
    /// Name in SQL, and of the file of all trials (without extension).
    pub name: &'static str,
    /// File name in the folder of a single trial.
    pub file: &'static str,
    /// What a row is.
    pub row: &'static str,
    /// The columns that no two rows have the same values in.
    pub key: &'static [&'static str],
    /// What every trial records, in order.
    pub columns: Vec<ColumnSchema>,
}

impl TableSchema {
    /// The columns in front of the recorded ones when trials are put together, before those that
    /// the design varies.
    pub fn front(&self) -> [ColumnSchema; 6] {
        FRONT.map(|column| ColumnSchema {
            required: column.required || (column.name == "replicate" && self.name == "trials"),
            ..column
        })
    }

    /// The column of that name, in front or recorded.
    pub fn column(&self, name: &str) -> Option<ColumnSchema> {
        let front = self.front().into_iter();
        let mut all = front.chain(self.columns.iter().copied());
        all.find(|column| column.name == name)
    }
}

/// The recorded tables: `trials`, `censuses`, `filters`, `probes`, `activity`, `events`. Missing
/// values are null.
pub fn schema() -> [TableSchema; 6] {
    [
        TableSchema {
            name: "trials",
            file: TRIAL_FILE,
            row: "one row a trial: the network as a whole",
            key: &["trial"],
            columns: trial::FIELDS
                .iter()
                .map(Field::<TrialRow>::column)
                .collect(),
        },
        TableSchema {
            name: "censuses",
            file: CENSUSES_FILE,
            row: "one row a trial, census of the grid and layer with an activation",
            key: &["trial", "step", "layer"],
            columns: census::FIELDS
                .iter()
                .map(Field::<CensusRow>::column)
                .collect(),
        },
        TableSchema {
            name: "filters",
            file: FILTERS_FILE,
            row: "one row a trial and filter of each layer with an activation",
            key: &["trial", "layer", "filter"],
            columns: filter::FIELDS
                .iter()
                .map(Field::<FilterRow>::column)
                .collect(),
        },
        TableSchema {
            name: "probes",
            file: PROBES_FILE,
            row: "one row a trial and number that a probe measured (a probe is a measurement that \
                  only some studies ask for); no rows in a trial without probes",
            key: &["trial", "probe", "step", "layer", "filter", "quantity"],
            columns: probe::FIELDS
                .iter()
                .map(Field::<ProbeRow>::column)
                .collect(),
        },
        TableSchema {
            name: "activity",
            file: ACTIVITY_FILE,
            row: "one row a trial, look near the end of training, subset of the images and filter: \
                  what it puts out, for whatever definition of death; no rows of a look after \
                  divergence",
            key: &["trial", "epochs_left", "subset", "layer", "filter"],
            columns: activity::FIELDS
                .iter()
                .map(Field::<ActivityRow>::column)
                .collect(),
        },
        TableSchema {
            name: "events",
            file: EVENTS_FILE,
            row: "one row a trial and death or revival of a filter, by the censuses of the grid and \
                  the training batches between them",
            key: &["trial", "layer", "filter", "event", "by_step"],
            columns: event::FIELDS
                .iter()
                .map(Field::<EventRow>::column)
                .collect(),
        },
    ]
}

pub(super) const TRIAL_FILE: &str = "trial.parquet";
pub(super) const CENSUSES_FILE: &str = "censuses.parquet";
pub(super) const FILTERS_FILE: &str = "filters.parquet";
pub(super) const PROBES_FILE: &str = "probes.parquet";
pub(super) const ACTIVITY_FILE: &str = "activity.parquet";
pub(super) const EVENTS_FILE: &str = "events.parquet";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::fields::example_record;
    use super::*;

    fn fields_of(row: &impl serde::Serialize) -> BTreeSet<String> {
        let json = serde_json::to_value(row).unwrap();
        json.as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn every_field_of_the_record_is_a_documented_column() {
        let record = example_record();
        let recorded = [
            fields_of(&record.trial),
            fields_of(&record.censuses[0]),
            fields_of(&record.filters[0]),
            fields_of(&record.probes[0]),
            fields_of(&record.activity[0]),
            fields_of(&record.events[0]),
        ];
        for (table, recorded) in schema().iter().zip(recorded) {
            let documented: BTreeSet<_> =
                table.columns.iter().map(|c| c.name.to_string()).collect();
            assert_eq!(documented, recorded, "{}", table.file);
            let all = table.front().into_iter().chain(table.columns.clone());
            let names: BTreeSet<_> = all.clone().map(|column| column.name).collect();
            assert_eq!(names.len(), all.clone().count(), "twice in {}", table.file);
            assert!(all.clone().all(|column| column.meaning.len() > 10));
            for key in table.key {
                assert!(table.column(key).is_some(), "{key} of {}", table.name);
            }
        }
    }
}
