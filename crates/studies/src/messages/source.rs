//! A text and the places in it.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::{Problem, nearest};

/// The text of a file and its name. Cheap to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// For messages.
    pub file: String,
    /// All of it.
    pub text: Arc<str>,
}

/// A step from a table or list to what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At<'a> {
    /// A key of a table.
    Key(&'a str),
    /// A place in a list.
    Index(usize),
}

impl Source {
    /// A text and the file it is in.
    pub fn new(file: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self {
            file: file.into(),
            text: text.into(),
        }
    }

    /// The name of the file without its folder.
    pub fn name(&self) -> &str {
        let path = Path::new(&self.file);
        let name = path.file_name().and_then(|name| name.to_str());
        name.unwrap_or(&self.file)
    }

    /// blake3 of the text, in hexadecimal.
    pub fn digest(&self) -> String {
        blake3::hash(self.text.as_bytes()).to_hex().to_string()
    }

    /// What is wrong at a place of a TOML file that is reached by these steps; where they lead
    /// nowhere, as far as they go.
    pub fn error(&self, at: &[At<'_>], title: impl Into<String>) -> Problem {
        match self.span(at) {
            Some(span) => Problem::at(self, span, title),
            None => Problem::of(self, title),
        }
    }

    /// What is wrong if the version that stands there is not the one that the program knows.
    pub fn of_version(&self, at: &[At<'_>], what: &str, found: u32, known: u32) -> Option<Problem> {
        let title = || format!("{what} {found}: this program reads `{what} = {known}`");
        (found != known).then(|| self.error(at, title()))
    }

    /// Where these steps lead, as far as they go.
    pub fn span(&self, at: &[At<'_>]) -> Option<Range<usize>> {
        self.walk(at).0
    }

    /// What the TOML reader refuses.
    pub fn refused(&self, error: &toml::de::Error) -> Problem {
        match error.span() {
            Some(span) => Problem::at(self, span, explain(error.message())),
            None => Problem::of(self, explain(error.message())),
        }
    }

    /// The keys of the table that these steps lead to.
    pub fn keys(&self, at: &[At<'_>]) -> Vec<String> {
        let Ok(document) = DeTable::parse(&self.text) else {
            return Vec::new();
        };
        match value(document.into_inner(), at) {
            Some((DeValue::Table(table), _)) => {
                table.keys().map(|key| key.get_ref().to_string()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether these steps lead somewhere in a TOML file.
    pub fn has(&self, at: &[At<'_>]) -> bool {
        self.walk(at).1 == at.len()
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let (start, line) = self.line(offset);
        let number = 1 + self.text[..start].matches('\n').count();
        let within = offset.saturating_sub(start);
        let before = line.char_indices().filter(|(at, _)| *at < within).count();
        (number, 1 + before)
    }

    /// The line of a byte, and where it begins.
    pub(super) fn line(&self, offset: usize) -> (usize, &str) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let start = self.text[..offset].rfind('\n').map_or(0, |end| end + 1);
        let line = self.text[start..].split('\n').next().unwrap_or_default();
        (start, line.trim_end_matches('\r'))
    }

    /// Where the steps lead, and how many of them could be gone: the key of what they lead to, or
    /// the value if it stands in a list.
    fn walk(&self, at: &[At<'_>]) -> (Option<Range<usize>>, usize) {
        let Ok(document) = DeTable::parse(&self.text) else {
            return (None, 0);
        };
        let document = DeValue::Table(document.into_inner());
        let (mut value, mut span) = (&document, None);
        for (gone, step) in at.iter().enumerate() {
            let next = match (step, value) {
                (At::Key(key), DeValue::Table(table)) => table
                    .iter()
                    .find(|(name, _)| name.get_ref() == key)
                    .map(|(name, value)| (name.span(), value)),
                (At::Index(index), DeValue::Array(items)) => {
                    items.get(*index).map(|item| (item.span(), item))
                }
                _ => None,
            };
            let Some((place, inside)) = next else {
                return (span, gone);
            };
            (span, value) = (Some(place), inside.get_ref());
        }
        (span, at.len())
    }
}

/// The value that these steps lead to, and where it stands.
pub(super) fn value<'a>(
    document: DeTable<'a>,
    at: &[At<'_>],
) -> Option<(DeValue<'a>, Range<usize>)> {
    let mut value = DeValue::Table(document);
    let mut span = 0..0;
    for step in at {
        let next = match (step, value) {
            (At::Key(key), DeValue::Table(table)) => {
                let mut entries = table.into_iter();
                entries.find(|(name, _)| name.get_ref() == key)?.1
            }
            (At::Index(index), DeValue::Array(items)) => items.into_iter().nth(*index)?,
            _ => return None,
        };
        span = next.span();
        value = next.into_inner();
    }
    Some((value, span))
}

/// What a deserializer says, and the nearest name to one that it does not know.
pub(crate) fn explain(message: &str) -> String {
    let message = message.trim();
    let unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((name, expected)) if unknown => match nearest(name, expected.iter().copied()) {
            Some(nearest) => format!("{message}; did you mean `{nearest}`?"),
            None => message.into(),
        },
        _ => message.into(),
    }
}
