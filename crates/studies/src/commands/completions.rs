//! `mortality completions`.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Common, Program, print};

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "Example:
  mortality completions bash > ~/.local/share/bash-completion/completions/mortality")]
pub struct Arguments {
    /// For which shell
    shell: Shell,
}

/// Prints them.
pub fn run(arguments: &Arguments, _: &Common) -> anyhow::Result<()> {
    let mut script = Vec::new();
    let mut command = Program::command();
    clap_complete::generate(arguments.shell, &mut command, "mortality", &mut script);
    print(&String::from_utf8_lossy(&script))
}
