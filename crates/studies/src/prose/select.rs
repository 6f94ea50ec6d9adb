//! Which rows a template asks for.

use std::fmt::Write as _;
use std::sync::Arc;

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};

use super::interval::kind;
use super::page::Page;
use super::row::Row;
use crate::messages::nearest;
use crate::table::{ALL, Table, Values};

/// One condition: a column and the values that fit.
struct Condition {
    name: String,
    /// Index of the column; none where only this version of the study lacks it.
    column: Option<usize>,
    words: Vec<String>,
    /// Whether one of them is a level that only this version of the study lacks.
    lacking: bool,
}

impl Condition {
    fn holds(&self, table: &Table, row: usize) -> bool {
        match self.column {
            Some(column) => fits(&table.columns[column].values, row, &self.words),
            None => self.words.iter().any(String::is_empty),
        }
    }
}

/// Rows of one table that were asked for.
pub(super) struct Selection {
    page: Arc<Page>,
    table: usize,
    conditions: Vec<Condition>,
    pub(super) rows: Vec<usize>,
}

fn wrong(words: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, words)
}

/// ` (did you mean x?)`, or all of them.
pub(super) fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(name, known.clone()) {
        return format!("; did you mean `{near}`?");
    }
    let mut known: Vec<&str> = known.into_iter().collect();
    known.dedup();
    let etc = if known.len() > 12 { ", .." } else { "" };
    known.truncate(12);
    format!("; there are: {}{etc}", known.join(", "))
}

impl Selection {
    /// The rows of a table that fit all conditions, in the table's order.
    ///
    /// # Errors
    /// If there is no such table or column, a level is none of the design, or the template has run
    /// for too long.
    pub(super) fn new(
        state: &State,
        page: &Arc<Page>,
        table: &str,
        given: &Kwargs,
    ) -> Result<Self, Error> {
        let names = page.tables.iter().map(|own| own.name.as_str());
        let Some(index) = names.clone().position(|own| own == table) else {
            return Err(wrong(format!(
                "there is no table `{table}`{}",
                hint(table, names)
            )));
        };
        let own = &page.tables[index];
        let mut conditions = Vec::new();
        for column in given.args() {
            conditions.push(condition(page, own, column, &given.peek::<Value>(column)?)?);
        }
        // Rows over networks, unless single ones are asked for.
        let replicate = own
            .columns
            .iter()
            .position(|column| column.name == "replicate");
        if let (Some(column), false) = (replicate, given.has("replicate")) {
            let values = &own.columns[column].values;
            if (0..own.rows()).any(|row| fits(values, row, &[String::new()])) {
                conditions.push(Condition {
                    name: "replicate".into(),
                    column: Some(column),
                    words: vec![String::new()],
                    lacking: false,
                });
            }
        }
        // A row that is looked at costs about what a step of a template does.
        state.consume_fuel(own.rows() as u64 / 8)?;
        let fit = |row: &usize| conditions.iter().all(|one| one.holds(own, *row));
        let rows = (0..own.rows()).filter(fit).collect();
        Ok(Self {
            page: page.clone(),
            table: index,
            conditions,
            rows,
        })
    }

    fn row(&self, row: Option<usize>) -> Value {
        Value::from_object(Row {
            page: self.page.clone(),
            table: self.table,
            index: row,
        })
    }

    /// All of them.
    pub(super) fn all(&self) -> Value {
        let rows = self.rows.iter().map(|&row| self.row(Some(row)));
        Value::from(rows.collect::<Vec<Value>>())
    }

    /// The only one; a missing row if it is one that this version of the study lacks.
    ///
    /// # Errors
    /// If there is none for another reason, or more than one.
    pub(super) fn only(&self) -> Result<Value, Error> {
        let table = &self.page.tables[self.table];
        match self.rows.as_slice() {
            [row] => Ok(self.row(Some(*row))),
            [] if self.page.partial || self.conditions.iter().any(|own| own.lacking) => {
                Ok(self.row(None))
            }
            [] => Err(wrong(format!(
                "no row of `{}` has{}",
                table.name,
                self.described()
            ))),
            [first, others @ ..] => {
                let differs = |values: &Values| {
                    others
                        .iter()
                        .any(|row| values.get(*row) != values.get(*first))
                };
                let columns = table.columns.iter();
                let keys = columns.filter(|column| !matches!(column.values, Values::Real(_)));
                let keys = keys.filter(|column| differs(&column.values));
                let keys: Vec<&str> = keys.map(|column| column.name.as_str()).collect();
                Err(wrong(format!(
                    "{} rows of `{}` have{}; tell them apart by: {}",
                    self.rows.len(),
                    table.name,
                    self.described(),
                    keys.join(", ")
                )))
            }
        }
    }

