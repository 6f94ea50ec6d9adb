//! `mortality autopsy` and `mortality prune` without the studies:
//! `cargo run --release -p autopsy --example autopsy -- autopsy FOLDER`.

use std::env::args_os;
use std::io::{stderr, stdout};
use std::process::ExitCode;

use autopsy::program::{Mortality, exit_code};

fn main() -> ExitCode {
    exit_code::<Mortality>(args_os(), &mut stdout(), &mut stderr()).into()
}
