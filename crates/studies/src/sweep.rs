//! Runs what is missing: one trial a thread; what is finished is written by one more.

mod calibrate;
mod clock;
mod pace;
mod rates;
mod shard;
mod work;
mod writer;

pub use rates::{Prediction, Rates, predict};
pub use shard::Shard;

use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use cnn::CnnError;
use cnn::record::TrialRecord;
use cnn::trial::Observer;

use crate::plan::{Plan, Trial};
use crate::progress::{Progress, say};
use crate::stop::Stopped;
use crate::store::{Damaged, Found, Store, StoreError};
use pace::Planned;
use work::{Event, Sweep};
use writer::Writer;

/// Between two looks at how far the threads are.
const TICK: Duration = Duration::from_millis(100);

/// Most threads: each holds the lock of its trial open, and a process has a thousand files.
const MOST_THREADS: usize = 300;

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

/// The trials that the store does not hold whole. What is damaged is set aside and said on stderr.
///
/// # Errors
/// If something damaged cannot be set aside, or nobody reads that it is damaged.
pub fn missing<'a>(plan: &'a Plan, store: &Store) -> Result<Vec<&'a Trial>, SweepError> {
    store.look()?;
    for damaged in store.unreadable() {
        set_aside(store, &damaged)?;
    }
    let mut seen = BTreeSet::new();
    let mut missing = Vec::new();
    for trial in &plan.trials {
        // Two arms may ask for the same trial.
        if !seen.insert(&trial.id) {
            continue;
        }
        let found = loop {
            match store.find(&trial.id) {
                // Another pack may hold it too.
                Found::Damaged(damaged) => set_aside(store, &damaged)?,
                found => break found,
            }
        };
        if matches!(found, Found::Missing) {
            missing.push(trial);
        }
    }
    Ok(missing)
}

fn set_aside(store: &Store, damaged: &Damaged) -> Result<(), SweepError> {
    let place = store.set_aside(damaged)?;
    say(&format!(
        "damaged: {} {}; set aside in {}, what it held alone will be run again",
        damaged.path.display(),
        damaged.reason,
        place.display()
    ))?;
    Ok(())
}

/// Threads that have something to do, of those that were asked for: one a trial, and no more than a
/// process has files to open.
pub fn threads(jobs: usize, trials: usize) -> usize {
    jobs.min(trials).clamp(1, MOST_THREADS)
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
    let sweep = Sweep::new(plan, store, trials, stop, &rates);
    let planned = trials.iter().map(|trial| {
        let settings = &plan.cell(trial).settings;
        Planned::of(settings, plan.images(trial))
    });
    let planned = Planned::sum(planned);
    let jobs = threads(jobs, trials.len());
    let (mut elsewhere, mut first_error) = (0, None);
    let mut writer = Writer::new(store);
    let mut progress = Progress::new(plan.study.name(), trials.len());
    thread::scope(|scope| {
        // Where writing is slower than running, the threads wait: memory stays as it is.
        let (sender, receiver) = sync_channel(jobs);
        for _ in 0..jobs {
            let (sender, sweep) = (sender.clone(), &sweep);
            scope.spawn(move || sweep.work(&sender));
        }
        drop(sender);
        loop {
            let mut failed = None;
            match receiver.recv_timeout(TICK) {
                Ok(Event::Finished(finished, took)) => writer.take(*finished, took),
                Ok(Event::Elsewhere) => elsewhere += 1,
                Ok(Event::Failed(error)) => failed = Some(error),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let written = writer.write_if_due();
            failed = failed.or(written.err().map(SweepError::from));
            let share = sweep.pace.share(planned);
            let shown = progress.show(writer.written() + elsewhere, share);
            failed = failed.or(shown.err().map(SweepError::from));
            if let Some(error) = failed {
                sweep.failed.store(true, Ordering::Relaxed);
                first_error.get_or_insert(error);
            }
        }
    });
    if let Err(error) = writer.finish(first_error.is_none() && !stop.load(Ordering::Relaxed)) {
        first_error.get_or_insert(error.into());
    }
    let ran = writer.written();
    let finished = progress.finish(ran);
    let rates = rates.into_inner().unwrap_or_else(PoisonError::into_inner);
    if ran > 0 {
        rates.write(store);
    }
    match first_error {
        Some(error) => Err(error),
        None if ran + elsewhere < trials.len() => Err(Stopped.into()),
        None => Ok(finished.map(|()| ran)?),
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
