//! Finished trials, until there is a second of work to be written.

use std::time::{Duration, Instant};

use crate::store::{Finished, Store, StoreError};

/// How much work a kill may cost that was finished already, and how long it may be unwritten.
const SECOND: Duration = Duration::from_secs(1);

/// Most trials to be kept waiting: each holds an open file, of which a process has a thousand.
const MOST: usize = 256;

/// What was run and is not written yet.
pub(super) struct Writer<'a> {
    store: &'a Store,
    waiting: Vec<Finished>,
    work: Duration,
    since: Instant,
    written: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        Self {
            store,
            waiting: Vec::new(),
            work: Duration::ZERO,
            since: Instant::now(),
            written: 0,
        }
    }

    /// Trials that are in the store.
    pub(super) fn written(&self) -> usize {
        self.written
    }

    /// Takes a trial that took so long to run.
    pub(super) fn take(&mut self, finished: Finished, took: Duration) {
        if self.waiting.is_empty() {
            self.since = Instant::now();
        }
        self.work += took;
        self.waiting.push(finished);
    }

    /// Writes what waits if that is a second of work or waits for a second, and gathers small packs
    /// if there are many.
    pub(super) fn write_if_due(&mut self) -> Result<(), StoreError> {
        let enough = self.work >= SECOND || self.waiting.len() >= MOST;
        if enough || (!self.waiting.is_empty() && self.since.elapsed() >= SECOND) {
            self.write()?;
            self.store.gather(false)?;
        }
        Ok(())
    }

    /// Writes all that waits, and gathers what can be gathered if `all` went well.
    pub(super) fn finish(&mut self, all: bool) -> Result<(), StoreError> {
        self.write()?;
        if all {
            self.store.gather(true)?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.waiting);
        self.work = Duration::ZERO;
        self.store.keep(&waiting)?;
        self.written += waiting.len();
        Ok(())
    }
}
