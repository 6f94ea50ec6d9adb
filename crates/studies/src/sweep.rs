//! Runs what is missing: one trial a thread, each written to the store when it is finished.

mod rates;
mod shard;

pub use rates::{Rates, predict};
pub use shard::Shard;

use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use cnn::CnnError;
use cnn::record::TrialRecord;
use cnn::trial::{NUMERICS_VERSION, Observer, RECORD_VERSION, Step};

use crate::plan::{Plan, Trial};
use crate::progress::{Progress, say};
use crate::stop::Stopped;
use crate::store::{Found, Manifest, Store, StoreError};

/// Between two looks at how far the threads are.
const TICK: Duration = Duration::from_millis(100);

/// Why a sweep ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// It was asked to.
    #[error(transparent)]
    Interrupted(#[from] Stopped),
    /// Nobody reads any more how far it is.
    #[error("nobody reads the messages; what is finished is kept")]
    Unread(#[from] io::Error),
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A trial could not be run.
    #[error("trial {index} of {study}: {source}")]
    Trial {
        /// The study.
        study: &'static str,
        /// The trial's place in it.
        index: usize,
        /// Why not.
        source: CnnError,
    },
}

/// The trials that the store does not hold whole. Damaged ones are set aside and said on stderr.
///
/// # Errors
/// If a damaged trial cannot be set aside, or nobody reads that it is damaged.
pub fn missing<'a>(plan: &'a Plan, store: &Store) -> Result<Vec<&'a Trial>, SweepError> {
    let mut seen = BTreeSet::new();
    let mut missing = Vec::new();
    for trial in &plan.trials {
        // Two arms may ask for the same trial.
        if !seen.insert(&trial.id) {
            continue;
        }
        match store.find(&trial.id) {
            Found::Whole(_) => continue,
            Found::Missing => {}
            Found::Damaged { path, reason } => {
                let place = store.set_aside(&trial.id)?;
                say(&format!(
                    "damaged: {} {reason}; set aside in {}, the trial will be run again",
                    path.display(),
                    place.display()
                ))?;
            }
        }
        missing.push(trial);
    }
    Ok(missing)
}

/// Runs trials on `jobs` threads until all are in the store, and gives their number. Trials that
/// another process is at are waited for. Those that diverge are results like others.
///
/// # Errors
/// [`SweepError::Interrupted`] when `stop` is set; otherwise if the store cannot be written.
pub fn run(
    plan: &Plan,
    store: &Store,
    trials: &[&Trial],
    jobs: usize,
    stop: &AtomicBool,
) -> Result<usize, SweepError> {
    let rates = Mutex::new(Rates::read(store));
    let sweep = Sweep {
        plan,
        store,
        trials,
        next: AtomicUsize::new(0),
        elsewhere: Mutex::new(Vec::new()),
        stop,
        failed: AtomicBool::new(false),
        steps: AtomicU64::new(0),
        rates: &rates,
    };
    let planned: Vec<u64> = trials.iter().map(|trial| plan.steps(trial)).collect();
    let total: u64 = planned.iter().sum();
    let (mut done, mut ran, mut first_error) = (0, 0, None);
    let mut progress = Progress::new(plan.study.name(), trials.len());
    thread::scope(|scope| {
        let (sender, receiver) = channel();
        for _ in 0..jobs.clamp(1, trials.len().max(1)) {
            let (sender, sweep) = (sender.clone(), &sweep);
            scope.spawn(move || sweep.work(&sender));
        }
        drop(sender);
        loop {
            match receiver.recv_timeout(TICK) {
                Ok(Event::Finished { here }) => {
                    done += 1;
                    ran += usize::from(here);
                }
                Ok(Event::Failed(error)) => {
                    first_error.get_or_insert(error);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let steps = sweep.steps.load(Ordering::Relaxed);
            if let Err(error) = progress.show(done, steps as f64 / total.max(1) as f64) {
                sweep.failed.store(true, Ordering::Relaxed);
                first_error.get_or_insert(error.into());
            }
        }
    });
    let finished = progress.finish(ran);
    let rates = rates.into_inner().unwrap_or_else(PoisonError::into_inner);
    if ran > 0 {
        rates.write(store);
    }
    match first_error {
        Some(error) => Err(error),
        None if done < trials.len() => Err(Stopped.into()),
        None => Ok(finished.map(|()| ran)?),
    }
}

enum Event {
    /// A trial is in the store; whether it was run here.
    Finished {
        here: bool,
    },
    Failed(SweepError),
}

/// What the threads share.
struct Sweep<'a> {
    plan: &'a Plan,
    store: &'a Store,
    trials: &'a [&'a Trial],
    next: AtomicUsize,
    /// Trials that other processes are at.
    elsewhere: Mutex<Vec<&'a Trial>>,
    stop: &'a AtomicBool,
    failed: AtomicBool,
    steps: AtomicU64,
    rates: &'a Mutex<Rates>,
}

