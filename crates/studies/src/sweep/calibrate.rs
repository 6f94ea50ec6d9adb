//! How long a trial will take that was never run, by its first steps.

use std::time::Duration;

use cnn::CnnError;
use cnn::census::Census;
use cnn::data::Images;
use cnn::settings::TrialSettings;
use cnn::trial::{Observer, Step};

use super::clock::processor_time;
use super::pace::Planned;

/// How long a network is tried, and how long all that a design has together.
const ENOUGH: Duration = Duration::from_secs(1);
const ALL: Duration = Duration::from_secs(2);

/// How long at most, where a step takes long.
const LONG: Duration = Duration::from_secs(8);

/// Steps that it is tried at least, if that does not take too long.
const FEWEST: u32 = 8;

/// Images that are enough to see what a census takes of each.
const IMAGES: usize = 2000;

/// Passes over the images beside the censuses of the grid: held-out images, what filters put out near
/// the end, the same without those that are dead.
const FURTHER_PASSES: f64 = 4.0;

/// Seconds of the processor that a trial takes; of so many trials that are to be tried.
///
/// # Errors
/// If it cannot be run.
pub(super) fn seconds(
    settings: &TrialSettings,
    seed: u64,
    images: &Images,
    of: usize,
) -> Result<f64, CnnError> {
    let enough = ENOUGH.min(ALL / of.clamp(1, 40) as u32);
    let mut planned = Planned::of(settings, images);
    // The training before has no censuses; its steps take as long as those of the trial.
    let before = settings.before().map_or(0, |one| one.steps(images));
    planned.steps += before;
    let mut alone = settings.clone();
    alone.start = None;
    let few = few(images).filter(|few| alone.check(few).is_ok());
    let tried = few.as_ref().unwrap_or(images);
    let mut stopwatch = Stopwatch::new(enough);
    let mut whole = 0;
    while stopwatch.elapsed() < enough {
        match cnn::trial::run(&alone, seed, tried, &mut stopwatch) {
            Ok(_) => whole += 1,
            Err(CnnError::Interrupted) => break,
            Err(error) => return Err(error),
        }
        stopwatch.last = processor_time();
    }
    if whole > 0 && few.is_none() && before == 0 {
        // What is left of one that was stopped is a part of one.
        return Ok(stopwatch.elapsed().as_secs_f64() / f64::from(whole));
    }
    let larger = images.len() as f64 / tried.len() as f64;
    Ok(stopwatch.predicted(planned, larger))
}

/// Fewer images of a large set, evenly taken from it.
fn few(images: &Images) -> Option<Images> {
    let every = images.len() / IMAGES;
    if every < 2 {
        return None;
    }
    let each = images.shape.iter().product::<usize>().max(1);
    let pixels = images.pixels.chunks_exact(each).step_by(every).flatten();
    let labels = images.labels.iter().step_by(every);
    let few = Images::new(
        images.shape,
        images.classes,
        pixels.copied().collect(),
        labels.copied().collect(),
    );
    few.ok()
}

/// Times the first steps of a trial, and stops it after them.
struct Stopwatch {
    enough: Duration,
    begun: Duration,
    last: Duration,
    steps: Timed,
    /// Steps right after a census, which finds other things in the processor's caches.
    disturbed: Timed,
    is_disturbed: bool,
    censuses: Timed,
}

#[derive(Clone, Copy, Default)]
struct Timed {
    seconds: f64,
    count: u32,
}

impl Timed {
    fn add(&mut self, time: Duration) {
        self.seconds += time.as_secs_f64();
        self.count += 1;
    }

    fn each(self) -> f64 {
        self.seconds / f64::from(self.count.max(1))
    }
}

impl Stopwatch {
    fn new(enough: Duration) -> Self {
        let now = processor_time();
        Self {
            enough,
            begun: now,
            last: now,
            steps: Timed::default(),
            disturbed: Timed::default(),
            is_disturbed: true,
            censuses: Timed::default(),
        }
    }

    fn elapsed(&self) -> Duration {
        self.last.saturating_sub(self.begun)
    }

    fn since_last(&mut self) -> Duration {
        let now = processor_time();
        now.saturating_sub(std::mem::replace(&mut self.last, now))
    }

    /// What a trial takes with so many times the images.
    fn predicted(&self, planned: Planned, larger: f64) -> f64 {
        let passes = planned.censuses as f64 + FURTHER_PASSES;
        let steps = [self.steps, self.disturbed];
        let steps = steps.into_iter().find(|steps| steps.count > 0);
        steps.unwrap_or_default().each() * planned.steps as f64
            + self.censuses.each() * larger * passes
    }
}

impl Observer for Stopwatch {
    fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
        let time = self.since_last();
        if step.step > 0 {
            let steps = if self.is_disturbed {
                &mut self.disturbed
            } else {
                &mut self.steps
            };
            steps.add(time);
        }
        self.is_disturbed = step.step == 0;
        let elapsed = self.elapsed();
        let enough = elapsed > self.enough && self.steps.count >= FEWEST;
        if enough || (elapsed > LONG && self.steps.count > 0) {
            return Err(CnnError::Interrupted);
        }
        Ok(())
    }

    fn census(&mut self, _: &Census, _: &Step<'_>) -> Result<(), CnnError> {
        let time = self.since_last();
        self.censuses.add(time);
        self.is_disturbed = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_censuses_are_predicted_apart() {
        let stopwatch = Stopwatch {
            steps: Timed {
                seconds: 0.1,
                count: 10,
            },
            censuses: Timed {
                seconds: 0.5,
                count: 5,
            },
            ..Stopwatch::new(ENOUGH)
        };
        let planned = Planned {
            steps: 900,
            censuses: 13,
        };
        let seconds = stopwatch.predicted(planned, 2.0);
        assert!((seconds - (9.0 + 0.2 * (13.0 + FURTHER_PASSES))).abs() < 1e-9);
    }

    #[test]
    fn a_large_set_is_thinned_evenly() {
        let labels: Vec<u32> = (0..10_000).map(|at| at % 10).collect();
        let images = Images::new([1, 1, 1], 10, vec![0.5; 10_000], labels).unwrap();
        let few = few(&images).unwrap();
        assert_eq!((few.len(), few.classes), (2000, 10));
        assert!(super::few(&few).is_none());
    }
}
