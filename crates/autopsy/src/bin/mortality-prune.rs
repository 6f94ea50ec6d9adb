//! `mortality prune` as a program of its own.

use std::env::args_os;
use std::io::{stderr, stdout};
use std::process::ExitCode;

use autopsy::program::{PruneAlone, exit_code};

fn main() -> ExitCode {
    exit_code::<PruneAlone>(args_os(), &mut stdout(), &mut stderr()).into()
}
