//! A table in memory.

use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataFrameJoinOps, DataType, JoinArgs, JoinType,
    JoinValidation, MaintainOrderJoin, NamedFrom, PolarsError, Series, SortMultipleOptions,
};

use super::error::AggregateError;
use super::value::Value;
use crate::table::Values;

/// Rows in a fixed order, columns by name.
///
/// Columns are of four kinds ([`Values`]): real numbers, whole numbers, words, yes or no. Every
/// operation keeps the order of rows or states another one; nothing is summed here (published
/// sums are [`statistics`](crate::statistics)).
#[derive(Clone, Debug, Default)]
pub struct Frame(DataFrame);

/// The rows that share a key.
#[derive(Clone, Debug)]
pub struct Group {
    /// One value for each of the columns grouped by.
    pub key: Vec<Value>,
    /// The rows, with all columns, in their order.
    pub rows: Frame,
}

impl Frame {
    /// A frame of the given columns.
    ///
    /// # Errors
    /// If they differ in length or share a name.
    pub fn new(columns: Vec<(String, Values)>) -> Result<Self, AggregateError> {
        let columns = columns
            .into_iter()
            .map(|(name, values)| column(&name, values))
            .collect();
        DataFrame::new_infer_height(columns)
            .map(Self)
            .map_err(shape("making a frame"))
    }

