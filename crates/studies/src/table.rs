//! A published table: named, documented columns, written as CSV.

mod read;

pub(crate) use read::fields;

use std::io::Write;

/// The level of a row over all levels of a column.
pub const ALL: &str = "all";

/// Name of the table that holds one row an amendment; a study without any has none.
pub const AMENDMENTS: &str = "amendments";

/// Its columns.
pub const AMENDMENT_COLUMNS: [&str; 5] = ["file", "digest", "first_trial", "adds", "reason"];

/// Name of the table that holds one row an estimate.
pub const ESTIMATES: &str = "estimates";

/// Name of the table that holds one row a judged prediction.
pub const PREDICTIONS: &str = "predictions";

/// Named columns of equal length, in the order in which they are published.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// File name without extension; unique within the study.
    pub name: String,
    /// One sentence: what a row is.
    pub description: String,
    /// The columns.
    pub columns: Vec<Column>,
}

/// One column of a [`Table`].
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Name, in snake case.
    pub name: String,
    /// What it is, with its unit.
    pub description: String,
    /// One value a row.
    pub values: Values,
}

/// The values of a column. A missing number is `NaN` (or `None`) and is written as an empty field.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Real numbers, written with the fewest digits that read back as the same number.
    Real(Vec<f64>),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
    /// Words.
    Text(Vec<String>),
    /// Yes or no, written as `true` and `false`, or missing.
    Flag(Vec<Option<bool>>),
}

impl Table {
    /// An empty table of that name.
    pub fn new(name: &str, description: &str) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            columns: Vec::new(),
        }
    }

    /// The table with a column of real numbers added.
    #[must_use]
    pub fn real(self, name: &str, description: &str, values: Vec<f64>) -> Self {
        self.column(name, description, Values::Real(values))
    }

    /// The table with a column of whole numbers added.
    #[must_use]
    pub fn integer(self, name: &str, description: &str, values: Vec<i64>) -> Self {
        self.column(
            name,
            description,
            Values::Integer(values.into_iter().map(Some).collect()),
        )
    }

    /// The table with a column of words added.
    #[must_use]
    pub fn text(self, name: &str, description: &str, values: Vec<String>) -> Self {
        self.column(name, description, Values::Text(values))
    }

    /// The table with a column added.
    #[must_use]
    pub fn column(mut self, name: &str, description: &str, values: Values) -> Self {
        self.columns.push(Column {
            name: name.into(),
            description: description.into(),
            values,
        });
        self
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns
            .iter()
            .map(|column| column.values.len())
            .max()
            .unwrap_or(0)
    }

    /// Whether there is a column of that name.
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name)
    }

    /// The numbers of a column; whole numbers become real ones, missing ones `NaN`.
    ///
    /// # Errors
    /// If there is no such column, or it holds words.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>, TableError> {
        match &self.find(name)?.values {
            Values::Real(values) => Ok(values.clone()),
            Values::Integer(values) => Ok(values
                .iter()
                .map(|value| value.map_or(f64::NAN, |v| v as f64))
                .collect()),
            // A column without a single value reads back from a file as words.
            Values::Text(values) if values.iter().all(String::is_empty) => {
                Ok(vec![f64::NAN; values.len()])
            }
            Values::Text(_) | Values::Flag(_) => Err(self.no_column(name, "numbers")),
        }
    }

    /// The values of a column as they stand in a CSV file.
    ///
    /// # Errors
    /// If there is no such column.
    pub fn words(&self, name: &str) -> Result<Vec<String>, TableError> {
        let values = &self.find(name)?.values;
        Ok((0..values.len())
            .filter_map(|row| values.get(row))
            .collect())
    }

    fn find(&self, name: &str) -> Result<&Column, TableError> {
        self.columns
            .iter()
            .find(|column| column.name == name)
            .ok_or_else(|| self.no_column(name, "values"))
    }

    fn no_column(&self, column: &str, kind: &'static str) -> TableError {
        TableError::NoColumn {
            table: self.name.clone(),
            column: column.into(),
            kind,
        }
    }

    /// Writes the table: a header, then one line a row.
    ///
    /// # Errors
    /// If writing fails, or if the columns differ in length.
    pub fn write_csv(&self, out: impl Write) -> Result<(), csv::Error> {
        let mut writer = csv::WriterBuilder::new().flexible(false).from_writer(out);
        writer.write_record(self.columns.iter().map(|column| column.name.as_str()))?;
        for row in 0..self.rows() {
            writer.write_record(
                self.columns
                    .iter()
                    .filter_map(|column| column.values.get(row)),
            )?;
        }
        writer.flush()?;
        Ok(())
    }

    /// The table as CSV text.
    ///
    /// # Errors
    /// If the columns differ in length.
    pub fn to_csv(&self) -> Result<String, csv::Error> {
        let mut bytes = Vec::new();
        self.write_csv(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// What was asked of published tables and is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// No table of that name.
    #[error("no table `{table}`")]
    NoTable {
        /// The name.
        table: String,
    },
    /// A column that a table does not have, or that holds something else.
    #[error("table `{table}` has no column `{column}` of {kind}")]
    NoColumn {
        /// The table's name.
        table: String,
        /// The column's name.
        column: String,
        /// What it should hold.
        kind: &'static str,
    },
}

/// The table of that name.
///
/// # Errors
/// If there is none.
pub fn named<'a>(tables: &'a [Table], name: &str) -> Result<&'a Table, TableError> {
    let found = tables.iter().find(|table| table.name == name);
    found.ok_or_else(|| TableError::NoTable { table: name.into() })
}

impl Values {
    /// Those for which `keep` says so, one a value.
    #[must_use]
    pub fn kept(&self, keep: &[bool]) -> Self {
        fn of<T: Clone>(values: &[T], keep: &[bool]) -> Vec<T> {
            let kept = values.iter().zip(keep).filter(|(_, keep)| **keep);
            kept.map(|(value, _)| value.clone()).collect()
        }
        match self {
            Self::Real(values) => Self::Real(of(values, keep)),
            Self::Integer(values) => Self::Integer(of(values, keep)),
            Self::Text(values) => Self::Text(of(values, keep)),
            Self::Flag(values) => Self::Flag(of(values, keep)),
        }
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::Real(values) => values.len(),
            Self::Integer(values) => values.len(),
            Self::Text(values) => values.len(),
            Self::Flag(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a row, as it stands in a CSV file.
    pub fn get(&self, row: usize) -> Option<String> {
        match self {
            Self::Real(values) => values.get(row).map(|&value| real(value)),
            Self::Integer(values) => values
                .get(row)
                .map(|value| value.map_or_else(String::new, |v| v.to_string())),
            Self::Text(values) => values.get(row).cloned(),
            Self::Flag(values) => values
                .get(row)
                .map(|value| value.map_or_else(String::new, |v| v.to_string())),
        }
    }
}

/// The shortest decimal that reads back as the same number; nothing for NaN; no negative zero.
fn real(value: f64) -> String {
    if value.is_nan() {
        String::new()
    } else if value == 0.0 {
        "0".into()
    } else if (1e-5..1e16).contains(&value.abs()) {
        format!("{value}")
    } else {
        format!("{value:e}")
    }
}

#[cfg(test)]
mod tests;
