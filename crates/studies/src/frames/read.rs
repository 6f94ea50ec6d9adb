//! The tables of many trials, stacked.

use std::collections::BTreeSet;
use std::mem::discriminant;

use super::error::FrameError;
use super::frame::Frame;
use super::schema::{Kind, TableSchema, schema};
use super::sql::Catalog;
use super::stack::{Place, at, collect};
use super::value::Value;
use crate::table::Values;

/// A finished trial in the store, and what is known of it beforehand.
#[derive(Clone, Debug)]
pub struct Part {
    /// Where its tables are.
    pub place: Place,
    /// Columns that go in front of each of its rows, in order: the same names for every part.
    pub settings: Vec<(String, Value)>,
}

/// The tables of many trials.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// One row a trial.
    pub trials: Frame,
    /// One row a trial, census and layer.
    pub censuses: Frame,
    /// One row a trial and filter.
    pub filters: Frame,
    /// One row a trial and number that a probe measured.
    pub probes: Frame,
    /// One row a trial, look, subset of the images and filter.
    pub activity: Frame,
    /// One row a trial and death or revival of a filter.
    pub events: Frame,
}

impl Tables {
    /// The tables that there are, by name, in the order of the schema.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &Frame)> {
        let all = [
            ("trials", &self.trials),
            ("censuses", &self.censuses),
            ("filters", &self.filters),
            ("probes", &self.probes),
            ("activity", &self.activity),
            ("events", &self.events),
        ];
        all.into_iter()
            .filter(|(_, frame)| !frame.columns().is_empty())
    }

    /// The tables to be asked in SQL.
    pub fn catalog(&self) -> Catalog {
        let mut catalog = Catalog::default();
        for (name, frame) in self.named() {
            catalog.register(name, frame.clone());
        }
        catalog
    }

    /// Those of some trials; a table that there is not stays so.
    ///
    /// # Errors
    /// If a table does not say its trials.
    pub fn of(&self, trials: &BTreeSet<i64>) -> Result<Self, FrameError> {
        let mut kept = self.clone();
        for (name, frame) in self.named() {
            let own = frame.integers("trial")?.into_iter();
            let own = own.map(|trial| trial.is_some_and(|trial| trials.contains(&trial)));
            *kept.named_mut(name) = frame.filter(&own.collect::<Vec<_>>())?;
        }
        Ok(kept)
    }

    pub(super) fn named_mut(&mut self, name: &str) -> &mut Frame {
        match name {
            "trials" => &mut self.trials,
            "censuses" => &mut self.censuses,
            "filters" => &mut self.filters,
            "activity" => &mut self.activity,
            "events" => &mut self.events,
            _ => &mut self.probes,
        }
    }
}

/// Reads the tables of the parts that are `asked` for by name and stacks them in the order of
/// `parts`, with each part's settings in front. The others stay empty: of many trials `activity` is
/// larger than all else together.
///
/// # Errors
/// If a file cannot be read, is not the table it should be, or lacks a column; the error names it.
pub fn read_tables(parts: &[Part], asked: impl Fn(&str) -> bool) -> Result<Tables, FrameError> {
    let mut tables = Tables::default();
    let all = schema().into_iter().enumerate();
    for (index, table) in all.filter(|(_, table)| asked(table.name)) {
        *tables.named_mut(table.name) = stack(parts, index, &table)?;
    }
    Ok(tables)
}

/// The tables of a study of which no trial is finished: all columns, with these in front, and no
/// rows. What is asked of results can be checked on them before there are any.
///
/// # Errors
/// If two columns share a name.
pub fn blank_tables(settings: &[(String, Value)]) -> Result<Tables, FrameError> {
    let mut tables = Tables::default();
    for table in schema() {
        *tables.named_mut(table.name) = Frame::new(no_rows(settings, &table))?;
    }
    Ok(tables)
}

/// The columns of a table, still without rows.
fn no_rows(settings: &[(String, Value)], table: &TableSchema) -> Vec<(String, Values)> {
    let front = settings.iter();
    let front = front.map(|(name, value)| (name.clone(), value.column(std::iter::empty())));
    let recorded = table.columns.iter().map(|column| {
        let values = match column.kind {
            Kind::Real => Values::Real(Vec::new()),
            Kind::Integer => Values::Integer(Vec::new()),
            Kind::Text => Values::Text(Vec::new()),
            Kind::Flag => Values::Flag(Vec::new()),
        };
        (column.name.to_owned(), values)
    });
    front.chain(recorded).collect()
}

fn stack(parts: &[Part], index: usize, table: &TableSchema) -> Result<Frame, FrameError> {
    let Some(first) = parts.first() else {
        return Ok(Frame::default());
    };
    let wrong = |reason: String| FrameError::Shape {
        action: "putting trials together",
        reason,
    };
    for part in parts {
        let names = part.settings.iter().map(|(name, _)| name);
        if !names.eq(first.settings.iter().map(|(name, _)| name)) {
            return Err(wrong("their settings have other names".into()));
        }
    }
    let mut front = Vec::new();
    for (at, (name, value)) in first.settings.iter().enumerate() {
        let mut all = parts.iter().map(|part| &part.settings[at].1);
        if !all.all(|one| discriminant(one) == discriminant(value)) {
            return Err(wrong(format!("setting `{name}` is not always of one kind")));
        }
        let all = parts.iter().map(|part| &part.settings[at].1);
        front.push((name, value.column(all)));
    }
    let (rows, owners) = collect(parts.iter().map(|part| &part.place), index, table)?;
    at(&Frame::new(front)?, owners)?.beside(&rows)
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
