//! The `mortality` program: when do convolutional filters die?

mod commands;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let program = commands::Program::parse();
    match program.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => commands::exit_code(&error),
    }
}
