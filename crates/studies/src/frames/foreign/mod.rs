//! Tables that another program wrote: a folder of Parquet or CSV files in the published schema.
//!
//! The folder holds `trials` and, where there are such, `censuses`, `filters` and `probes`, each
//! as `.parquet` or `.csv`. What the [`schema`](super::schema) calls required must be there; what
//! it does not know is kept. Columns of `trials` that are no recorded ones (the factors) are put
//! in front of the other tables too, as in a study's own. All that is wrong with a folder is said
//! at once.

mod checks;
mod columns;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::frame::Frame;
use super::read::Tables;
use super::schema::{ColumnSchema, TableSchema, schema};
use crate::messages::nearest;
use crate::table::Values;
use columns::Raw;

/// What is wrong with a folder of tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignError {
    /// The folder.
    pub folder: PathBuf,
    /// Each problem in a sentence that names the file.
    pub problems: Vec<String>,
}

impl ForeignError {
    /// Each problem with the path of its file, or that of the folder.
    pub fn placed(&self) -> Vec<(String, String)> {
        let placed = |problem: &String| {
            let known = schema().into_iter().any(|table| {
                let after = problem.strip_prefix(table.name);
                after.is_some_and(|after| {
                    after.starts_with(".csv:") || after.starts_with(".parquet:")
                })
            });
            let folder: PathBuf = self.folder.components().collect();
            let (path, problem) = match problem.split_once(": ") {
                Some((file, problem)) if known => (folder.join(file), problem),
                _ => (folder, problem.as_str()),
            };
            let line = path
                .extension()
                .filter(|own| *own == "csv")
                .and_then(|_| line(problem));
            let line = line.map_or_else(String::new, |line| format!(":{line}"));
            (format!("{}{line}", path.display()), problem.to_owned())
        };
        self.problems.iter().map(placed).collect()
    }
}

/// The line of a CSV file, under its header, of the row that a problem names; of two the second.
fn line(problem: &str) -> Option<usize> {
    let number = |after: &str| {
        let end = after
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.len());
        after[..end].parse::<usize>().ok()
    };
    let row = match problem.split_once("rows ") {
        Some((_, rows)) => number(rows.split_once(" and ")?.1),
        None => number(problem.split_once("row ")?.1),
    };
    row.map(|row| row + 1)
}

impl fmt::Display for ForeignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder.display();
        if let [problem] = self.problems.as_slice() {
            return write!(f, "{folder}: {problem}");
        }
        write!(f, "{folder}: {} problems", self.problems.len())?;
        for problem in &self.problems {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ForeignError {}

/// A table as it was read: its columns by name, of equal length.
struct Loaded {
    schema: TableSchema,
    file: String,
    columns: Vec<(String, Values)>,
}

impl Loaded {
    fn values(&self, name: &str) -> Option<&Values> {
        let found = self.columns.iter().find(|(known, _)| known == name);
        found.map(|(_, values)| values)
    }

    fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, values)| values.len())
    }
}

/// Reads the tables of a folder. A table that lacks is a frame without columns.
///
/// # Errors
/// All that is wrong: a file that cannot be read, a required table or column that lacks, a value
/// that is not of its column's type, two rows with one key, a trial that `trials` has not, counts
/// and flags that contradict each other.
pub fn read(folder: &Path) -> Result<Tables, ForeignError> {
    let mut problems = Vec::new();
    let mut loaded = Vec::new();
    for table in schema() {
        let name = table.name;
        match file(folder, name) {
            Ok(Some(file)) => loaded.extend(load(folder, table, file, &mut problems)),
            Ok(None) if name == "trials" => problems.push(lacking(folder)),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    for table in &loaded {
        problems.extend(checks::table(table));
    }
    let trials = loaded.iter().find(|table| table.schema.name == "trials");
    if let Some(trials) = trials {
        for table in &loaded {
            problems.extend(checks::references(table, trials));
        }
    }
    let mut tables = Tables::default();
    if problems.is_empty() {
        for table in &loaded {
            match arranged(table, trials.unwrap_or(table)) {
                Ok(frame) => *tables.named_mut(table.schema.name) = frame,
                Err(problem) => problems.push(problem),
            }
        }
    }
    if problems.is_empty() {
        return Ok(tables);
    }
    Err(ForeignError {
        folder: folder.into(),
        problems,
    })
}

/// The table's file, if there is one.
fn file(folder: &Path, table: &str) -> Result<Option<String>, String> {
    let names = ["parquet", "csv"].map(|extension| format!("{table}.{extension}"));
    let there: Vec<String> = names
        .into_iter()
        .filter(|name| folder.join(name).is_file())
        .collect();
    match there.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        [one, two, ..] => Err(format!("{one} and {two}: which of them is the table?")),
    }
}

fn lacking(folder: &Path) -> String {
    let what = "no trials.parquet or trials.csv, a table with one row a network (columns `trial`, `replicate`, `outcome`)";
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return format!("cannot be read: {error}"),
    };
    let names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    let known = names.iter().map(String::as_str);
    match nearest("trials.csv", known.clone()).or_else(|| nearest("trials.parquet", known)) {
        Some(near) => format!("{what}; is `{near}` meant?"),
        None => what.into(),
    }
}

