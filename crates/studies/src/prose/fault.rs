//! What is wrong with a template, with the line and a mark under it.

use std::fmt;
use std::ops::Range;

use crate::messages::{self, At, Inside, Problem, Problems};

/// A template and where it stands: a whole file, or a text in a TOML file.
#[derive(Clone, Debug)]
pub struct Source {
    file: messages::Source,
    text: String,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    /// The template is the file.
    Whole,
    /// It is a value of the file.
    Inside(Inside),
    /// It is a value of the file whose bytes are not known one by one.
    Key(Option<Range<usize>>),
}

impl Source {
    /// A file that is a template.
    pub fn of(file: &messages::Source) -> Self {
        Self {
            text: file.text.to_string(),
            file: file.clone(),
            place: Place::Whole,
        }
    }

    /// The template `text` that stands at a place of a TOML file.
    pub fn inside(file: &messages::Source, at: &[At<'_>], text: &str) -> Self {
        let inside = file.inside(at).filter(|inside| inside.text == text);
        Self {
            file: file.clone(),
            text: text.into(),
            place: inside.map_or_else(|| Place::Key(file.span(at)), Place::Inside),
        }
    }

    /// The template.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Its file's name.
    pub(super) fn name(&self) -> &str {
        &self.file.file
    }

    pub(super) fn error(&self, mut faults: Vec<Fault>) -> ProseError {
        faults.sort_by_key(|fault| (fault.at.start, fault.at.end));
        faults.dedup();
        let mut problems = Problems::default();
        for fault in faults {
            let at = match &self.place {
                Place::Whole => Some(fault.at),
                Place::Inside(inside) => Some(inside.span(fault.at)),
                Place::Key(span) => span.clone(),
            };
            let problem = match at {
                Some(at) => Problem::at(&self.file, at, fault.words),
                None => Problem::of(&self.file, fault.words),
            };
            problems.add(match fault.help {
                Some(help) => problem.help(help),
                None => problem,
            });
        }
        ProseError(problems)
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Bytes of the template.
    pub(super) at: Range<usize>,
    /// What is wrong.
    pub(super) words: String,
    /// What to do instead.
    pub(super) help: Option<String>,
}

/// Everything that is wrong with a template.
#[derive(Clone, PartialEq, Eq)]
pub struct ProseError(Problems);

impl From<ProseError> for Problems {
    fn from(error: ProseError) -> Self {
        error.0
    }
}

impl fmt::Display for ProseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{problem}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ProseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl std::error::Error for ProseError {}

/// The bytes of a line, from 1, without the space around it.
pub(super) fn line_at(text: &str, line: usize) -> Range<usize> {
    let mut start = 0;
    for (index, own) in text.split_inclusive('\n').enumerate() {
        if index + 1 == line {
            let begin = start + (own.len() - own.trim_start().len());
            return begin..(start + own.trim_end().len()).max(begin);
        }
        start += own.len();
    }
    text.len()..text.len()
}

/// A range that lies within the text, between letters, without the space around it.
pub(super) fn within(text: &str, at: Range<usize>) -> Range<usize> {
    let Some(own) = text.get(at.clone()) else {
        return text.len()..text.len();
    };
    let start = at.start + (own.len() - own.trim_start().len());
    start..(at.start + own.trim_end().len()).max(start)
}
