//! `mortality trial`.

use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail};
use clap::Args;
use cnn::CnnError;
use cnn::record::TrialRecord;
use cnn::recording::Recording;
use cnn::trial::{Observer, Step};
use studies::stop;
use studies::sweep;

use super::common::{DataDir, Output, StudyName, Version, stop_at_signal, study, whole};
use super::{print, print_json};

/// Run one trial alone, with checkpoints, batch order and everything measured
#[derive(Debug, Args)]
#[command(after_help = "Writes into DIR:
  trial.json             which trial: settings, seed, digest of the images
  model.py               the network in PyTorch, which loads the checkpoints
  data.safetensors       the images as the network sees them
  batches.csv            learning rate, loss and images of each update
  checkpoints/           parameters after so many updates, as PyTorch's load_state_dict and
                         `mortality autopsy DIR` take them
  gradients/, moments/   gradient of the next batch there, and the optimizer's state
  record.json            everything measured, as in the store; written last
After an interruption the same command goes on: it computes the trial anew, to the same bytes, and
keeps what is there. Another K adds checkpoints.

Examples:
  mortality run learning-rate --dry-run                        the numbers of its trials
  mortality trial learning-rate 0 --out first
  mortality trial learning-rate 40 --save-every 45 --out by-epoch")]
pub struct Arguments {
    /// Of which study
    #[arg(value_name = "STUDY", value_parser = StudyName)]
    study: String,
    /// Place of the trial in the study, from 0
    #[arg(value_parser = whole, allow_negative_numbers = true)]
    index: u64,
    #[command(flatten)]
    version: Version,
    /// Save parameters, gradients and moments at every K-th update, too; otherwise before the
    /// first and after the last
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    save_every: Option<NonZeroU32>,
    /// Folder to write to: empty, not there, or that of the same trial
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    data: DataDir,
    #[command(flatten)]
    output: Output,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let study = study(&arguments.study)?;
    let plan = arguments.data.plan(study, &arguments.version)?;
    let Some(trial) = usize::try_from(arguments.index)
        .ok()
        .and_then(|index| plan.trials.get(index))
    else {
        bail!(
            "{} has no trial {}: its {} trials are 0 to {}",
            study.name(),
            arguments.index,
            plan.trials.len(),
            plan.trials.len() - 1
        );
    };
    let out = arguments.out.as_path();
    prepare(out)?;
    stop_at_signal()?;
    let (settings, images) = (&plan.cell(trial).settings, plan.images(trial));
    let every = arguments.save_every.map_or(u32::MAX, NonZeroU32::get);
    let recording = Recording::begin(out, every, settings, trial.seed, images)?;
    let mut observer = Stoppable(recording, stop::asked());
    let mut record = sweep::run_one(&plan, trial, &mut observer).map_err(anyhow::Error::from);
    if stop::asked().load(Ordering::Relaxed) {
        let go_on = || {
            format!(
                "{} is not finished, the same command goes on",
                out.display()
            )
        };
        record = record.with_context(go_on);
    }
    let record = record?;
    observer.0.finish(&record)?;
    if arguments.output.json {
        return print_json(&record);
    }
    print(&summary(&record, out))
}

/// A recording that stops when it is asked to.
struct Stoppable<'a>(Recording, &'a AtomicBool);

impl Observer for Stoppable<'_> {
    fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
        if self.1.load(Ordering::Relaxed) {
            return Err(CnnError::Interrupted);
        }
        self.0.step(step)
    }
}

/// A folder at that place that is empty or of a trial.
fn prepare(out: &Path) -> anyhow::Result<()> {
    match fs::read_dir(out) {
        Ok(mut entries) => {
            if entries.next().is_some() && !out.join("trial.json").exists() {
                bail!(
                    "{} is not empty, and not of a trial; give a new folder with --out",
                    out.display()
                );
            }
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => fs::create_dir_all(out)
            .with_context(|| format!("cannot create the folder {}", out.display())),
        Err(error) => Err(error).with_context(|| format!("cannot use {}", out.display())),
    }
}

fn summary(record: &TrialRecord, out: &Path) -> String {
    let trial = &record.trial;
    let dead = record.filters.iter().filter(|f| f.dead_at_end).count();
    format!(
        "{} after {} steps: {dead} of {} filters dead, {:.1}% of the held-out images right\n\
         written to {}\n",
        format!("{:?}", trial.outcome).to_lowercase(),
        trial.steps,
        record.filters.len(),
        100.0 * trial.held_out_accuracy,
        out.display()
    )
}
