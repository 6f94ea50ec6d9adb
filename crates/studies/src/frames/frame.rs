//! A table in memory.

use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataType, NamedFrom, PolarsError, Series,
    SortMultipleOptions,
};

use super::error::FrameError;
use super::schema::Kind;
use crate::table::Values;

/// Rows in a fixed order, columns by name.
///
/// Columns are of four kinds ([`Values`]): real numbers, whole numbers, words, yes or no. Every
/// operation keeps the order of rows or states another one; nothing is summed here (published
/// sums are `statistics`).
#[derive(Clone, Debug, Default)]
pub struct Frame(DataFrame);

impl Frame {
    /// A frame of the given columns.
    ///
    /// # Errors
    /// If they differ in length or share a name.
    pub fn new<Name: AsRef<str>>(
        columns: impl IntoIterator<Item = (Name, Values)>,
    ) -> Result<Self, FrameError> {
        let columns = columns.into_iter();
        let columns = columns
            .map(|(name, values)| column(name.as_ref(), values))
            .collect();
        DataFrame::new_infer_height(columns)
            .map(Self)
            .map_err(shape("making a frame"))
    }

    pub(super) fn from_polars(frame: DataFrame) -> Self {
        Self(frame)
    }

    pub(super) fn polars(&self) -> &DataFrame {
        &self.0
    }

