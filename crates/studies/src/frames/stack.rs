//! The rows of many trials, one behind the other, wherever they are.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use polars::prelude::{IdxCa, IdxSize, PolarsError};

use super::error::FrameError;
use super::frame::Frame;
use super::parquet;
use super::schema::{TableSchema, schema};

/// Where the tables of a finished trial are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder that holds them.
    pub directory: Arc<Path>,
    /// Which rows of each are its own, in the order of the schema; without, all of them.
    pub rows: Option<[Range<usize>; 6]>,
}

impl Place {
    /// A folder whose tables hold one trial alone.
    pub fn alone(directory: &Path) -> Self {
        Self {
            directory: directory.into(),
            rows: None,
        }
    }
}

/// Writes the tables of these trials into an existing directory, one trial behind the other, each
/// file flushed to disk. The same trials in the same order give the same bytes, wherever they were.
///
/// # Errors
/// If a file cannot be read or written, or is not the table it should be; the error names it.
pub fn gather_tables(places: &[Place], directory: &Path) -> Result<(), FrameError> {
    for (index, table) in schema().iter().enumerate() {
        let (mut rows, _) = collect(places.iter(), index, table)?;
        parquet::write(&directory.join(table.file), &mut rows)?;
    }
    Ok(())
}

/// How many rows these trials have in each table, in the order of the schema.
///
/// # Errors
/// If a file must be read to know, and cannot be.
pub fn counted(places: &[Place]) -> Result<Vec<[usize; 6]>, FrameError> {
    let files = schema().map(|table| table.file);
    let count = |place: &Place| {
        let mut counts = [0; 6];
        for (index, count) in counts.iter_mut().enumerate() {
            *count = match &place.rows {
                Some(rows) => rows[index].len(),
                None => parquet::read(&place.directory.join(files[index]))?.rows(),
            };
        }
        Ok(counts)
    };
    places.iter().map(count).collect()
}

/// The rows of these places in the table of that index, one behind the other, and of which place
/// each row is. Every file is read once.
pub(super) fn collect<'a>(
    places: impl Iterator<Item = &'a Place>,
    index: usize,
    table: &TableSchema,
) -> Result<(Frame, Vec<IdxSize>), FrameError> {
    let mut read: BTreeMap<&Path, Range<usize>> = BTreeMap::new();
    let mut all = Frame::default();
    let (mut rows, mut owners) = (Vec::new(), Vec::new());
    for (owner, place) in places.enumerate() {
        let path = || place.directory.join(table.file);
        let held = if let Some(held) = read.get(&*place.directory) {
            held.clone()
        } else {
            let first = all.rows();
            let stored = documented(&path(), table)?;
            let stacked = all.polars_mut().vstack_mut_owned(stored.polars().clone());
            stacked.map_err(|error| shape(&error))?;
            let held = first..all.rows();
            read.insert(&place.directory, held.clone());
            held
        };
        let own = place
            .rows
            .as_ref()
            .map_or(0..held.len(), |rows| rows[index].clone());
        if own.end > held.len() {
            return Err(FrameError::Damaged {
                path: path(),
                reason: format!("{} rows instead of {} or more", held.len(), own.end),
            });
        }
        if all.rows() > IdxSize::MAX as usize {
            return Err(FrameError::Shape {
                action: "putting trials together",
                reason: format!("{} has more than {} rows", table.name, IdxSize::MAX),
            });
        }
        let own = held.start + own.start..held.start + own.end;
        owners.extend(own.clone().map(|_| owner as IdxSize));
        rows.extend(own.map(|row| row as IdxSize));
    }
    all.polars_mut().rechunk_mut();
    let in_order = rows.iter().enumerate().all(|(at, row)| at == *row as usize);
    if !in_order || rows.len() != all.rows() {
        all = at(&all, rows)?;
    }
    Ok((all, owners))
}

/// The rows at these places, in their order.
pub(super) fn at(frame: &Frame, rows: Vec<IdxSize>) -> Result<Frame, FrameError> {
    let rows = IdxCa::from_vec("rows".into(), rows);
    let rows = frame.polars().take(&rows).map_err(|error| shape(&error))?;
    Ok(Frame::from_polars(rows))
}

/// A table with the columns that it should have, and no others.
fn documented(path: &Path, table: &TableSchema) -> Result<Frame, FrameError> {
    let stored = parquet::read(path)?;
    let damaged = |reason: String| FrameError::Damaged {
        path: path.into(),
        reason,
    };
    for column in &table.columns {
        let kind = stored.kind(column.name);
        if kind.map_err(|error| damaged(error.to_string()))? != column.kind {
            return Err(damaged(format!(
                "column `{}` is not {}",
                column.name, column.kind
            )));
        }
    }
    let names = table.columns.iter().map(|column| column.name);
    let own = stored.polars().select(names);
    own.map(Frame::from_polars)
        .map_err(|error| damaged(error.to_string()))
}

fn shape(error: &PolarsError) -> FrameError {
    FrameError::Shape {
        action: "putting trials together",
        reason: error.to_string(),
    }
}
