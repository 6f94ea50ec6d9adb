//! The Python module `mortality._mortality`: what `mortality` calls, without a form of its own.
//!
//! Python's side turns whatever it is handed into plain arrays and words; this side reads, judges
//! and answers with JSON and the report's text.

mod errors;
mod handed;

use std::path::{Path, PathBuf};

use autopsy::answer::{Answer, answer_of};
use autopsy::command::ReadingArgs;
use autopsy::history::{Options, read_with};
use autopsy::normal::Published;
use autopsy::order::{Counted, Files, Saved};
use autopsy::report::report;
use autopsy::{AutopsyError, Open};
use clap::Parser;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// The switches of reading, as the command line knows them.
#[derive(Parser)]
struct Reading {
    #[command(flatten)]
    args: ReadingArgs,
}

fn reading(switches: Vec<String>) -> PyResult<ReadingArgs> {
    let words = ["mortality".to_owned()].into_iter().chain(switches);
    let read = Reading::try_parse_from(words);
    read.map(|own| own.args).map_err(|usage| {
        let text = usage.to_string();
        let first = text.lines().next().unwrap_or_default();
        PyValueError::new_err(first.trim_start_matches("error: ").to_owned())
    })
}

/// The answer as JSON and as the text of its report.
type Written = (String, String);

fn written(answer: &Answer) -> Result<Written, AutopsyError> {
    let Published { normal, advice } = Published::carried();
    let mut text = Vec::new();
    report(&mut text, answer, Some(&normal), &advice)
        .map_err(AutopsyError::io(Path::new("the report"), "write"))?;
    Ok((json(answer)?, String::from_utf8_lossy(&text).into_owned()))
}

fn json(answer: &Answer) -> Result<String, AutopsyError> {
    serde_json::to_string(answer).map_err(|error| AutopsyError::Request(error.to_string()))
}

/// Checkpoints in the order given, with the steps that they were made at.
fn in_order(labels: Vec<PathBuf>, steps: Option<Vec<u64>>) -> Files {
    let source = steps.as_ref().map(|_| "the steps given".to_owned());
    let steps = steps.into_iter().flatten().map(Some);
    let numbers = steps.chain(std::iter::repeat(None));
    let saved = labels.into_iter().zip(numbers).map(|(path, number)| Saved {
        path,
        number,
        counted: Counted::Steps,
        source: source.clone(),
    });
    Files {
        saved: saved.collect(),
        left_out: Vec::new(),
    }
}

/// Native part of `mortality`: see there.
#[pymodule]
mod _mortality {
    use std::ffi::OsString;
    use std::io::{stderr, stdout};
    use std::path::PathBuf;

    use autopsy::answer::answer;
    use autopsy::checkpoint::{Checkpoint, Memory};
    use autopsy::command::{self, PruneArgs};
    use autopsy::order::Saved;
    use autopsy::program::{Mortality, exit_code};
    use pyo3::prelude::*;

    use super::errors::raised;
    use super::handed::Handed;
    use super::{Written, in_order, opened, reading, written};

    /// The version of the package.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    /// Runs the command line and returns its exit code.
    #[pyfunction]
    fn main(py: Python<'_>, words: Vec<OsString>) -> u8 {
        py.detach(|| exit_code::<Mortality>(words, &mut stdout(), &mut stderr()))
    }

    /// Reads files; with `steps` in the order given, otherwise in that of their names.
    #[pyfunction]
    fn autopsy_files(
        py: Python<'_>,
        paths: Vec<PathBuf>,
        steps: Option<Vec<u64>>,
        switches: Vec<String>,
    ) -> PyResult<Written> {
        let options = reading(switches)?.options();
        let answered = py.detach(|| {
            if steps.is_none() {
                return answer(&paths, &options).and_then(|(answer, _)| written(&answer));
            }
            let open = |file: &Saved, memory: Memory<'_>| Checkpoint::open_into(&file.path, memory);
            opened(in_order(paths, steps), &open, &options)
        });
        answered.map_err(|error| raised(py, &error))
    }

    /// Reads what an iterator hands over, one checkpoint for each label.
    #[pyfunction]
    fn autopsy_arrays(
        py: Python<'_>,
        checkpoints: Py<PyAny>,
        labels: Vec<PathBuf>,
        steps: Option<Vec<u64>>,
        switches: Vec<String>,
    ) -> PyResult<Written> {
        let options = reading(switches)?.options();
        let handed = Handed::new(checkpoints);
        let open = |file: &Saved, _: Memory<'_>| handed.next(&file.path);
        let answered = py.detach(|| opened(in_order(labels, steps), &open, &options));
        // What went wrong on Python's side comes before what that led to on this.
        handed.problem()?;
        answered.map_err(|error| raised(py, &error))
    }

    /// Prunes a checkpoint and returns what `mortality prune --json` prints.
    #[pyfunction]
    fn prune(
        py: Python<'_>,
        checkpoint: PathBuf,
        using: Vec<PathBuf>,
        out: PathBuf,
        dead: Option<PathBuf>,
        switches: Vec<String>,
    ) -> PyResult<String> {
        let args = PruneArgs {
            checkpoint,
            using,
            out,
            dead,
            reading: reading(switches)?,
            json: true,
        };
        let mut text = Vec::new();
        let pruned = py.detach(|| command::prune(&args, &mut text));
        pruned.map_err(|error| raised(py, &error))?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

fn opened(files: Files, open: &Open<'_>, options: &Options) -> Result<Written, AutopsyError> {
    let history = read_with(files, open, options)?;
    written(&answer_of(&history))
}
