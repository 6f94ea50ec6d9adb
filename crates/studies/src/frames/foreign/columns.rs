//! Columns of a Parquet or CSV file, read as the kinds that the schema gives them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::panic::catch_unwind;
use std::path::Path;

use polars::prelude::{Column, DataType, PolarsError};
use polars_io::SerReader as _;
use polars_io::parquet::read::ParquetReader;

use super::super::schema::Kind;
use super::Loaded;
use crate::table::{Values, fields};

/// A column before its kind is known.
pub(super) enum Raw {
    /// Of a CSV file.
    Fields(Vec<String>),
    /// Of a Parquet file.
    Parquet(Column),
}

/// The columns of a file, by the extension of its name.
pub(super) fn read(path: &Path) -> Result<Vec<(String, Raw)>, String> {
    if path.extension().is_some_and(|extension| extension == "csv") {
        return csv(path);
    }
    let file = File::open(path).map_err(|error| error.to_string())?;
    // The reader panics on some files that are damaged.
    let read = catch_unwind(|| ParquetReader::new(file).finish());
    let frame = match read {
        Ok(Ok(frame)) => frame,
        Ok(Err(error)) => return Err(format!("is no Parquet file that can be read: {error}")),
        Err(_) => return Err("is no Parquet file that can be read".into()),
    };
    let columns = frame.columns().iter();
    Ok(columns
        .map(|column| (column.name().to_string(), Raw::Parquet(column.clone())))
        .collect())
}

fn csv(path: &Path) -> Result<Vec<(String, Raw)>, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|error| format!("is not UTF-8: {error}"))?;
    // Excel writes a mark in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let columns = fields(text).map_err(|error| format!("is no CSV: {error}"))?;
    let mut names = BTreeSet::new();
    let mut all = columns.iter().map(|(name, _)| name);
    if let Some(name) = all.find(|name| !names.insert(*name)) {
        return Err(format!("has two columns `{name}`"));
    }
    let columns = columns.into_iter();
    Ok(columns
        .map(|(name, fields)| (name, Raw::Fields(fields)))
        .collect())
}

impl Raw {
    /// The values as of a kind; without one, of the kind they look like: in CSV booleans if all
    /// are `true` or `false`, else whole numbers, else reals, else text.
    pub fn values(self, kind: Option<Kind>) -> Result<Values, String> {
        match (self, kind) {
            (Self::Fields(fields), Some(kind)) => parsed(fields, kind),
            (Self::Fields(fields), None) => {
                let flags = !fields.is_empty() && fields.iter().all(|f| f.parse::<bool>().is_ok());
                if flags {
                    parsed(fields, Kind::Flag)
                } else {
                    Ok(Values::guessed(fields))
                }
            }
            (Self::Parquet(column), kind) => converted(&column, kind),
        }
    }
}

fn parsed(fields: Vec<String>, kind: Kind) -> Result<Values, String> {
    fn each<T>(
        fields: &[String],
        what: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, String> {
        let one = |(row, field): (usize, &String)| {
            read(field.trim()).ok_or_else(|| {
                let row = row + 1;
                let empty = if field.trim().eq_ignore_ascii_case("na") {
                    " (a missing value is an empty field)"
                } else {
                    ""
                };
                format!("row {row} holds `{field}`, which is no {what}{empty}")
            })
        };
        fields.iter().enumerate().map(one).collect()
    }
    Ok(match kind {
        Kind::Integer => Values::Integer(each(&fields, "whole number", |field| match field {
            "" => Some(None),
            // pandas writes 3.0 in a column that has missing values.
            field => field
                .parse()
                .ok()
                .or_else(|| whole(field.parse().ok()?))
                .map(Some),
        })?),
        Kind::Real => Values::Real(each(&fields, "number", |field| match field {
            "" => Some(f64::NAN),
            field => field.parse().ok(),
        })?),
        Kind::Flag => Values::Flag(each(&fields, "`true` or `false`", |field| match field {
            "" => Some(None),
            "true" | "True" | "TRUE" | "1" => Some(Some(true)),
            "false" | "False" | "FALSE" | "0" => Some(Some(false)),
            _ => None,
        })?),
        Kind::Text => Values::Text(fields),
    })
}

/// A real number that is a whole one.
fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i64)
}

