//! How much of the work is done: steps and censuses, each by what it takes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cnn::CnnError;
use cnn::census::{Census, grid};
use cnn::data::Images;
use cnn::settings::TrialSettings;
use cnn::trial::{Observer, Step};

/// Steps and censuses of a trial, or of many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Planned {
    pub steps: u64,
    pub censuses: u64,
}

impl Planned {
    /// Those of a trial.
    pub(super) fn of(settings: &TrialSettings, images: &Images) -> Self {
        let steps = settings.steps(images);
        let annealing = settings.annealing_step(images);
        Self {
            steps,
            censuses: grid(annealing as u32, steps as u32).len() as u64,
        }
    }

    /// What is left of them after these.
    pub(super) fn minus(self, done: Self) -> Self {
        Self {
            steps: self.steps.saturating_sub(done.steps),
            censuses: self.censuses.saturating_sub(done.censuses),
        }
    }

    /// Those of many.
    pub(super) fn sum(all: impl Iterator<Item = Self>) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            steps: sum.steps + one.steps,
            censuses: sum.censuses + one.censuses,
        })
    }
}

/// What is done, and how long it took.
#[derive(Debug, Default)]
pub(super) struct Pace {
    steps: Counted,
    censuses: Counted,
}

#[derive(Debug, Default)]
struct Counted {
    /// All that need not be done any more.
    done: AtomicU64,
    /// Of these, how many were timed, and their time.
    timed: AtomicU64,
    nanoseconds: AtomicU64,
}

impl Pace {
    /// Counts as done what nobody need do.
    pub(super) fn spare(&self, planned: Planned) {
        self.steps.done.fetch_add(planned.steps, Ordering::Relaxed);
        let censuses = &self.censuses.done;
        censuses.fetch_add(planned.censuses, Ordering::Relaxed);
    }

    /// The share of the work that is done.
    pub(super) fn share(&self, planned: Planned) -> f64 {
        let (steps, left_of_steps) = self.steps.work(planned.steps);
        let (censuses, left_of_censuses) = self.censuses.work(planned.censuses);
        let done = steps + censuses;
        let all = done + left_of_steps + left_of_censuses;
        if all > 0.0 { done / all } else { 0.0 }
    }
}

impl Counted {
    fn add(&self, time: Duration) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.timed.fetch_add(1, Ordering::Relaxed);
        let nanoseconds = time.as_nanos() as u64;
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }

    /// What is done and what is left of so many, in nanoseconds.
    fn work(&self, planned: u64) -> (f64, f64) {
        let timed = self.timed.load(Ordering::Relaxed).max(1);
        let each = self.nanoseconds.load(Ordering::Relaxed) as f64 / timed as f64;
        let done = self.done.load(Ordering::Relaxed).min(planned);
        (each * done as f64, each * (planned - done) as f64)
    }
}

/// Times the steps and censuses of one trial.
pub(super) struct Watch<'a, Stop: Fn() -> bool> {
    pace: &'a Pace,
    stop: Stop,
    last: Instant,
    pub done: Planned,
}

impl<'a, Stop: Fn() -> bool> Watch<'a, Stop> {
    /// Of a trial that begins, and ends early where it is to `stop`.
    pub(super) fn new(pace: &'a Pace, stop: Stop) -> Self {
        Self {
            pace,
            stop,
            last: Instant::now(),
            done: Planned::default(),
        }
    }

    fn since_last(&mut self) -> Duration {
        let now = Instant::now();
        now - std::mem::replace(&mut self.last, now)
    }
}

impl<Stop: Fn() -> bool> Observer for Watch<'_, Stop> {
    fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
        if (self.stop)() {
            return Err(CnnError::Interrupted);
        }
        let time = self.since_last();
        if step.step > 0 {
            self.pace.steps.add(time);
            self.done.steps += 1;
        }
        Ok(())
    }

    fn census(&mut self, _: &Census, _: &Step<'_>) -> Result<(), CnnError> {
        let time = self.since_last();
        self.pace.censuses.add(time);
        self.done.censuses += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_census_weighs_as_much_as_it_takes() {
        let pace = Pace::default();
        let planned = Planned {
            steps: 90,
            censuses: 10,
        };
        assert_eq!(pace.share(planned), 0.0);
        // As trials begin: as many censuses as steps, each of ten times a step.
        for _ in 0..4 {
            pace.steps.add(Duration::from_millis(1));
            pace.censuses.add(Duration::from_millis(10));
        }
        assert!((pace.share(planned) - 44.0 / 190.0).abs() < 1e-12);
        pace.spare(Planned {
            steps: 86,
            censuses: 6,
        });
        assert_eq!(pace.share(planned), 1.0);
    }
}
