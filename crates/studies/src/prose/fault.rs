//! What is wrong with a template, with the line and a mark under it.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

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
pub struct ProseError {
    file: String,
    text: String,
    faults: Vec<Fault>,
}

impl ProseError {
    pub(super) fn new(file: &str, text: &str, mut faults: Vec<Fault>) -> Self {
        faults.sort_by_key(|fault| (fault.at.start, fault.at.end));
        faults.dedup();
        Self {
            file: file.into(),
            text: text.into(),
            faults,
        }
    }

    /// The lines, from 1, at which something is wrong.
    pub fn lines(&self) -> Vec<usize> {
        let line = |fault: &Fault| 1 + self.text[..fault.at.start].matches('\n').count();
        self.faults.iter().map(line).collect()
    }
}

impl fmt::Display for ProseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            let help = fault.help.as_deref().map(|help| Level::HELP.message(help));
            let snippet = Snippet::source(&self.text)
                .path(&self.file)
                .annotation(AnnotationKind::Primary.span(fault.at.clone()));
            let group = Level::ERROR.primary_title(&fault.words).element(snippet);
            let report = [group.elements(help)];
            let gap = if index == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{}", Renderer::plain().render(&report))?;
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
