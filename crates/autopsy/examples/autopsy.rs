//! `mortality autopsy` without the studies: `cargo run --release -p autopsy --example autopsy`.

use std::process::ExitCode;

use autopsy::command::{AutopsyArgs, Outcome, Surroundings, autopsy};
use clap::Parser;

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    args: AutopsyArgs,
}

fn main() -> ExitCode {
    let program = Program::parse();
    match autopsy(
        &program.args,
        &Surroundings::default(),
        &mut std::io::stdout(),
    ) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::TooManyDead) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
