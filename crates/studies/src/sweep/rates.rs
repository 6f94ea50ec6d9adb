//! How long trials take on this machine, for the prediction of `--dry-run`.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use cnn::CnnError;
use cnn::data::Images;
use cnn::initialization::Initialization;
use cnn::random::StreamOffsets;
use cnn::settings::TrialSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{calibrate, threads};
use crate::plan::{Plan, Trial};
use crate::report::files;
use crate::store::Store;

/// Trials after which those before count half: earlier machines and programs fade away.
const MANY: u64 = 200;

/// Seconds of the processor that trials took, by all that makes them take as long as they do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rates(BTreeMap<String, Measured>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Measured {
    trials: u64,
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

    /// Adds a trial that took so much time of the processor.
    pub(super) fn measured(&mut self, key: &str, time: Duration) {
        let measured = self.0.entry(key.to_owned()).or_default();
        if measured.trials > MANY {
            *measured = Measured {
                trials: measured.trials / 2,
                seconds: measured.seconds * (measured.trials / 2) as f64 / measured.trials as f64,
            };
        }
        measured.trials += 1;
        measured.seconds += time.as_secs_f64();
    }

    fn seconds(&self, key: &str) -> Option<f64> {
        let measured = self.0.get(key).filter(|measured| measured.trials > 0)?;
        Some(measured.seconds / measured.trials as f64)
    }
}

/// How long trials will take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// If nothing else keeps the processor busy.
    pub time: Duration,
    /// Threads that have something to do.
    pub threads: usize,
}

/// The time that these trials will take on `jobs` threads, by what was measured before, or by the
/// first steps of each network that was not.
///
/// # Errors
/// If a trial cannot be run.
pub fn predict(
    plan: &Plan,
    store: &Store,
    trials: &[&Trial],
    jobs: usize,
) -> Result<Prediction, CnnError> {
    let rates = Rates::read(store);
    let mut keys: BTreeMap<usize, String> = BTreeMap::new();
    for trial in trials {
        let key = || key(&plan.cell(trial).settings, plan.images(trial));
        keys.entry(trial.cell).or_insert_with(key);
    }
    let mut seconds: BTreeMap<&str, Option<f64>> = BTreeMap::new();
    for key in keys.values() {
        seconds.insert(key, rates.seconds(key));
    }
    let unknown = seconds.values().filter(|known| known.is_none()).count();
    let (mut all, mut longest) = (0.0, 0.0_f64);
    for trial in trials {
        let Some(known) = seconds.get_mut(&*keys[&trial.cell]) else {
            continue;
        };
        let one = if let Some(one) = *known {
            one
        } else {
            let (settings, images) = (&plan.cell(trial).settings, plan.images(trial));
            calibrate::seconds(settings, trial.seed, images, unknown)?
        };
        *known = Some(one);
        all += one;
        longest = longest.max(one);
    }
    let cores = std::thread::available_parallelism().map_or(jobs, NonZeroUsize::get);
    let threads = threads(jobs, trials.len());
    let seconds = (all / threads.min(cores) as f64).max(longest);
    Ok(Prediction {
        time: Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX),
        threads,
    })
}

/// What trials have in common that take as long: all settings but real numbers, which only choose
/// what is computed with, and the initial draws.
pub(super) fn key(settings: &TrialSettings, images: &Images) -> String {
    let mut alike = settings.clone();
    alike.streams = StreamOffsets::default();
    alike.initialization = Initialization::default();
    let mut alike = serde_json::to_value(&alike).unwrap_or_default();
    forget_reals(&mut alike);
    let cost = format!("{alike} {:?} {}", images.shape, images.labels.len());
    blake3::hash(cost.as_bytes()).to_hex()[..16].to_owned()
}

fn forget_reals(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => *value = Value::Null,
        Value::Array(all) => all.iter_mut().for_each(forget_reals),
        Value::Object(all) => all.values_mut().for_each(forget_reals),
        _ => {}
    }
}

fn file(store: &Store) -> PathBuf {
    store.root().join("rates.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_a_mean_that_forgets() {
        let mut rates = Rates::default();
        assert_eq!(rates.seconds("a"), None);
        for _ in 0..=MANY {
            rates.measured("a", Duration::from_secs(1));
        }
        assert_eq!(rates.seconds("a"), Some(1.0));
        for _ in 0..MANY {
            rates.measured("a", Duration::from_secs(3));
        }
        assert!(rates.seconds("a") > Some(2.0));
    }
}