fn converted(column: &Column, kind: Option<Kind>) -> Result<Values, String> {
    let held = column.dtype().clone();
    let wrong = |error: PolarsError| error.to_string();
    let of = |data_type: &DataType| {
        column
            .as_materialized_series()
            .strict_cast(data_type)
            .map_err(wrong)
    };
    let kind = match kind {
        Some(kind) => kind,
        None => super::super::sql::kind(&held)
            .ok_or_else(|| format!("is of type {held}; numbers, text and booleans are read"))?,
    };
    let mismatch = || format!("is of type {held}, not {kind}");
    Ok(match kind {
        Kind::Real if held.is_float() || held.is_integer() || held.is_null() => {
            let reals = of(&DataType::Float64)?;
            let reals = reals.f64().map_err(wrong)?;
            Values::Real(
                reals
                    .iter()
                    .map(|value| value.unwrap_or(f64::NAN))
                    .collect(),
            )
        }
        Kind::Integer if held.is_integer() || held.is_null() => {
            let integers = of(&DataType::Int64)?;
            Values::Integer(integers.i64().map_err(wrong)?.iter().collect())
        }
        Kind::Integer if held.is_float() => {
            let reals = of(&DataType::Float64)?;
            let one = |value: Option<f64>| match value {
                Some(value) if !value.is_nan() => whole(value).map(Some).ok_or_else(mismatch),
                _ => Ok(None),
            };
            Values::Integer(
                reals
                    .f64()
                    .map_err(wrong)?
                    .iter()
                    .map(one)
                    .collect::<Result<_, _>>()?,
            )
        }
        Kind::Text if held.is_string() || held.is_integer() || held.is_null() => {
            let texts = of(&DataType::String)?;
            let texts = texts.str().map_err(wrong)?;
            Values::Text(
                texts
                    .iter()
                    .map(|value| value.unwrap_or_default().into())
                    .collect(),
            )
        }
        Kind::Flag if held.is_bool() || held.is_null() => {
            let flags = of(&DataType::Boolean)?;
            Values::Flag(flags.bool().map_err(wrong)?.iter().collect())
        }
        Kind::Flag if held.is_integer() => {
            let integers = of(&DataType::Int64)?;
            let one = |value: Option<i64>| match value {
                Some(0) => Ok(Some(false)),
                Some(1) => Ok(Some(true)),
                Some(_) => Err(mismatch()),
                None => Ok(None),
            };
            let integers = integers.i64().map_err(wrong)?;
            Values::Flag(integers.iter().map(one).collect::<Result<_, _>>()?)
        }
        _ => return Err(mismatch()),
    })
}

/// A column of `trials` at each row of another table, by the trial.
pub(super) fn of_trials(values: &Values, trials: &Loaded, table: &Loaded) -> Values {
    let numbers = |loaded: &Loaded| match loaded.values("trial") {
        Some(Values::Integer(numbers)) => numbers.clone(),
        _ => Vec::new(),
    };
    let row: BTreeMap<_, _> = numbers(trials).into_iter().zip(0..).collect();
    let rows: Vec<Option<usize>> = numbers(table)
        .iter()
        .map(|trial| row.get(trial).copied())
        .collect();
    match values {
        Values::Real(values) => Values::Real(at(values, &rows, &f64::NAN)),
        Values::Integer(values) => Values::Integer(at(values, &rows, &None)),
        Values::Text(values) => Values::Text(at(values, &rows, &String::new())),
        Values::Flag(values) => Values::Flag(at(values, &rows, &None)),
    }
}

/// The values at these rows, in their order.
fn at<T: Clone>(values: &[T], rows: &[Option<usize>], missing: &T) -> Vec<T> {
    let one = |row: &Option<usize>| {
        row.and_then(|row| values.get(row))
            .unwrap_or(missing)
            .clone()
    };
    rows.iter().map(one).collect()
}