    /// The rows from the last to the first.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self(self.0.reverse())
    }

    /// Whether two frames have the same columns, kinds, rows and bits; what is missing is equal.
    pub fn same(&self, other: &Self) -> bool {
        self.0.schema() == other.0.schema() && self.0.equals_missing(&other.0)
    }

    pub(super) fn polars_mut(&mut self) -> &mut DataFrame {
        &mut self.0
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.0.height()
    }

    /// Names of the columns, in order.
    pub fn columns(&self) -> Vec<String> {
        self.0
            .get_column_names()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    /// Whether there is a column of that name.
    pub fn has(&self, column: &str) -> bool {
        self.0.get_column_index(column).is_some()
    }

    /// What a column holds.
    ///
    /// # Errors
    /// If there is no such column, or it was not written by this program.
    pub fn kind(&self, column: &str) -> Result<Kind, FrameError> {
        let held = self.column(column)?.dtype();
        super::sql::kind(held)
            .ok_or_else(|| self.wrong_type(column, "numbers, words, or yes and no"))
    }

    /// A column of numbers as real numbers: whole numbers are converted, yes and no are 1 and 0,
    /// missing ones are `NaN`.
    ///
    /// # Errors
    /// If there is no such column, or it holds words.
    pub fn reals(&self, column: &str) -> Result<Vec<f64>, FrameError> {
        match self.values(column)? {
            Values::Real(values) => Ok(values),
            Values::Integer(values) => Ok(values
                .into_iter()
                .map(|v| v.map_or(f64::NAN, |v| v as f64))
                .collect()),
            Values::Flag(values) => Ok(values
                .into_iter()
                .map(|v| v.map_or(f64::NAN, |v| f64::from(u8::from(v))))
                .collect()),
            Values::Text(_) => Err(self.wrong_type(column, "numbers")),
        }
    }

    /// A column of whole numbers, `None` where there is none.
    ///
    /// # Errors
    /// If there is no such column, or it holds something else.
    pub fn integers(&self, column: &str) -> Result<Vec<Option<i64>>, FrameError> {
        match self.values(column)? {
            Values::Integer(values) => Ok(values),
            _ => Err(self.wrong_type(column, "whole numbers")),
        }
    }

    /// A column of words.
    ///
    /// # Errors
    /// If there is no such column, or it holds something else.
    pub fn texts(&self, column: &str) -> Result<Vec<String>, FrameError> {
        match self.values(column)? {
            Values::Text(values) => Ok(values),
            _ => Err(self.wrong_type(column, "words")),
        }
    }

    /// A column of yes and no; where there is neither it is not yes.
    ///
    /// # Errors
    /// If there is no such column, or it holds something else.
    pub fn flags(&self, column: &str) -> Result<Vec<bool>, FrameError> {
        match self.values(column)? {
            Values::Flag(values) => Ok(values.into_iter().map(|v| v == Some(true)).collect()),
            _ => Err(self.wrong_type(column, "yes and no")),
        }
    }

    /// A column of any kind.
    ///
    /// # Errors
    /// If there is no such column, or it was not written by this program.
    pub fn values(&self, column: &str) -> Result<Values, FrameError> {
        let series = self.column(column)?.as_materialized_series();
        let wrong = |_: PolarsError| self.wrong_type(column, "what its type says");
        Ok(match series.dtype() {
            DataType::Float64 => Values::Real(
                series
                    .f64()
                    .map_err(wrong)?
                    .iter()
                    .map(|v| v.unwrap_or(f64::NAN))
                    .collect(),
            ),
            DataType::Int64 => Values::Integer(series.i64().map_err(wrong)?.iter().collect()),
            DataType::String => Values::Text(
                series
                    .str()
                    .map_err(wrong)?
                    .iter()
                    .map(|v| v.unwrap_or_default().into())
                    .collect(),
            ),
            DataType::Boolean => Values::Flag(series.bool().map_err(wrong)?.iter().collect()),
            _ => return Err(self.wrong_type(column, "numbers, words, or yes and no")),
        })
    }

    /// The rows where `keep` is true, in their order.
    ///
    /// # Errors
    /// If `keep` does not have one value a row.
    pub(super) fn filter(&self, keep: &[bool]) -> Result<Self, FrameError> {
        if keep.len() != self.rows() {
            return Err(FrameError::Shape {
                action: "filtering rows",
                reason: format!("{} flags for {} rows", keep.len(), self.rows()),
            });
        }
        let mask = BooleanChunked::new("keep".into(), keep);
        self.0
            .filter(&mask)
            .map(Self)
            .map_err(shape("filtering rows"))
    }

    /// These columns and behind them those of the other, row by row.
    pub(super) fn beside(&self, other: &Self) -> Result<Self, FrameError> {
        let columns = other.0.columns();
        self.0
            .hstack(columns)
            .map(Self)
            .map_err(shape("putting columns together"))
    }

    /// The rows sorted by the columns, the first one deciding first; missing values first; rows
    /// with equal keys keep their order.
    ///
    /// # Errors
    /// If there is no such column.
    pub fn sort(&self, by: &[&str]) -> Result<Self, FrameError> {
        for column in by {
            self.column(column)?;
        }
        if by.is_empty() {
            return Ok(self.clone());
        }
        let options = SortMultipleOptions::new()
            .with_maintain_order(true)
            .with_multithreaded(false);
        self.0
            .sort(by, options)
            .map(Self)
            .map_err(shape("sorting rows"))
    }

    pub(super) fn series(&self, name: &str) -> Result<&Series, FrameError> {
        Ok(self.column(name)?.as_materialized_series())
    }

    fn column(&self, name: &str) -> Result<&Column, FrameError> {
        self.0.column(name).map_err(|_| FrameError::NoColumn {
            column: name.into(),
            available: self.columns(),
        })
    }

    fn wrong_type(&self, column: &str, expected: &'static str) -> FrameError {
        FrameError::WrongType {
            column: column.into(),
            expected,
            actual: self
                .0
                .column(column)
                .map(|c| c.dtype().to_string())
                .unwrap_or_default(),
        }
    }
}

fn column(name: &str, values: Values) -> Column {
    let name = name.into();
    match values {
        // A number that is missing is null in the file, so that other readers see it as such.
        Values::Real(values) => {
            let values: Vec<Option<f64>> = values
                .into_iter()
                .map(|v| (!v.is_nan()).then_some(v))
                .collect();
            Series::new(name, values)
        }
        Values::Integer(values) => Series::new(name, values),
        Values::Text(values) => Series::new(name, values),
        Values::Flag(values) => Series::new(name, values),
    }
    .into()
}

fn shape(action: &'static str) -> impl Fn(PolarsError) -> FrameError {
    move |error| FrameError::Shape {
        action,
        reason: error.to_string(),
    }
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
