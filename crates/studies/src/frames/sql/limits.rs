//! Time and memory that a query may take.

use std::io::Write as _;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

/// How often it is looked whether a limit is passed.
const PACE: Duration = Duration::from_millis(20);

/// Ends the process: polars cannot be stopped from inside.
fn end(what: &str, problem: &str) -> ! {
    // Where stderr cannot be written, the exit code has to do.
    let _ = writeln!(std::io::stderr(), "error: {what}: {problem}");
    std::process::exit(2);
}

/// Bounds of all statements of one study together: the time that each takes is added up, and what
/// lies between them does not count. Clones share it.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    limits: Limits,
    /// Whose statements.
    study: String,
    spent: Mutex<Spent>,
}

#[derive(Debug, Default)]
struct Spent {
    before: Duration,
    /// What is evaluated now, and since when.
    now: Option<(String, Instant)>,
}

impl Shared {
    fn spent(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The statement that passes a limit, and which.
    fn passed(&self, gib: impl Fn() -> Option<f64>) -> Option<(String, String)> {
        let spent = self.spent();
        let (what, since) = spent.now.as_ref()?;
        let problem = self.limits.passed(spent.before + since.elapsed(), gib())?;
        Some((format!("{}: {what}", self.study), problem))
    }
}

impl Budget {
    /// The bounds of a study's statements. As soon as one passes them the process ends with exit
    /// code 2 and an error that names it.
    pub fn new(limits: Limits, study: &str) -> Self {
        let shared = Arc::new(Shared {
            limits,
            study: study.into(),
            spent: Mutex::default(),
        });
        // The thread ends with the last clone.
        let watched = Arc::downgrade(&shared);
        std::thread::spawn(move || {
            while let Some(shared) = watched.upgrade() {
                if let Some((what, problem)) = shared.passed(resident_gib) {
                    end(&what, &problem);
                }
                drop(shared);
                std::thread::sleep(PACE);
            }
        });
        Self(shared)
    }

    /// Evaluates a statement of this name.
    pub fn during<T>(&self, what: &str, evaluate: impl FnOnce() -> T) -> T {
        // One within another is part of it.
        let outer = self.0.spent().now.is_some();
        if outer {
            return evaluate();
        }
        self.0.spent().now = Some((what.into(), Instant::now()));
        let done = evaluate();
        let mut spent = self.0.spent();
        if let Some((_, since)) = spent.now.take() {
            spent.before += since.elapsed();
        }
        done
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
            while wait.recv_timeout(PACE) == Err(RecvTimeoutError::Timeout) {
                if let Some(problem) = self.passed(start.elapsed(), resident_gib()) {
                    end(&what, &problem);
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

    #[test]
    fn the_time_of_statements_is_added_up_and_no_other() {
        let limits = Limits {
            seconds: 0.05,
            gib: 4.0,
        };
        let shared = Shared {
            limits,
            study: "a".into(),
            spent: Mutex::default(),
        };
        let passed = || shared.passed(|| Some(1.0));
        assert_eq!(passed(), None);
        // Nothing is evaluated, however much was spent.
        shared.spent().before = Duration::from_secs(1);
        assert_eq!(passed(), None);
        shared.spent().now = Some(("measures.b".into(), Instant::now()));
        let (what, problem) = passed().unwrap();
        assert_eq!(what, "a: measures.b");
        assert!(
            problem.contains("0.05 seconds (--limit-seconds)"),
            "{problem}"
        );
        shared.spent().before = Duration::ZERO;
        let large = shared.passed(|| Some(5.0)).unwrap().1;
        assert!(
            large.contains("5.0 GiB") && large.contains("--limit-gib"),
            "{large}"
        );
    }

    #[test]
    fn a_budget_counts_what_is_evaluated_once() {
        let budget = Budget::new(Limits::default(), "a");
        let pause = || std::thread::sleep(Duration::from_millis(5));
        budget.during("b", || budget.clone().during("c", pause));
        let spent = budget.0.spent();
        assert!(spent.now.is_none() && spent.before >= Duration::from_millis(5));
        assert!(spent.before < Duration::from_secs(5));
    }
}
