//! `mortality prune`.

use autopsy::command::{self, PruneArgs};
use clap::Args;

use super::Common;

/// Remove dead units from a checkpoint, together with what reads them
#[derive(Debug, Args)]
#[command(after_help = "Example:
  mortality prune runs/7/step-900.pt --using runs/7 --out smaller.safetensors")]
pub struct Arguments {
    #[command(flatten)]
    prune: PruneArgs,
}

/// Prunes, and says what is left.
pub fn run(arguments: &Arguments, _: &Common) -> anyhow::Result<()> {
    let mut out = Vec::new();
    command::prune(&arguments.prune, &mut out)?;
    super::print(&String::from_utf8_lossy(&out))
}
