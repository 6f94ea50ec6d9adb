//! `mortality autopsy` and `mortality prune` without the studies:
//! `cargo run --release -p autopsy --example autopsy -- autopsy FOLDER`.

use std::io::stdout;
use std::process::ExitCode;

use autopsy::AutopsyError;
use autopsy::command::{AutopsyArgs, Outcome, PruneArgs, Surroundings, autopsy, prune};
use clap::Parser;

#[derive(Parser)]
struct Program {
    /// Writes the answer as JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Says why the weights in saved files stopped changing
    Autopsy(AutopsyArgs),
    /// Removes dead units from a checkpoint, together with what reads them
    Prune(PruneArgs),
}

fn run() -> Result<Outcome, AutopsyError> {
    let Program { json, command } = Program::parse();
    match command {
        Command::Autopsy(mut args) => {
            args.json = json;
            autopsy(&args, &Surroundings::default(), &mut stdout())
        }
        Command::Prune(mut args) => {
            args.json = json;
            prune(&args, &mut stdout()).map(|()| Outcome::Done)
        }
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::TooManyDead) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
