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
const CALIBRATION: Duration = Duration::from_secs(1);

/// Steps that it is tried at least, if that does not take too long: four of them have a census.
const FEWEST: usize = 11;

/// Censuses of a trial.
const CENSUSES: f64 = 13.0;

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
        // A trial without steps may have probes that take their time.
        measured.steps += steps.max(1);
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
        seconds += per_step * plan.steps(trial).max(1) as f64;
    }
    let threads = jobs.min(trials.len()).max(1);
    Ok(Duration::from_secs_f64(seconds / threads as f64))
}

/// Seconds a step, with its share of the censuses, by the first steps of a trial.
fn calibrate(plan: &Plan, trial: &Trial) -> Result<f64, CnnError> {
    let mut stopwatch = Stopwatch::default();
    match run_one(plan, trial, &mut stopwatch) {
        Ok(_) | Err(CnnError::Interrupted) => Ok(stopwatch.seconds_per_step(plan.steps(trial))),
        Err(error) => Err(error),
    }
}

/// Stops a trial after its first steps, and keeps the time of each.
#[derive(Default)]
struct Stopwatch {
    begun: Option<Instant>,
    last: Option<Instant>,
    /// Seconds of each step. Of the first ones many have a census, of all later ones few.
    steps: Vec<f64>,
}

impl Stopwatch {
    /// The median step has no census, the slowest has one.
    fn seconds_per_step(&self, planned: u64) -> f64 {
        let mut sorted = self.steps.clone();
        sorted.sort_by(f64::total_cmp);
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
        let slowest = sorted.last().copied().unwrap_or(0.0);
        median + CENSUSES * (slowest - median) / planned.max(1) as f64
    }
}

impl Observer for Stopwatch {
    fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
        let now = Instant::now();
        let begun = *self.begun.get_or_insert(now);
        if let Some(last) = self.last.replace(now).filter(|_| step.step > 0) {
            self.steps.push((now - last).as_secs_f64());
        }
        let elapsed = now - begun;
        let enough = elapsed > CALIBRATION && self.steps.len() >= FEWEST;
        if enough || elapsed > 8 * CALIBRATION {
            return Err(CnnError::Interrupted);
        }
        Ok(())
    }
}

fn key(settings: &TrialSettings, images: &Images) -> String {
    let network = serde_json::to_string(&settings.architecture).unwrap_or_default();
    let probes = serde_json::to_string(&settings.probes).unwrap_or_default();
    let cost = format!(
        "{network} {probes} {:?} {} {}",
        images.shape,
        images.labels.len(),
        settings.schedule.batch_size
    );
    blake3::hash(cost.as_bytes()).to_hex()[..16].to_owned()
}

fn file(store: &Store) -> PathBuf {
    store.root().join("rates.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_steps_without_a_census_and_thirteen_with_one() {
        let mut steps = vec![0.01; 11];
        for census in [1, 2, 5, 10] {
            steps[census - 1] = 0.11;
        }
        let stopwatch = Stopwatch {
            steps,
            ..Stopwatch::default()
        };
        let seconds = 900.0 * stopwatch.seconds_per_step(900);
        assert!((seconds - (9.0 + 1.3)).abs() < 1e-9, "{seconds}");
        assert_eq!(Stopwatch::default().seconds_per_step(900), 0.0);
    }
}
