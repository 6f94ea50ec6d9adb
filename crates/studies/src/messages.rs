//! What is wrong with a text that somebody wrote: `file:line:column: title`, the line with a mark
//! under it, and what would be right. All of it at once ([`Problems`]).
//!
//! ```
//! use studies::messages::{Problem, Source};
//!
//! let source = Source::new("mine.toml", "epochs = 2\nepoch = 3\n");
//! let problem = Problem::at(&source, 11..16, "no setting `epoch`").help("did you mean `epochs`?");
//! assert_eq!(
//!     problem.to_string(),
//!     "mine.toml:2:1: no setting `epoch`\n  |\n2 | epoch = 3\n  | ^^^^^\n  = did you mean `epochs`?"
//! );
//! ```

mod causes;
mod inside;
mod names;
mod source;

pub use causes::causes;
pub use inside::Inside;
pub(crate) use names::fault_of_name;
pub use names::{counted, hint, nearest};
pub(crate) use source::explain;
pub use source::{At, Source};

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// Characters of a line that is shown; of a longer one, those around the mark.
const WIDTH: usize = 100;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    place: Place,
    title: String,
    help: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// Bytes of a text; the whole of it if there are none.
    Text {
        source: Source,
        span: Option<Range<usize>>,
    },
    /// An option of the command line as it was given, or the name of a file.
    Words(String),
}

impl Problem {
    /// What is wrong at these bytes of a text.
    pub fn at(source: &Source, span: Range<usize>, title: impl Into<String>) -> Self {
        Self {
            place: Place::Text {
                source: source.clone(),
                span: Some(span),
            },
            title: title.into(),
            help: None,
        }
    }

    /// What is wrong with a text as a whole.
    pub fn of(source: &Source, title: impl Into<String>) -> Self {
        Self {
            place: Place::Text {
                source: source.clone(),
                span: None,
            },
            title: title.into(),
            help: None,
        }
    }

    /// What is wrong with an option of the command line, such as `--set schedule.epochs=2`.
    pub fn option(option: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            place: Place::Words(option.into()),
            title: title.into(),
            help: None,
        }
    }

    /// With what would be right, below the mark.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// `file:line:column`, the file alone, or the option.
    pub fn place(&self) -> String {
        match &self.place {
            Place::Text {
                source,
                span: Some(span),
            } => {
                let (line, column) = source.line_column(span.start);
                format!("{}:{line}:{column}", source.file)
            }
            Place::Text { source, span: None } => source.file.clone(),
            Place::Words(words) => words.clone(),
        }
    }

    /// What is wrong, without the place.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The marked line, without the text around it.
    fn snippet(&self) -> Option<String> {
        let Place::Text {
            source,
            span: Some(span),
        } = &self.place
        else {
            return None;
        };
        let (start, line) = source.line(span.start);
        // A mark stays in its line; one of nothing (the end of a line) is one character wide.
        let from = (span.start - start).min(line.len());
        let to = (span.end.saturating_sub(start)).clamp(from, line.len());
        let (number, _) = source.line_column(span.start);
        let (shown, mark) = around(line, from..to);
        let snippet = Snippet::source(shown)
            .line_start(number)
            .fold(false)
            .annotation(AnnotationKind::Primary.span(mark));
        let group = Group::with_level(Level::ERROR).element(snippet);
        Some(Renderer::plain().term_width(WIDTH + 20).render(&[group]))
    }
}

/// As much of a line around the mark as fits, with dots where something is left out.
fn around(line: &str, mark: Range<usize>) -> (String, Range<usize>) {
    if line.chars().count() <= WIDTH {
        return (line.to_owned(), mark);
    }
    let boundary = |mut at: usize| {
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let begin = boundary(mark.start.saturating_sub(WIDTH / 2));
    let end = boundary((begin + WIDTH).min(line.len()));
    let before = if begin > 0 { "..." } else { "" };
    let after = if end < line.len() { "..." } else { "" };
    let shown = format!("{before}{}{after}", &line[begin..end]);
    let within = |at: usize| at.clamp(begin, end) - begin + before.len();
    (shown, within(mark.start)..within(mark.end))
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place(), self.title)?;
        let snippet = self.snippet();
        if let Some(snippet) = &snippet {
            write!(f, "\n{}", snippet.trim_end())?;
        }
        match (&self.help, snippet) {
            (Some(help), Some(snippet)) => {
                let gutter = snippet.find('|').unwrap_or(1);
                write!(f, "\n{:gutter$}= {help}", "")
            }
            (Some(help), None) => write!(f, "; {help}"),
            (None, _) => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

/// Everything that is wrong, each once, in the order in which it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Adds what is wrong; what is there already is left out.
    pub fn add(&mut self, problem: Problem) {
        if !self.0.contains(&problem) {
            self.0.push(problem);
        }
    }

    /// The value, or what is wrong with it among the rest.
    pub fn take<T>(&mut self, result: Result<T, impl Into<Problems>>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problems) => {
                problems.into().0.into_iter().for_each(|p| self.add(p));
                None
            }
        }
    }

    /// The value if nothing is wrong.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }

    /// Puts them in the order of their places in the text.
    pub fn sort(&mut self) {
        self.0.sort_by_key(|problem| match &problem.place {
            Place::Text {
                span: Some(span), ..
            } => span.start,
            _ => 0,
        });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{problem}")?;
        }
        if self.0.len() > 1 {
            write!(f, "\n\n{} mistakes; nothing was run", self.0.len())?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
#[path = "messages/tests.rs"]
mod tests;
