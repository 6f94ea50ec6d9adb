//! `mortality completions`.

use std::fmt::Write as _;

use clap::builder::PossibleValue;
use clap::{Args, Command, CommandFactory as _};
use clap_complete::Shell;

use super::{Program, print};

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "Example:
  mortality completions bash > ~/.local/share/bash-completion/completions/mortality")]
pub struct Arguments {
    /// For which shell
    shell: Shell,
}

/// Prints them.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut script = Vec::new();
    let mut command = Program::command();
    clap_complete::generate(arguments.shell, &mut command, "mortality", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if arguments.shell == Shell::Fish {
        script += &fish_words(&command);
    }
    print(&script)
}

/// The words that positional arguments take, such as names of studies: what is generated for fish
/// leaves them out.
fn fish_words(program: &Command) -> String {
    let mut lines = String::new();
    for command in program.get_subcommands() {
        for argument in command.get_positionals() {
            let words = argument.get_possible_values();
            if !words.is_empty() {
                let names: Vec<&str> = words.iter().map(PossibleValue::get_name).collect();
                let _ = writeln!(
                    lines,
                    "complete -c mortality -n \"__fish_mortality_using_subcommand {}\" -a \"{}\"",
                    command.get_name(),
                    names.join(" ")
                );
            }
        }
    }
    lines
}
