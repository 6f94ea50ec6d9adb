//! What is wrong with a statement, and where.

use std::fmt;
use std::ops::Range;

use polars::prelude::PolarsError;
use sqlparser::parser::ParserError;
use sqlparser::tokenizer::{Location, Span};

use crate::messages::hint;

/// Why a statement is refused or failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlError {
    /// What is wrong and what would be right, in one sentence.
    pub problem: String,
    /// The statement.
    pub sql: String,
    /// The view whose text it is, if it is not the query's own.
    pub view: Option<String>,
    /// The bytes of the statement that are to blame, where that is known.
    pub range: Option<Range<usize>>,
}

impl SqlError {
    /// An error of the whole statement.
    pub(super) fn new(sql: &str, problem: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            sql: sql.into(),
            view: None,
            range: None,
        }
    }

    /// An error of a whole statement.
    pub fn whole(sql: &str, problem: impl Into<String>) -> Self {
        Self::new(sql, problem)
    }

    /// An error at a place.
    pub(super) fn at(sql: &str, span: Span, problem: impl Into<String>) -> Self {
        let start = offset(sql, span.start);
        let end = offset(sql, span.end).or(start);
        Self {
            range: start
                .zip(end)
                .map(|(start, end)| start..end.max(start + next(sql, start))),
            ..Self::new(sql, problem)
        }
    }

    pub(super) fn of_parser(sql: &str, error: &ParserError) -> Self {
        let message = match error {
            ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
            ParserError::RecursionLimitExceeded => "is nested too deeply",
        };
        // The parser writes the place at the end of its message.
        let found = message.rsplit_once(" at Line: ");
        let location = found.and_then(|(_, place)| {
            let (line, column) = place.split_once(", Column: ")?;
            Some(Location {
                line: line.trim().parse().ok()?,
                column: column.trim().parse().ok()?,
            })
        });
        let problem = found.map_or(message, |(problem, _)| problem);
        let problem = format!("cannot be read as SQL: {problem}");
        match location {
            Some(location) => Self::at(sql, Span::new(location, location), problem),
            None => Self::new(sql, problem),
        }
    }

    /// polars' message, at the name that it is about where the statement has it.
    pub(super) fn of_polars(sql: &str, names: &[(String, Span)], error: &PolarsError) -> Self {
        let message = plain(&error.to_string());
        let full = error.to_string();
        let about = |name: &str| {
            ['"', '\'', '`']
                .iter()
                .any(|q| full.contains(&format!("{q}{name}{q}")))
        };
        let placed = |span: &Span| span.start.line > 0;
        let column = matches!(error, PolarsError::ColumnNotFound(_));
        let blamed = names
            .iter()
            .filter(|(name, span)| placed(span) && about(name))
            // The message goes on to list the columns that there are.
            .min_by_key(|(name, _)| full.find(name.as_str()));
        let unknown = blamed.filter(|_| column).map(|(name, _)| {
            // What is between quotes after the name are the columns that there are.
            let known: Vec<&str> = full.split('"').skip(3).step_by(2).collect();
            format!("no column `{name}`{}", hint(name, known))
        });
        let problem = unknown.unwrap_or(message);
        match blamed {
            Some((_, span)) => Self::at(sql, *span, problem),
            None => Self::new(sql, problem),
        }
    }

    pub(super) fn in_view(mut self, name: &str) -> Self {
        self.view = Some(name.into());
        self
    }

    /// The line that is to blame with a mark under the place.
    pub fn marked(&self) -> Option<String> {
        let range = self.range.as_ref()?;
        let (number, column) = self.place()?;
        let line = self.sql.lines().nth(number - 1)?;
        let before: String = line
            .chars()
            .take(column - 1)
            .map(|letter| if letter == '\t' { '\t' } else { ' ' })
            .collect();
        let blamed = self.sql.get(range.clone())?.lines().next();
        let width = blamed.map_or(1, |text| text.chars().count().max(1));
        Some(format!("  | {line}\n  | {before}{}", "^".repeat(width)))
    }

    /// Line and column, from 1, of what is to blame.
    pub fn place(&self) -> Option<(usize, usize)> {
        let before = self.sql.get(..self.range.as_ref()?.start)?;
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        Some((line, column))
    }
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(view) = &self.view {
            write!(f, "view `{view}`: ")?;
        }
        if let Some((line, column)) = self.place() {
            write!(f, "line {line}, column {column}: ")?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for SqlError {}

/// The message without the plans and the parser's structures that some of polars' messages end
/// with.
fn plain(message: &str) -> String {
    let message = message.split("\n\nResolved plan").next().unwrap_or(message);
    match message.find(['(', '{']) {
        Some(at) if message.contains("span: Span(") => {
            let words = message[..at].trim_end();
            let end = words.rfind(' ').unwrap_or(words.len());
            words[..end].trim_end_matches([':', ';', '\n']).to_owned()
        }
        _ => message.to_owned(),
    }
}

/// The byte at a line and column, both from 1; columns count characters.
fn offset(sql: &str, location: Location) -> Option<usize> {
    let line = usize::try_from(location.line.checked_sub(1)?).ok()?;
    let column = usize::try_from(location.column.checked_sub(1)?).ok()?;
    let start: usize = sql.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = sql.get(start..)?;
    let within = rest
        .char_indices()
        .nth(column)
        .map_or(rest.len(), |(at, _)| at);
    Some(start + within)
}

fn next(sql: &str, start: usize) -> usize {
    sql.get(start..)
        .and_then(|rest| rest.chars().next())
        .map_or(0, char::len_utf8)
}
