//! One trial: a network trained from its settings and a seed, and everything measured on the way.
//!
//! A trial is a pure function of its settings, a seed and the images. The seed fixes the split,
//! the initial draws and the order of the batches, each a stream of its own.

mod activity;
mod deaths;
mod events;
mod measured;
mod removal;
mod run;
mod tracker;
mod train_mode;

pub use crate::step::Step;
pub use run::{architecture, run};

use crate::CnnError;
use crate::census::Census;
use crate::data::Images;
use crate::settings::TrialSettings;

/// Raised whenever a change of code changes a number that training computes.
pub const NUMERICS_VERSION: u32 = 1;

/// Raised whenever a change of code changes what a trial records.
pub const RECORD_VERSION: u32 = 3;

/// The name of a trial: BLAKE3, in hexadecimal, of its settings in canonical form, its seed, the
/// digest of its images and both versions.
pub fn id(settings: &TrialSettings, seed: u64, images: &Images) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("mortality 1 trial id");
    let canonical = settings.canonical();
    for part in [canonical.as_bytes(), images.digest.as_bytes()] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.update(&seed.to_le_bytes());
    hasher.update(&NUMERICS_VERSION.to_le_bytes());
    hasher.update(&RECORD_VERSION.to_le_bytes());
    hasher.finalize().to_hex().to_string()
}

/// Somebody who watches a trial, and may stop it. It only reads.
pub trait Observer {
    /// Before the first update (step 0) and after each.
    ///
    /// # Errors
    /// [`CnnError::Interrupted`], or any other, stops the trial with that error.
    fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
        let _ = step;
        Ok(())
    }

    /// At each census of the grid, after [`Observer::step`] of the same step.
    ///
    /// # Errors
    /// As [`Observer::step`].
    fn census(&mut self, census: &Census, step: &Step<'_>) -> Result<(), CnnError> {
        let _ = (census, step);
        Ok(())
    }
}

/// Watches nothing.
impl Observer for () {}

#[cfg(test)]
pub(crate) mod tests;