    fn described(&self) -> String {
        let mut words = String::new();
        for (index, condition) in self.conditions.iter().enumerate() {
            let comma = if index == 0 { " " } else { ", " };
            let _ = write!(
                words,
                "{comma}{} = \"{}\"",
                condition.name,
                condition.words.join("\" or \"")
            );
        }
        words
    }
}

fn condition(page: &Page, table: &Table, column: &str, value: &Value) -> Result<Condition, Error> {
    let names = table.columns.iter().map(|own| own.name.as_str());
    let shape = page.shape(&table.name);
    let index = names.clone().position(|own| own == column);
    if index.is_none() && !shape.is_some_and(|shape| shape.has(column)) {
        let hint = hint(column, names);
        return Err(wrong(format!(
            "table `{}` has no column `{column}`{hint}",
            table.name
        )));
    }
    let mut words = Vec::new();
    if matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) {
        for item in value.try_iter()? {
            words.push(word(column, &item)?);
        }
    } else {
        words.push(word(column, value)?);
    }
    let mut lacking = index.is_none();
    let known = shape.and_then(|shape| shape.values.get(column));
    if let Some(factor) = page.factor(column) {
        for word in &mut words {
            let level = factor.resolve(word).to_owned();
            // A row over all levels of the factor is no level of the design.
            let one = !level.is_empty() && level != ALL;
            if one && !factor.levels.contains(&level) {
                let hint = hint(word, factor.known());
                return Err(wrong(format!("`{column}` has no level `{word}`{hint}")));
            }
            lacking |= level != ALL && !factor.present.contains(&level);
            *word = level;
        }
    } else if let (true, Some(index)) =
        (["measure", "layer", "name", "id"].contains(&column), index)
    {
        let values = &table.columns[index].values;
        for word in &words {
            if (0..values.len()).any(|row| fits(values, row, std::slice::from_ref(word))) {
                continue;
            }
            // A version of the study without any row of it.
            if known.is_some_and(|known| known.contains(word)) {
                lacking = true;
            } else {
                let known: Vec<String> = (0..values.len())
                    .filter_map(|row| values.get(row))
                    .collect();
                let hint = hint(word, known.iter().map(String::as_str));
                return Err(wrong(format!(
                    "table `{}` has no {column} `{word}`{hint}",
                    table.name
                )));
            }
        }
    }
    Ok(Condition {
        name: column.into(),
        column: index,
        words,
        lacking,
    })
}

/// A value as it stands in a table; numbers as CSV has them.
pub(super) fn word(column: &str, value: &Value) -> Result<String, Error> {
    if let Some(text) = value.as_str() {
        return Ok(text.into());
    }
    if value.is_none() {
        return Ok(String::new());
    }
    if value.kind() == ValueKind::Bool {
        return Ok(value.to_string());
    }
    match f64::try_from(value.clone()) {
        Ok(number) if value.is_number() => Ok(format!("{number}")),
        _ => Err(wrong(format!(
            "`{column}` must be a text or a number, not {}",
            kind(value)
        ))),
    }
}

fn fits(values: &Values, row: usize, words: &[String]) -> bool {
    let equal = |number: f64| words.iter().any(|word| word.parse() == Ok(number));
    let empty = || words.iter().any(String::is_empty);
    match values {
        Values::Text(values) => words.contains(&values[row]),
        Values::Real(values) if values[row].is_nan() => empty(),
        Values::Real(values) => equal(values[row]),
        Values::Integer(values) => values[row].map_or_else(empty, |value| equal(value as f64)),
        Values::Flag(values) => {
            values[row].map_or_else(empty, |value| words.contains(&value.to_string()))
        }
    }
}
