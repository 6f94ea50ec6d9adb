//! Measurements that only some studies need: observers inside a trial that add [`ProbeRow`]s.
//!
//! A probe is one file in `probe/`, a switch or setting in [`Probes`] and a line in `of`. It
//! only reads: what it measures cannot change what the trial does.

pub mod born_dead;
mod coasting;
pub mod deaths;
mod examiner;
pub(crate) mod own;
pub mod revivals;
mod split;
pub mod stopped;

use crate::CnnError;
use crate::census::Census;
use crate::random::Streams;
use crate::record::ProbeRow;
use crate::settings::{Probes, TrialSettings};
use crate::step::Step;

/// What a probe can listen to. All methods do nothing unless written.
pub trait Probe {
    /// Before the first update (step 0, no batch) and after each update.
    ///
    /// # Errors
    /// Whatever makes going on pointless; the trial ends with it.
    fn step(&mut self, step: &Step<'_>, rows: &mut Vec<ProbeRow>) -> Result<(), CnnError> {
        let _ = (step, rows);
        Ok(())
    }

    /// At each census of the grid, after [`Probe::step`] of the same step.
    ///
    /// # Errors
    /// As [`Probe::step`].
    fn census(
        &mut self,
        census: &Census,
        step: &Step<'_>,
        rows: &mut Vec<ProbeRow>,
    ) -> Result<(), CnnError> {
        let _ = (census, step, rows);
        Ok(())
    }

    /// Once, after the last census, or when the network has diverged.
    ///
    /// # Errors
    /// As [`Probe::step`].
    fn end(&mut self, step: &Step<'_>, rows: &mut Vec<ProbeRow>) -> Result<(), CnnError> {
        let _ = (step, rows);
        Ok(())
    }
}

/// The probes that settings ask for, in a fixed order; `input` is the shape of an image, (height,
/// width, channels).
///
/// # Errors
/// [`CnnError::Setting`] for settings or networks that a probe cannot work with.
pub(crate) fn of(
    settings: &TrialSettings,
    streams: Streams,
    input: [usize; 3],
) -> Result<Vec<Box<dyn Probe>>, CnnError> {
    let Probes {
        deaths,
        revivals,
        stopped,
        born_dead,
        coasting,
    } = &settings.probes;
    let mut probes: Vec<Box<dyn Probe>> = Vec::new();
    if let Some(asked) = deaths {
        probes.push(Box::new(deaths::DeathProbe::new(
            *asked, settings, streams, input,
        )?));
    }
    if let Some(asked) = revivals {
        probes.push(Box::new(revivals::RevivalProbe::new(
            *asked, settings, input,
        )?));
    }
    if let Some(stopped) = stopped {
        probes.push(Box::new(stopped::Stopped::new(stopped, settings, input)?));
    }
    if let Some(asked) = born_dead {
        probes.push(Box::new(born_dead::BornDeadProbe::new(*asked, streams)));
    }
    if *coasting {
        probes.push(Box::new(coasting::CoastingProbe::new(settings.optimizer)));
    }
    Ok(probes)
}

#[cfg(test)]
mod tests;
