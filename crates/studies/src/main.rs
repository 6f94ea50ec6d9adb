//! The `mortality` program: when do convolutional filters die?

mod commands;

use std::process::ExitCode;

fn main() -> ExitCode {
    let program = match commands::Program::read() {
        Ok(program) => program,
        Err(code) => return code,
    };
    match program.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => commands::exit_code(&error),
    }
}
