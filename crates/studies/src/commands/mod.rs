//! The subcommands, one file each. A new one is a `mod` line and a line in the list below.

mod autopsy;
mod cite;
mod common;
mod compile;
mod completions;
mod dry_run;
mod export;
mod figures;
mod grammar;
mod list;
mod new;
mod place;
mod prune;
mod query;
mod run;
mod settings;
mod tables;
mod trial;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use studies::messages::causes;
use studies::stop::Stopped;
use studies::sweep::SweepError;

/// The list of subcommands: each a module with `Arguments` and `run(&Arguments)`.
macro_rules! commands {
    ($($name:ident = $module:ident),+ $(,)?) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($name($module::Arguments)),+
        }

        impl Command {
            fn run(&self) -> anyhow::Result<()> {
                match self {
                    $(Self::$name(arguments) => $module::run(arguments)),+
                }
            }
        }
    };
}

commands! {
    List = list,
    Run = run,
    Figures = figures,
    Cite = cite,
    Trial = trial,
    Query = query,
    Export = export,
    Autopsy = autopsy,
    Prune = prune,
    New = new,
    Compile = compile,
    Grammar = grammar,
    Settings = settings,
    Completions = completions,
}

/// When do convolutional filters die? Runs the studies that measure it.
#[derive(Debug, Parser)]
#[command(name = "mortality", version, after_help = EXAMPLES)]
pub struct Program {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  mortality list                            the studies, and what of them is done
  mortality run --all                       everything that is published, from nothing
  mortality run learning-rate --seed 7      one study with other seeds, beside the published one
  mortality run learning-rate --dry-run     its trials, and how long they will take
  mortality autopsy runs/7                  why the weights in saved files stopped changing
  mortality help run                        all about one command";

impl Program {
    /// Reads the command line; help and version are printed and leave nothing to do.
    ///
    /// # Errors
    /// The exit code, after what is wrong was said: 2 also where help cannot be written.
    pub fn read() -> Result<Self, ExitCode> {
        Self::try_parse().map_err(|error| {
            let written = error.print().and_then(|()| io::stdout().flush());
            match written {
                _ if error.use_stderr() => ExitCode::from(2),
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => exit_code(&error.into()),
            }
        })
    }

    /// Does what the command line asks for.
    pub fn run(&self) -> anyhow::Result<()> {
        self.command.run()
    }
}

/// Says what went wrong, and gives the exit code: 130 after an interruption, 1 where more is dead
/// than was allowed or a check fails, 2 for all that the user can set right. If whoever read our output has gone, it
/// is 0 where only that output was left to do, and 141, as a shell says of a closed pipe, where work
/// was given up: `run --all | head && next` must not take it for finished.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    let has = |test: fn(&(dyn Error + 'static)) -> bool| error.chain().any(test);
    if has(|cause| matches!(cause.downcast_ref(), Some(SweepError::Unread(_)))) {
        return ExitCode::from(141);
    }
    if has(is_unread) {
        return ExitCode::SUCCESS;
    }
    // Where stderr cannot be written, the exit code has to do.
    let _ = writeln!(io::stderr(), "error: {}", causes(error.as_ref()));
    let interrupted = has(|cause| {
        cause.is::<Stopped>()
            || matches!(cause.downcast_ref(), Some(cnn::CnnError::Interrupted))
            || matches!(cause.downcast_ref(), Some(SweepError::Interrupted(_)))
    });
    ExitCode::from(if interrupted {
        130
    } else if has(<dyn Error>::is::<autopsy::TooManyDead>) || has(<dyn Error>::is::<Failed>) {
        1
    } else {
        2
    })
}

/// What was asked to be checked does not hold: exit code 1.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failed(String);

/// Whether whoever read our output has gone.
fn is_unread(cause: &(dyn Error + 'static)) -> bool {
    let cause = cause.downcast_ref::<io::Error>();
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// The same error, where it leaves work undone.
fn unfinished(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<io::Error>() {
        Ok(error) if error.kind() == io::ErrorKind::BrokenPipe => SweepError::Unread(error).into(),
        Ok(error) => error.into(),
        Err(error) => error,
    }
}

/// Writes to stdout.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Writes to stdout as JSON.
fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    print(&(text + "\n"))
}