    pub(super) fn from_polars(frame: DataFrame) -> Self {
        Self(frame)
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

    /// A column of numbers as real numbers: whole numbers are converted, yes and no are 1 and 0,
    /// missing ones are `NaN`.
    ///
    /// # Errors
    /// If there is no such column, or it holds words.
    pub fn reals(&self, column: &str) -> Result<Vec<f64>, AggregateError> {
        match self.values(column)? {
            Values::Real(values) => Ok(values),
            Values::Integer(values) => Ok(values
                .into_iter()
                .map(|v| v.map_or(f64::NAN, |v| v as f64))
                .collect()),
            Values::Flag(values) => {
                Ok(values.into_iter().map(|v| f64::from(u8::from(v))).collect())
            }
            Values::Text(_) => Err(self.wrong_type(column, "numbers")),
        }
    }

    /// A column of whole numbers, `None` where there is none.
    ///
    /// # Errors
    /// If there is no such column, or it holds something else.
    pub fn integers(&self, column: &str) -> Result<Vec<Option<i64>>, AggregateError> {
        match self.values(column)? {
            Values::Integer(values) => Ok(values),
            _ => Err(self.wrong_type(column, "whole numbers")),
        }
    }

    /// A column of words.
    ///
    /// # Errors
    /// If there is no such column, or it holds something else.
    pub fn texts(&self, column: &str) -> Result<Vec<String>, AggregateError> {
        match self.values(column)? {
            Values::Text(values) => Ok(values),
            _ => Err(self.wrong_type(column, "words")),
        }
    }

    /// A column of yes and no.
    ///
    /// # Errors
    /// If there is no such column, or it holds something else.
    pub fn flags(&self, column: &str) -> Result<Vec<bool>, AggregateError> {
        match self.values(column)? {
            Values::Flag(values) => Ok(values),
            _ => Err(self.wrong_type(column, "yes and no")),
        }
    }

    /// A column of any kind.
    ///
    /// # Errors
    /// If there is no such column, or it was not written by this program.
    pub fn values(&self, column: &str) -> Result<Values, AggregateError> {
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
            DataType::Boolean => Values::Flag(
                series
                    .bool()
                    .map_err(wrong)?
                    .iter()
                    .map(|v| v.unwrap_or(false))
                    .collect(),
            ),
            _ => return Err(self.wrong_type(column, "numbers, words, or yes and no")),
        })
    }

    /// The value of a column in a row.
    ///
    /// # Errors
    /// If there is no such column or row.
    pub fn value(&self, column: &str, row: usize) -> Result<Value, AggregateError> {
        let missing = || AggregateError::Shape {
            action: "reading a value",
            reason: format!("row {row} of {}", self.rows()),
        };
        let start = i64::try_from(row).map_err(|_| missing())?;
        let one = Self(self.0.slice(start, 1));
        Ok(match one.values(column)? {
            Values::Real(values) => Value::Real(*values.first().ok_or_else(missing)?),
            Values::Integer(values) => Value::Integer(*values.first().ok_or_else(missing)?),
            Values::Flag(values) => Value::Flag(*values.first().ok_or_else(missing)?),
            Values::Text(values) => Value::Text(values.into_iter().next().ok_or_else(missing)?),
        })
    }

    /// The frame with a column added at its end, or replaced if there is one of that name.
    ///
    /// # Errors
    /// If the column differs in length from the frame.
    pub fn with(mut self, name: &str, values: Values) -> Result<Self, AggregateError> {
        // polars would repeat a single value.
        if values.len() != self.rows() {
            return Err(AggregateError::Shape {
                action: "adding a column",
                reason: format!(
                    "`{name}` has {} values for {} rows",
                    values.len(),
                    self.rows()
                ),
            });
        }
        self.0
            .with_column(column(name, values))
            .map_err(shape("adding a column"))?;
        Ok(self)
    }

    /// The rows where `keep` is true, in their order.
    ///
    /// # Errors
    /// If `keep` does not have one value a row.
    pub fn filter(&self, keep: &[bool]) -> Result<Self, AggregateError> {
        if keep.len() != self.rows() {
            return Err(AggregateError::Shape {
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

    /// The rows whose column has that value, in their order.
    ///
    /// # Errors
    /// If there is no such column.
    pub fn filter_equal(&self, column: &str, value: &Value) -> Result<Self, AggregateError> {
        let keep: Vec<bool> = match (self.values(column)?, value) {
            (Values::Text(values), Value::Text(value)) => {
                values.iter().map(|v| v == value).collect()
            }
            (Values::Flag(values), Value::Flag(value)) => {
                values.iter().map(|v| v == value).collect()
            }
            (Values::Integer(values), Value::Integer(value)) => {
                values.iter().map(|v| v == value).collect()
            }
            (Values::Real(values), Value::Real(value)) => {
                values.iter().map(|v| v == value).collect()
            }
            _ => return Err(self.wrong_type(column, "values of the kind it is compared with")),
        };
        self.filter(&keep)
    }

    /// The rows sorted by the columns, the first one deciding first; missing values first; rows
    /// with equal keys keep their order.
    ///
    /// # Errors
    /// If there is no such column.
    pub fn sort(&self, by: &[&str]) -> Result<Self, AggregateError> {
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

    /// One group for each combination of values of the columns that occurs, in sorted order;
    /// within a group rows keep their order.
    ///
    /// # Errors
    /// If there is no such column.
    pub fn group_by(&self, by: &[&str]) -> Result<Vec<Group>, AggregateError> {
        let sorted = self.sort(by)?;
        if by.is_empty() || self.rows() == 0 {
            let all = Group {
                key: Vec::new(),
                rows: sorted,
            };
            return Ok(if self.rows() == 0 {
                Vec::new()
            } else {
                vec![all]
            });
        }
        sorted
            .0
            .partition_by_stable(by.iter().copied(), true)
            .map_err(shape("grouping rows"))?
            .into_iter()
            .map(|part| {
                let rows = Self(part);
                let key = by
                    .iter()
                    .map(|column| rows.value(column, 0))
                    .collect::<Result<_, _>>()?;
                Ok(Group { key, rows })
            })
            .collect()
    }

    /// The rows with the columns of `other` added from its row with the same values in `on`; a row
    /// without such a row gets missing values. Rows keep their order.
    ///
    /// # Errors
    /// If a column is lacking, or two rows of `other` have the same values in `on`.
    pub fn join(&self, other: &Self, on: &[&str]) -> Result<Self, AggregateError> {
        for column in on {
            self.column(column)?;
            other.column(column)?;
        }
        let mut arguments = JoinArgs::new(JoinType::Left);
        arguments.validation = JoinValidation::ManyToOne;
        arguments.maintain_order = MaintainOrderJoin::Left;
        arguments.nulls_equal = true;
        self.0
            .join(&other.0, on, on, arguments, None)
            .map(Self)
            .map_err(shape("joining frames"))
    }

    /// The frames one below the other.
    ///
    /// # Errors
    /// If their columns differ.
    pub fn stack(frames: impl IntoIterator<Item = Self>) -> Result<Self, AggregateError> {
        let mut frames = frames.into_iter();
        let Some(mut all) = frames.next() else {
            return Ok(Self::default());
        };
        for frame in frames {
            if frame.columns() != all.columns() {
                return Err(AggregateError::Shape {
                    action: "stacking frames",
                    reason: format!("columns {:?} below {:?}", frame.columns(), all.columns()),
                });
            }
            all.0
                .vstack_mut_owned(frame.0)
                .map_err(shape("stacking frames"))?;
        }
        all.0.rechunk_mut();
        Ok(all)
    }

    fn column(&self, name: &str) -> Result<&Column, AggregateError> {
        self.0.column(name).map_err(|_| AggregateError::NoColumn {
            column: name.into(),
            available: self.columns(),
        })
    }

    fn wrong_type(&self, column: &str, expected: &'static str) -> AggregateError {
        AggregateError::WrongType {
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

fn shape(action: &'static str) -> impl Fn(PolarsError) -> AggregateError {
    move |error| AggregateError::Shape {
        action,
        reason: error.to_string(),
    }
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
