//! `mortality prune`.

use autopsy::command::{self, PRUNE_EXAMPLES, PruneArgs, examples};
use clap::Args;

use super::common::Output;

/// Remove dead units from a checkpoint, together with what reads them
#[derive(Debug, Args)]
#[command(after_help = examples("mortality prune", &PRUNE_EXAMPLES))]
pub struct Arguments {
    #[command(flatten)]
    prune: PruneArgs,
    #[command(flatten)]
    output: Output,
}

/// Prunes, and says what is left.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut out = Vec::new();
    let arguments = PruneArgs {
        json: arguments.output.json,
        ..arguments.prune.clone()
    };
    command::prune(&arguments, &mut out)?;
    super::print(&String::from_utf8_lossy(&out))
}
