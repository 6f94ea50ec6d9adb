//! Time and memory that a query may take.

use std::io::Write as _;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Bounds of an evaluation. polars cannot be stopped from inside, so that the process is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Memory of the whole process, resident, in GiB (2^30 bytes). Seen on Linux only.
    pub gib: f64,
}

impl Default for Limits {
    /// A minute and 4 GiB.
    fn default() -> Self {
        Self {
            seconds: 60.0,
            gib: 4.0,
        }
    }
}

/// Watches over an evaluation until it is dropped.
#[derive(Debug)]
pub struct Watch {
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Limits {
    /// From now on the process ends with exit code 2, and an error that begins with `what`, as
    /// soon as a limit is passed. Files are written to a temporary place and renamed, so that
    /// nothing half-written stays.
    pub fn watch(self, what: &str) -> Watch {
        let (done, wait) = mpsc::channel();
        let what = what.to_owned();
        let thread = std::thread::spawn(move || {
            let start = Instant::now();
            while wait.recv_timeout(Duration::from_millis(20)) == Err(RecvTimeoutError::Timeout) {
                if let Some(problem) = self.passed(start.elapsed(), resident_gib()) {
                    // Where stderr cannot be written, the exit code has to do.
                    let _ = writeln!(std::io::stderr(), "error: {what}: {problem}");
                    std::process::exit(2);
                }
            }
        });
        Watch {
            done: Some(done),
            thread: Some(thread),
        }
    }

    /// Which limit is passed, in words.
    fn passed(self, elapsed: Duration, gib: Option<f64>) -> Option<String> {
        if elapsed.as_secs_f64() > self.seconds {
            return Some(format!(
                "was ended after {} seconds (--limit-seconds); does a JOIN lack its ON?",
                self.seconds
            ));
        }
        gib.filter(|gib| *gib > self.gib).map(|gib| {
            format!(
                "was ended at {gib:.1} GiB of memory, more than {} (--limit-gib); does a JOIN lack its ON?",
                self.gib
            )
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(thread) = self.thread.take() {
            // It cannot fail; and if it did, there would be nothing left to watch.
            let _ = thread.join();
        }
    }
}

/// Memory that the process holds now.
fn resident_gib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / f64::from(1 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_seen() {
        let limits = Limits::default();
        let second = Duration::from_secs(1);
        assert_eq!(limits.passed(second, Some(1.0)), None);
        assert_eq!(limits.passed(second, None), None);
        assert!(
            limits
                .passed(second, Some(4.5))
                .unwrap()
                .contains("4.5 GiB")
        );
        assert!(
            limits
                .passed(61 * second, None)
                .unwrap()
                .contains("60 seconds")
        );
        if cfg!(target_os = "linux") {
            assert!(resident_gib().is_some_and(|gib| gib > 0.0));
        }
        drop(limits.watch("nothing"));
    }
}