fn load(
    folder: &Path,
    schema: TableSchema,
    file: String,
    problems: &mut Vec<String>,
) -> Option<Loaded> {
    let raw = match columns::read(&folder.join(&file)) {
        Ok(raw) => raw,
        Err(problem) => {
            problems.push(format!("{file}: {problem}"));
            return None;
        }
    };
    let known = schema
        .front()
        .into_iter()
        .chain(schema.columns.iter().copied());
    for ColumnSchema {
        name,
        kind,
        meaning,
        ..
    } in known.filter(|column| column.required)
    {
        if raw.iter().all(|(own, _)| own != name) {
            let names = raw.iter().map(|(own, _)| own.as_str());
            let near = nearest(name, names.filter(|own| schema.column(own).is_none()));
            let near = near.map_or(String::new(), |near| format!("; is `{near}` meant?"));
            problems.push(format!(
                "{file}: no column `{name}` ({kind}: {meaning}){near}"
            ));
        }
    }
    let mut columns = Vec::with_capacity(raw.len());
    for (name, raw) in raw {
        match typed(&schema, &name, raw) {
            Ok(values) => columns.push((name, values)),
            Err(problem) => problems.push(format!("{file}: column `{name}`: {problem}")),
        }
    }
    Some(Loaded {
        schema,
        file,
        columns,
    })
}

fn typed(schema: &TableSchema, name: &str, raw: Raw) -> Result<Values, String> {
    let column = schema.column(name);
    let values = raw.values(column.map(|column| column.kind))?;
    if column.is_some_and(|column| column.required) {
        let missing = match &values {
            Values::Integer(values) => values.iter().position(Option::is_none),
            Values::Text(values) => values.iter().position(String::is_empty),
            Values::Flag(values) => values.iter().position(Option::is_none),
            Values::Real(_) => None,
        };
        if let Some(row) = missing {
            return Err(format!("row {} has no value, and it is required", row + 1));
        }
    }
    Ok(values)
}

/// The columns in the order of a study's own tables: what is in front, the factors, what was
/// recorded.
fn arranged(table: &Loaded, trials: &Loaded) -> Result<Frame, String> {
    let recorded = |table: &Loaded, name: &str| {
        table
            .schema
            .columns
            .iter()
            .any(|column| column.name == name)
    };
    let mut columns: Vec<(String, Values)> = Vec::new();
    let front = table.schema.front();
    let factors = trials.columns.iter().map(|(name, _)| name.as_str());
    let factors = factors
        .filter(|name| !recorded(trials, name) && front.iter().all(|column| column.name != *name));
    for name in front.iter().map(|column| column.name).chain(factors) {
        if let Some(own) = table.values(name) {
            columns.push((name.into(), own.clone()));
        } else if let Some(of_trial) = trials.values(name)
            && !recorded(table, name)
        {
            columns.push((name.into(), columns::of_trials(of_trial, trials, table)));
        }
    }
    for column in &table.schema.columns {
        columns.extend(
            table
                .values(column.name)
                .map(|values| (column.name.into(), values.clone())),
        );
    }
    for (name, values) in &table.columns {
        if columns.iter().all(|(known, _)| known != name) {
            columns.push((name.clone(), values.clone()));
        }
    }
    Frame::new(columns).map_err(|error| format!("{}: {error}", table.file))
}
