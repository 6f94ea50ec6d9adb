//! The tool alone: `autopsy` and `prune` as programs, without the studies.

use std::ffi::OsString;
use std::io::{ErrorKind, Write};

use clap::{Args, Parser};

use crate::AutopsyError;
use crate::answer::PRUNE;
use crate::command::{
    AUTOPSY_EXAMPLES, AutopsyArgs, Outcome, PRUNE_EXAMPLES, PruneArgs, Surroundings, autopsy,
    examples, prune,
};
use crate::normal::Published;

/// [`PruneAlone`]'s name.
const PRUNE_ALONE: &str = "mortality-prune";

/// Says why the weights in saved files stopped changing, and removes dead units.
#[derive(Parser)]
#[command(name = "mortality", version)]
pub enum Mortality {
    /// Says why the weights in saved files stopped changing
    #[command(after_help = examples("mortality autopsy", &AUTOPSY_EXAMPLES))]
    Autopsy(Asked<AutopsyArgs>),
    /// Removes dead units from a checkpoint, together with what reads them
    #[command(after_help = examples(PRUNE, &PRUNE_EXAMPLES))]
    Prune(Asked<PruneArgs>),
}

/// Says why the weights in saved files stopped changing.
#[derive(Parser)]
#[command(name = "mortality-autopsy", version)]
#[command(after_help = examples("mortality-autopsy", &AUTOPSY_EXAMPLES))]
pub struct AutopsyAlone {
    #[command(flatten)]
    asked: Asked<AutopsyArgs>,
}

/// Removes dead units from a checkpoint, together with what reads them.
#[derive(Parser)]
#[command(name = PRUNE_ALONE, version)]
#[command(after_help = examples(PRUNE_ALONE, &PRUNE_EXAMPLES))]
pub struct PruneAlone {
    #[command(flatten)]
    asked: Asked<PruneArgs>,
}

/// What a subcommand takes, and in which form it answers.
#[derive(Args)]
pub struct Asked<A: Args> {
    #[command(flatten)]
    args: A,
    /// Writes the whole answer as JSON
    #[arg(long)]
    json: bool,
}

/// A program that can be run.
pub trait Run: Parser {
    /// Answers on `out`.
    ///
    /// # Errors
    /// As [`autopsy`] and [`prune`].
    fn run(self, out: &mut dyn Write) -> Result<Outcome, AutopsyError>;
}

impl Asked<AutopsyArgs> {
    /// Answers; `prune` is the command that prunes.
    fn autopsy(self, prune: &str, out: &mut dyn Write) -> Result<Outcome, AutopsyError> {
        let Self { args, json } = self;
        let published = Published::carried();
        let surroundings = Surroundings {
            normal: Some(&published.normal),
            advice: &published.advice,
            prune: Some(prune),
            draw: None,
        };
        autopsy(&AutopsyArgs { json, ..args }, &surroundings, out)
    }
}

impl Run for Mortality {
    fn run(self, out: &mut dyn Write) -> Result<Outcome, AutopsyError> {
        match self {
            Self::Autopsy(asked) => asked.autopsy(PRUNE, out),
            Self::Prune(asked) => PruneAlone { asked }.run(out),
        }
    }
}

impl Run for AutopsyAlone {
    fn run(self, out: &mut dyn Write) -> Result<Outcome, AutopsyError> {
        self.asked.autopsy(PRUNE_ALONE, out)
    }
}

impl Run for PruneAlone {
    fn run(self, out: &mut dyn Write) -> Result<Outcome, AutopsyError> {
        let Asked { args, json } = self.asked;
        prune(&PruneArgs { json, ..args }, out).map(|()| Outcome::Done)
    }
}

/// Runs a program on the words of a command line, the first of which is its name, and returns
/// its exit code: 0; 1 if `--fail-on` says so; 2 for an error, which is written to `err`.
pub fn exit_code<P: Run>(
    words: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let program = match P::try_parse_from(words) {
        Ok(program) => program,
        Err(usage) => {
            let text = usage.render();
            // Nobody is left to be told where this cannot be written.
            let _ = if usage.use_stderr() {
                write!(err, "{text}")
            } else {
                write!(out, "{text}")
            };
            return u8::try_from(usage.exit_code()).unwrap_or(2);
        }
    };
    match program.run(out) {
        Ok(Outcome::Done) => 0,
        Ok(Outcome::TooManyDead) => 1,
        // Whoever read has read enough.
        Err(AutopsyError::Io { source, .. }) if source.kind() == ErrorKind::BrokenPipe => 0,
        Err(error) => {
            let _ = writeln!(err, "error: {error}");
            2
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<P: Run>(words: &str) -> (u8, String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let words = words.split(' ').map(OsString::from);
        let code = exit_code::<P>(words, &mut out, &mut err);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (code, text(out), text(err))
    }

    #[test]
    fn a_program_answers_with_a_code_and_words() {
        let (code, out, err) = run::<AutopsyAlone>("mortality-autopsy nowhere --json");
        assert_eq!((code, &out[..]), (2, ""));
        assert!(err.starts_with("error: nowhere: cannot read"), "{err}");
        let (code, out, err) = run::<Mortality>("mortality autopsy --help");
        assert_eq!((code, &err[..]), (0, ""));
        assert!(out.contains("Usage: mortality autopsy"), "{out}");
        assert!(out.contains("\n  mortality autopsy runs/7 "), "{out}");
        let (_, out, _) = run::<PruneAlone>("mortality-prune --help");
        assert!(out.contains("\n  mortality-prune last.pt "), "{out}");
        let (code, out, _) = run::<PruneAlone>("mortality-prune --version");
        assert_eq!(code, 0);
        let version = concat!("mortality-prune ", env!("CARGO_PKG_VERSION"));
        assert_eq!(out.trim_end(), version);
        let (code, _, err) = run::<Mortality>("mortality prune a.pt");
        assert_eq!(code, 2);
        assert!(err.contains("--using"), "{err}");
    }
}
