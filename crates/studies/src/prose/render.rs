//! A template carried out, within bounds.

use std::io;
use std::sync::Arc;
use std::thread;

use minijinja::machinery;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};

use super::fault::{Fault, ProseError, Source, line_at, within};
use super::page::Page;
use super::{ask, filters, functions, language, questions, refuse};

/// Bytes that a template may have.
const LENGTH: usize = 64_000;

/// Bytes of stack: a template of nothing but `a ~ a ~ a ..` is as deep as it is long, and parser
/// and compiler go down it.
const STACK: usize = 256 << 20;

/// Steps that a template may take, rows that it looks at among them: the longest README takes a
/// fortieth.
const FUEL: u64 = 1_000_000;

/// Bytes that it may write.
const LIMIT: usize = 200_000;

/// Statements on lines of their own leave no lines behind.
fn syntax() -> Result<SyntaxConfig, Error> {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
}

/// Holds a template against what a template may say; of `page` only the factors count, so that
/// this can be known before there are results.
///
/// # Errors
/// With everything that is wrong, each with its line.
pub fn check(source: &Source, page: &Page) -> Result<(), ProseError> {
    deep(source, || parsed(source, page))
}

/// Does something with a template where there is room for it.
fn deep<T: Send>(
    source: &Source,
    work: impl FnOnce() -> Result<T, ProseError> + Send,
) -> Result<T, ProseError> {
    let alone = |words: String| {
        Err(source.error(vec![Fault {
            at: line_at(source.text(), 1),
            words,
            help: None,
        }]))
    };
    if source.text().len() > LENGTH {
        return alone(format!("the template is longer than {} kB", LENGTH / 1000));
    }
    thread::scope(|scope| {
        let room = thread::Builder::new().stack_size(STACK);
        match room
            .spawn_scoped(scope, work)
            .map(thread::ScopedJoinHandle::join)
        {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => alone(format!("no room for the template: {error}")),
        }
    })
}

fn parsed(source: &Source, page: &Page) -> Result<(), ProseError> {
    let parse = |syntax| machinery::parse(source.text(), source.name(), syntax);
    let template = syntax()
        .and_then(parse)
        .map_err(|error| source.error(vec![fault(source, &error)]))?;
    let mut faults = refuse::refusals(source.text(), &template, page);
    faults.extend(ask::lacking(source.text(), &template, page));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(source.error(faults))
    }
}

/// What a template says of a page's tables: its sentences, in Markdown.
///
/// # Errors
/// If the template says what it may not, names what is not there, takes more than 1,000,000 steps
/// or writes more than 200 kB; or if it is itself longer than 64 kB.
pub fn render(source: &Source, page: &Page) -> Result<String, ProseError> {
    deep(source, || carried_out(source, page))
}

fn carried_out(source: &Source, page: &Page) -> Result<String, ProseError> {
    parsed(source, page)?;
    let page = Arc::new(page.prepared());
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_debug(true);
    environment.set_formatter(filters::print);
    for words in [&functions::ALL[..], &filters::ALL, &questions::ALL] {
        language::register(words, &mut environment, &page);
    }
    let mut out = Bounded(Vec::new());
    let rendered = syntax().and_then(|syntax| {
        environment.set_syntax(syntax);
        let template = environment.template_from_named_str(source.name(), source.text())?;
        template.render_captured_to((), &mut out).map(|_| ())
    });
    match rendered {
        Ok(()) => Ok(String::from_utf8_lossy(&out.0).into_owned()),
        Err(error) => Err(source.error(vec![fault(source, &error)])),
    }
}

/// Text that grows to a limit.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LIMIT {
            return Err(io::Error::other("too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An error of the engine in this room's words.
fn fault(source: &Source, error: &Error) -> Fault {
    let line = error
        .line()
        .map_or(0..0, |line| line_at(source.text(), line));
    let at = error
        .range()
        .map(|at| within(source.text(), at))
        .filter(|at| !at.is_empty());
    let at = at.unwrap_or(line);
    let detail = error.detail().unwrap_or_default();
    let (words, help) = match error.kind() {
        ErrorKind::OutOfFuel => (
            format!("the template takes more than {FUEL} steps"),
            Some("look for a loop within a loop, or a macro that calls itself"),
        ),
        ErrorKind::WriteFailure => (
            format!("the template writes more than {} kB", LIMIT / 1000),
            Some("show fewer rows: a table belongs into a table"),
        ),
        ErrorKind::SyntaxError if detail.starts_with("unknown statement") => (
            detail.to_owned(),
            Some("there are: for, if, set, with, macro, filter; a template stands alone"),
        ),
        kind if detail.is_empty() => (kind.to_string(), None),
        _ => (detail.to_owned(), None),
    };
    let (words, near) = match words.split_once("; ") {
        Some((words, near)) if help.is_none() => (words.to_owned(), Some(near.to_owned())),
        _ => (words, None),
    };
    Fault {
        at,
        words,
        help: help.map(str::to_owned).or(near),
    }
}
