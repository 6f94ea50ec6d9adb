//! How long trials take on this machine, for the prediction of `--dry-run`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use cnn::CnnError;
use cnn::data::Images;
use cnn::settings::TrialSettings;
use cnn::trial::{Observer, Step};
use serde::{Deserialize, Serialize};

use super::run_one;
use crate::plan::{Plan, Trial};
use crate::report::files;
use crate::store::Store;

/// How long a network that was never run is tried.
const CALIBRATION: Duration = Duration::from_millis(1500);

/// Seconds a step, censuses included, by what a step costs: network, images and batch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rates(BTreeMap<String, Measured>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Measured {
    steps: u64,
    seconds: f64,
}

impl Rates {
    /// What earlier sweeps measured; nothing if there is no such file or it cannot be read, since
    /// only a prediction rests on it.
    pub fn read(store: &Store) -> Self {
        let text = fs::read_to_string(file(store)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub(super) fn write(&self, store: &Store) {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        // As above: nothing depends on it.
        let _ = files::write(&file(store), text.as_bytes());
    }

    pub(super) fn measured(
        &mut self,
        settings: &TrialSettings,
        images: &Images,
        steps: u64,
        time: Duration,
    ) {
        let measured = self.0.entry(key(settings, images)).or_default();
        // Earlier machines and programs fade away.
        if measured.steps > 100_000 {
            *measured = Measured {
                steps: measured.steps / 2,
                seconds: measured.seconds / 2.0,
            };
        }
        measured.steps += steps;
        measured.seconds += time.as_secs_f64();
    }

    fn seconds_per_step(&self, key: &str) -> Option<f64> {
        let measured = self.0.get(key).filter(|measured| measured.steps > 0)?;
        Some(measured.seconds / measured.steps as f64)
    }
}

/// The time that these trials will take on `jobs` threads, by what was measured before, or by a
/// short run of each network that was not.
///
/// # Errors
/// If a trial cannot be run.
pub fn predict(
    plan: &Plan,
    store: &Store,
    trials: &[&Trial],
    jobs: usize,
) -> Result<Duration, CnnError> {
    let rates = Rates::read(store);
    let mut known: BTreeMap<String, f64> = BTreeMap::new();
    let mut seconds = 0.0;
    for trial in trials {
        let key = key(&plan.cell(trial).settings, plan.images(trial));
        let per_step = match known.get(&key).copied().or(rates.seconds_per_step(&key)) {
            Some(per_step) => per_step,
            None => calibrate(plan, trial)?,
        };
        known.insert(key, per_step);
        seconds += per_step * plan.steps(trial) as f64;
    }
    let threads = jobs.min(trials.len()).max(1);
    Ok(Duration::from_secs_f64(seconds / threads as f64))
}

/// Seconds a step in the first moments of a trial.
fn calibrate(plan: &Plan, trial: &Trial) -> Result<f64, CnnError> {
    let mut stopwatch = Stopwatch::default();
    match run_one(plan, trial, &mut stopwatch) {
        Ok(_) | Err(CnnError::Interrupted) => {
            Ok(stopwatch.seconds / f64::from(stopwatch.steps.max(1)))
        }
        Err(error) => Err(error),
    }
}

#[derive(Default)]
struct Stopwatch {
    begun: Option<Instant>,
    steps: u32,
    seconds: f64,
}

impl Observer for Stopwatch {
    fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
        let elapsed = self.begun.get_or_insert_with(Instant::now).elapsed();
        self.steps = step.step;
        self.seconds = elapsed.as_secs_f64();
        if elapsed > CALIBRATION {
            return Err(CnnError::Interrupted);
        }
        Ok(())
    }
}

fn key(settings: &TrialSettings, images: &Images) -> String {
    let network = serde_json::to_string(&settings.architecture).unwrap_or_default();
    let cost = format!(
        "{network} {:?} {} {}",
        images.shape,
        images.labels.len(),
        settings.schedule.batch_size
    );
    blake3::hash(cost.as_bytes()).to_hex()[..16].to_owned()
}

fn file(store: &Store) -> PathBuf {
    store.root().join("rates.json")
}
