//! The subcommands, one file each. A new one is a `mod` line and a line in the list below.

mod autopsy;
mod common;
mod completions;
mod figures;
mod list;
mod prune;
mod run;
mod trial;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use studies::sweep::SweepError;

use common::Common;

/// The list of subcommands: each a module with `Arguments` and `run(&Arguments, &Common)`.
macro_rules! commands {
    ($($name:ident = $module:ident),+ $(,)?) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($name($module::Arguments)),+
        }

        impl Command {
            fn run(&self, common: &Common) -> anyhow::Result<()> {
                match self {
                    $(Self::$name(arguments) => $module::run(arguments, common)),+
                }
            }
        }
    };
}

commands! {
    List = list,
    Run = run,
    Figures = figures,
    Trial = trial,
    Autopsy = autopsy,
    Prune = prune,
    Completions = completions,
}

/// When do convolutional filters die? Runs the studies that measure it.
#[derive(Debug, Parser)]
#[command(name = "mortality", version, after_help = EXAMPLES)]
pub struct Program {
    #[command(flatten)]
    common: Common,
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
    /// Does what the command line asks for.
    pub fn run(&self) -> anyhow::Result<()> {
        self.command.run(&self.common)
    }
}

/// Says what went wrong, and gives the exit code: 130 after an interruption, 1 where more is dead
/// than was allowed, 2 for all that the user can set right, 0 if whoever read our output has gone.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    let gone = |cause: &(dyn std::error::Error + 'static)| {
        let cause = cause.downcast_ref::<io::Error>();
        cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(gone) {
        return ExitCode::SUCCESS;
    }
    // Where stderr cannot be written, the exit code has to do.
    let _ = writeln!(io::stderr(), "error: {error:#}");
    let interrupted = |cause: &(dyn std::error::Error + 'static)| {
        matches!(cause.downcast_ref(), Some(SweepError::Interrupted))
            || matches!(cause.downcast_ref(), Some(cnn::CnnError::Interrupted))
    };
    let too_many = |cause: &(dyn std::error::Error + 'static)| cause.is::<autopsy::TooManyDead>();
    ExitCode::from(if error.chain().any(interrupted) {
        130
    } else if error.chain().any(too_many) {
        1
    } else {
        2
    })
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
