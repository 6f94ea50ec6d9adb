//! `mortality trial`.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail};
use clap::Args;
use cnn::checkpoint;
use cnn::record::TrialRecord;
use cnn::trial::{NUMERICS_VERSION, Observer, RECORD_VERSION, Step};
use cnn::CnnError;
use serde::Serialize;
use studies::plan::{Plan, Trial};
use studies::report::files;
use studies::sweep;

use super::common::{Version, stop_signal, study};
use super::{Common, print, print_json};

/// Run one trial alone, with checkpoints, batch order and everything measured
#[derive(Debug, Args)]
#[command(after_help = "Writes into DIR:
  trial.json               which trial: settings, seed, digests
  step-000000.safetensors  the parameters after so many updates, as PyTorch loads them
  steps.csv                loss of each step's batch
  batches.csv              images of each step's batch, by their place in the training set
  record.json              everything measured, as in the store; written last

Examples:
  mortality trial learning-rate 0 --out first
  mortality trial learning-rate 40 --save-every 45 --out by-epoch    --dry-run shows the numbers")]
pub struct Arguments {
    /// Of which study
    study: String,
    /// Place of the trial in the study, from 0
    index: usize,
    #[command(flatten)]
    version: Version,
    /// Save the parameters after every K updates, too; otherwise before the first and at the end
    #[arg(long, value_name = "K")]
    save_every: Option<NonZeroU32>,
    /// Folder to write to; it must be empty, or not be there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Description<'a> {
    study: &'a str,
    index: usize,
    id: &'a str,
    arm: &'a str,
    replicate: u32,
    seed: u64,
    settings: &'a cnn::settings::TrialSettings,
    data: &'a str,
    numerics_version: u32,
    record_version: u32,
}

/// Runs it.
pub fn run(arguments: &Arguments, common: &Common) -> anyhow::Result<()> {
    let study = study(&arguments.study)?;
    let plan = common.plan(study, &arguments.version)?;
    let Some(trial) = plan.trials.get(arguments.index) else {
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
    let stop = stop_signal()?;
    let cell = plan.cell(trial);
    let description = Description {
        study: study.name(),
        index: trial.index,
        id: &trial.id,
        arm: &cell.arm,
        replicate: trial.replicate,
        seed: trial.seed,
        settings: &cell.settings,
        data: &plan.images(trial).digest,
        numerics_version: NUMERICS_VERSION,
        record_version: RECORD_VERSION,
    };
    write_json(&out.join("trial.json"), &description)?;
    let mut observer = Recorder::new(out, arguments.save_every, &plan, trial, stop)?;
    let record = sweep::run_one(&plan, trial, &mut observer)?;
    observer.finish()?;
    write_json(&out.join("record.json"), &record)?;
    if common.json {
        return print_json(&record);
    }
    print(&summary(&record, out))
}

/// An empty folder at that place.
fn prepare(out: &Path) -> anyhow::Result<()> {
    match fs::read_dir(out) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                bail!("{} is not empty; give a new folder with --out", out.display());
            }
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => fs::create_dir_all(out)
            .with_context(|| format!("cannot create the folder {}", out.display())),
        Err(error) => Err(error).with_context(|| format!("cannot use {}", out.display())),
    }
}

fn write_json(path: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value)? + "\n";
    files::write(path, text.as_bytes())
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

/// Writes what goes on, step by step.
struct Recorder<'a> {
    out: &'a Path,
    every: Option<NonZeroU32>,
    planned: u64,
    stop: Arc<AtomicBool>,
    steps: BufWriter<File>,
    batches: BufWriter<File>,
}

const STEPS: &str = "steps.csv";
const BATCHES: &str = "batches.csv";

impl<'a> Recorder<'a> {
    fn new(
        out: &'a Path,
        every: Option<NonZeroU32>,
        plan: &Plan,
        trial: &Trial,
        stop: Arc<AtomicBool>,
    ) -> Result<Self, CnnError> {
        let table = |name: &str, header: &str| -> Result<BufWriter<File>, CnnError> {
            let path = out.join(name);
            let open = || {
                let mut file = BufWriter::new(File::create(&path)?);
                writeln!(file, "{header}")?;
                Ok(file)
            };
            open().map_err(failed(&path))
        };
        Ok(Self {
            out,
            every,
            planned: plan.steps(trial),
            stop,
            steps: table(STEPS, "step,loss")?,
            batches: table(BATCHES, "step,place,image")?,
        })
    }

    fn finish(mut self) -> Result<(), CnnError> {
        let flushed = self.steps.flush();
        flushed.map_err(failed(&self.out.join(STEPS)))?;
        let flushed = self.batches.flush();
        flushed.map_err(failed(&self.out.join(BATCHES)))
    }
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> CnnError + '_ {
    move |source| CnnError::Io {
        path: path.to_owned(),
        action: "write",
        source,
    }
}

impl Observer for Recorder<'_> {
    fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(CnnError::Interrupted);
        }
        let number = step.step;
        let loss = step.loss.filter(|_| number > 0);
        if let Some(loss) = loss {
            let written = writeln!(self.steps, "{number},{loss}");
            written.map_err(failed(&self.out.join(STEPS)))?;
        }
        for (place, image) in step.batch.iter().enumerate() {
            let written = writeln!(self.batches, "{number},{place},{image}");
            written.map_err(failed(&self.out.join(BATCHES)))?;
        }
        let chosen = self.every.is_some_and(|every| number % every == 0);
        // A network that diverges ends here.
        let diverged = loss.is_some_and(|loss| !loss.is_finite());
        if number == 0 || chosen || diverged || u64::from(number) == self.planned {
            let path = self.out.join(format!("step-{number:06}.safetensors"));
            let network = step.network;
            checkpoint::write(&path, &network.parameters, network.graph.parameters())?;
        }
        Ok(())
    }
}