impl<'a> Sweep<'a> {
    fn work(&self, sender: &Sender<Event>) {
        while let Some(trial) = self.take() {
            let event = match self.attempt(trial) {
                Ok(Some(here)) => Event::Finished { here },
                Ok(None) => {
                    let elsewhere = self.elsewhere.lock();
                    elsewhere
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(trial);
                    if self.next.load(Ordering::Relaxed) >= self.trials.len() {
                        thread::sleep(TICK);
                    }
                    continue;
                }
                Err(SweepError::Interrupted(_)) => return,
                Err(error) => {
                    self.failed.store(true, Ordering::Relaxed);
                    Event::Failed(error)
                }
            };
            if sender.send(event).is_err() {
                return;
            }
        }
    }

    fn take(&self) -> Option<&'a Trial> {
        if self.stop.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed) {
            return None;
        }
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        self.trials.get(next).copied().or_else(|| {
            let elsewhere = self.elsewhere.lock();
            elsewhere.unwrap_or_else(PoisonError::into_inner).pop()
        })
    }

    /// Runs a trial if nobody has or does: whether it was run here, or nothing if another process
    /// is at it.
    fn attempt(&self, trial: &Trial) -> Result<Option<bool>, SweepError> {
        let planned = self.plan.steps(trial);
        let Some(claim) = self.store.claim(&trial.id)? else {
            if self.store.has(&trial.id) {
                self.steps.fetch_add(planned, Ordering::Relaxed);
                return Ok(Some(false));
            }
            return Ok(None);
        };
        if self.store.has(&trial.id) {
            self.steps.fetch_add(planned, Ordering::Relaxed);
            return Ok(Some(false));
        }
        let (settings, images) = (&self.plan.cell(trial).settings, self.plan.images(trial));
        let started = Instant::now();
        let record = cnn::trial::run(settings, trial.seed, images, &mut Watch(self));
        let record = record.map_err(|error| match error {
            CnnError::Interrupted => Stopped.into(),
            source => SweepError::Trial {
                study: self.plan.study.name(),
                index: trial.index,
                source,
            },
        })?;
        self.store
            .write(manifest(self.plan, trial), &record, &claim)?;
        let steps = u64::from(record.trial.steps);
        // What a diverged trial saves counts as done.
        let saved = planned.saturating_sub(steps);
        self.steps.fetch_add(saved, Ordering::Relaxed);
        if saved == 0 {
            let rates = self.rates.lock();
            let mut rates = rates.unwrap_or_else(PoisonError::into_inner);
            rates.measured(settings, images, steps, started.elapsed());
        }
        Ok(Some(true))
    }
}

/// The manifest of a trial that is about to be written.
fn manifest(plan: &Plan, trial: &Trial) -> Manifest {
    let settings = plan.cell(trial).settings.canonical();
    Manifest {
        id: trial.id.clone(),
        settings: serde_json::from_str(&settings).unwrap_or_default(),
        seed: trial.seed,
        data: plan.images(trial).digest.clone(),
        numerics_version: NUMERICS_VERSION,
        record_version: RECORD_VERSION,
        tables: std::collections::BTreeMap::new(),
        digest: String::new(),
    }
}

/// Counts steps, and stops a trial when the sweep is to stop.
struct Watch<'a, 's>(&'a Sweep<'s>);

impl Observer for Watch<'_, '_> {
    fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
        if self.0.stop.load(Ordering::Relaxed) || self.0.failed.load(Ordering::Relaxed) {
            return Err(CnnError::Interrupted);
        }
        if step.step > 0 {
            self.0.steps.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Runs one trial alone.
///
/// # Errors
/// As [`cnn::trial::run`].
pub fn run_one(
    plan: &Plan,
    trial: &Trial,
    observer: &mut dyn Observer,
) -> Result<TrialRecord, CnnError> {
    let settings = &plan.cell(trial).settings;
    cnn::trial::run(settings, trial.seed, plan.images(trial), observer)
}
