//! What each thread does: a trial after the other, until none is left.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use cnn::CnnError;

use super::clock::processor_time;
use super::pace::{Pace, Planned, Watch};
use super::rates::key;
use super::{Rates, SweepError, TICK};
use crate::plan::{Plan, Trial};
use crate::stop::Stopped;
use crate::store::{Finished, Store};

/// What a thread tells.
pub(super) enum Event {
    /// A trial was run, in so long a time.
    Finished(Box<Finished>, Duration),
    /// Another process has written a trial.
    Elsewhere,
    Failed(SweepError),
}

/// What the threads share.
pub(super) struct Sweep<'a> {
    plan: &'a Plan,
    store: &'a Store,
    trials: &'a [&'a Trial],
    next: AtomicUsize,
    /// Trials that other processes are at.
    elsewhere: Mutex<Vec<&'a Trial>>,
    stop: &'a AtomicBool,
    pub failed: AtomicBool,
    pub pace: Pace,
    rates: &'a Mutex<Rates>,
}

impl<'a> Sweep<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        store: &'a Store,
        trials: &'a [&'a Trial],
        stop: &'a AtomicBool,
        rates: &'a Mutex<Rates>,
    ) -> Self {
        Self {
            plan,
            store,
            trials,
            next: AtomicUsize::new(0),
            elsewhere: Mutex::new(Vec::new()),
            stop,
            failed: AtomicBool::new(false),
            pace: Pace::default(),
            rates,
        }
    }

    pub(super) fn work(&self, sender: &SyncSender<Event>) {
        while let Some(trial) = self.take() {
            let event = match self.attempt(trial) {
                Ok(Some(event)) => event,
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

    /// Runs a trial if nobody has or does; nothing if another process is at it.
    fn attempt(&self, trial: &Trial) -> Result<Option<Event>, SweepError> {
        let (settings, images) = (&self.plan.cell(trial).settings, self.plan.images(trial));
        let planned = Planned::of(settings, images);
        let claim = self.store.claim(&trial.id)?;
        self.store.look()?;
        if self.store.has(&trial.id) {
            self.pace.spare(planned);
            return Ok(Some(Event::Elsewhere));
        }
        let Some(claim) = claim else {
            return Ok(None);
        };
        let (started, used) = (Instant::now(), processor_time());
        let stop = || self.stop.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed);
        let mut watch = Watch::new(&self.pace, stop);
        let record = cnn::trial::run(settings, trial.seed, images, &mut watch);
        let record = record.map_err(|error| match error {
            CnnError::Interrupted => Stopped.into(),
            source => SweepError::Trial {
                study: self.plan.study.name(),
                index: trial.index,
                source,
            },
        })?;
        // What a diverged trial saves counts as done.
        self.pace.spare(planned.minus(watch.done));
        if u64::from(record.trial.steps) == planned.steps {
            let used = processor_time().saturating_sub(used);
            let rates = self.rates.lock();
            let mut rates = rates.unwrap_or_else(PoisonError::into_inner);
            rates.measured(&key(settings, images), used);
        }
        let finished = Finished {
            claim,
            id: trial.id.clone(),
            settings: settings.canonical(),
            seed: trial.seed,
            data: images.digest.clone(),
            record,
        };
        Ok(Some(Event::Finished(Box::new(finished), started.elapsed())))
    }
}
