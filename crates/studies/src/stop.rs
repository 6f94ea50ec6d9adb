//! Whether the process was asked to stop. What is finished is safe at any moment, so that it is
//! enough to look now and then: at every step of a trial, between the parts of a report.

use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// The work was given up because it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted; what is finished is kept, the same command goes on from there")]
pub struct Stopped;

/// Asks to stop; whether somebody did before.
pub fn ask() -> bool {
    ASKED.swap(true, Ordering::Relaxed)
}

/// The flag, for those who look at it at every step.
pub fn asked() -> &'static AtomicBool {
    &ASKED
}

/// Whether to go on.
///
/// # Errors
/// [`Stopped`] if not.
pub fn check() -> Result<(), Stopped> {
    if ASKED.load(Ordering::Relaxed) {
        Err(Stopped)
    } else {
        Ok(())
    }
}
