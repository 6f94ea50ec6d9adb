//! What stands in each column: one list for the writer, the program and the README.

use cnn::record::{CensusRow, FilterRow, ProbeRow, TrialRow};

use super::fields::{census, filter, probe, trial};
use crate::table::Values;

/// A column of a table of the store: its name, what it means, and where it comes from.
pub(super) struct Field<Row> {
    /// As in the record.
    pub name: &'static str,
    /// With its unit.
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
}

impl<Row> Field<Row> {
    /// The column of these rows.
    pub fn values(&self, rows: &[Row]) -> Values {
        match self.read {
            Read::Real(read) => Values::Real(rows.iter().map(read).collect()),
            Read::Integer(read) => Values::Integer(rows.iter().map(read).collect()),
            Read::Text(read) => Values::Text(rows.iter().map(read).collect()),
            Read::Flag(read) => Values::Flag(rows.iter().map(read).collect()),
        }
    }

    fn documentation(&self) -> ColumnDocumentation {
        ColumnDocumentation {
            name: self.name,
            kind: match self.read {
                Read::Real(_) => "real",
                Read::Integer(_) => "integer",
                Read::Text(_) => "text",
                Read::Flag(_) => "boolean",
            },
            meaning: self.meaning,
        }
    }
}

/// What a column of a stored table means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ColumnDocumentation {
    /// Name in the Parquet file and in frames.
    pub name: &'static str,
    /// `real`, `integer`, `text` or `boolean`.
    pub kind: &'static str,
    /// What it is, with its unit; when it is missing.
    pub meaning: &'static str,
}

/// What a stored table means.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TableDocumentation {
    /// File name in the folder of a trial.
    pub file: &'static str,
    /// What a row is.
    pub row: &'static str,
    /// Its columns, in order.
    pub columns: Vec<ColumnDocumentation>,
}

/// The tables of a trial and their columns, as written by
/// [`write_record`](super::write_record). Missing values are null.
pub fn documentation() -> [TableDocumentation; 4] {
    [
        TableDocumentation {
            file: TRIAL_FILE,
            row: "one row: the network as a whole",
            columns: trial::FIELDS
                .iter()
                .map(Field::<TrialRow>::documentation)
                .collect(),
        },
        TableDocumentation {
            file: CENSUSES_FILE,
            row: "one row a census of the grid and layer with an activation",
            columns: census::FIELDS
                .iter()
                .map(Field::<CensusRow>::documentation)
                .collect(),
        },
        TableDocumentation {
            file: FILTERS_FILE,
            row: "one row a filter of each layer with an activation",
            columns: filter::FIELDS
                .iter()
                .map(Field::<FilterRow>::documentation)
                .collect(),
        },
        TableDocumentation {
            file: PROBES_FILE,
            row: "one row a number that a probe measured (a probe is a measurement that only some \
                  studies ask for); no rows in a trial without probes",
            columns: probe::FIELDS
                .iter()
                .map(Field::<ProbeRow>::documentation)
                .collect(),
        },
    ]
}

pub(super) const TRIAL_FILE: &str = "trial.parquet";
pub(super) const CENSUSES_FILE: &str = "censuses.parquet";
pub(super) const FILTERS_FILE: &str = "filters.parquet";
pub(super) const PROBES_FILE: &str = "probes.parquet";

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
        ];
        for (table, recorded) in documentation().iter().zip(recorded) {
            let documented: BTreeSet<_> =
                table.columns.iter().map(|c| c.name.to_string()).collect();
            assert_eq!(documented, recorded, "{}", table.file);
            assert_eq!(
                documented.len(),
                table.columns.len(),
                "a name twice in {}",
                table.file
            );
            assert!(
                table.columns.iter().all(|c| c.meaning.len() > 10),
                "{}",
                table.file
            );
        }
    }
}
