//! `mortality autopsy` as a program of its own.

use std::env::args_os;
use std::io::{stderr, stdout};
use std::process::ExitCode;

use autopsy::program::{AutopsyAlone, exit_code};

fn main() -> ExitCode {
    exit_code::<AutopsyAlone>(args_os(), &mut stdout(), &mut stderr()).into()
}
