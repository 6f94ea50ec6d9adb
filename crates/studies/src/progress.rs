//! How far a sweep is: a bar on a terminal, a line now and then elsewhere. All on stderr.

use std::io::{self, IsTerminal as _, Write as _, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Between two lines where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(15);

/// Writes a line to stderr.
///
/// # Errors
/// [`io::ErrorKind::BrokenPipe`] if nobody reads it any more. That it cannot be written for another
/// reason (a full disk) is no reason to give up work.
pub fn say(line: &str) -> io::Result<()> {
    match stderr().write_all(format!("{line}\n").as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// Shows how far a sweep is.
#[derive(Debug)]
pub struct Progress {
    study: String,
    trials: usize,
    started: Instant,
    bar: Option<ProgressBar>,
    last_line: Instant,
}

impl Progress {
    /// Begins, with this many trials to run.
    pub fn new(study: &str, trials: usize) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(trials as u64);
            if let Ok(style) = ProgressStyle::with_template("{prefix} {wide_bar} {msg}") {
                bar.set_style(style);
            }
            bar.set_prefix(study.to_owned());
            bar
        });
        let now = Instant::now();
        Self {
            study: study.into(),
            trials,
            started: now,
            bar,
            last_line: now,
        }
    }

    /// Shows that `done` trials are finished, which is `share` of the work.
    ///
    /// # Errors
    /// As [`say`].
    pub fn show(&mut self, done: usize, share: f64) -> io::Result<()> {
        let elapsed = self.started.elapsed();
        if let Some(bar) = &self.bar {
            bar.set_position(done as u64);
            bar.set_message(words(done, self.trials, share, elapsed));
        } else if self.last_line.elapsed() >= BETWEEN_LINES {
            self.last_line = Instant::now();
            let words = words(done, self.trials, share, elapsed);
            say(&format!("{}: {words}", self.study))?;
        }
        Ok(())
    }

    /// Ends the display, and says how long it took if trials were run.
    ///
    /// # Errors
    /// As [`say`].
    pub fn finish(self, done: usize) -> io::Result<()> {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        if done > 0 {
            let elapsed = self.started.elapsed();
            let rate = rate(done, elapsed);
            let (study, time) = (self.study, duration(elapsed));
            say(&format!("{study}: {done} trials in {time}{rate}"))?;
        }
        Ok(())
    }
}

fn words(done: usize, trials: usize, share: f64, elapsed: Duration) -> String {
    let left = elapsed.as_secs_f64() * (1.0 - share) / share;
    let left = match Duration::try_from_secs_f64(left) {
        Ok(left) if share > 0.0 => format!(", {} left", duration(left)),
        _ => String::new(),
    };
    format!("{done} of {trials} trials{}{left}", rate(done, elapsed))
}

fn rate(done: usize, elapsed: Duration) -> String {
    let per_second = done as f64 / elapsed.as_secs_f64().max(1e-9);
    match done {
        0 => String::new(),
        _ if per_second >= 0.1 => format!(", {per_second:.1} a second"),
        _ => format!(", {:.1} a minute", 60.0 * per_second),
    }
}

/// A time in the two units that matter: `2 h 5 min`, `3 min 20 s`, `12 s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64().round() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_time_left_are_said() {
        let minute = Duration::from_mins(1);
        let said = words(30, 120, 0.25, minute);
        assert_eq!(said, "30 of 120 trials, 0.5 a second, 3 min 0 s left");
        assert_eq!(words(0, 120, 0.0, minute), "0 of 120 trials");
        assert!(words(2, 100, 0.02, minute).contains("2.0 a minute, 49 min 0 s left"));
        assert_eq!(duration(Duration::from_mins(125)), "2 h 5 min");
    }
}
