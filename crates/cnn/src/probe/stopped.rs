//! Which weights stop: bit-equal in two snapshots, by cause, as f32 and as stored in bfloat16.
//!
//! At every `every`-th step T and for each interval N the weights and biases after T updates are
//! compared with those after T - N. A weight is *stopped* over the interval if its bits are the
//! same, whatever happened between; [`Cause`] says why. The rows (probe `stopped`):
//!
//! | step | layer | filter | quantity | value |
//! |---|---|---|---|---|
//! | 0 | one, or none | | `weights` | weights and biases of the layer, or of the network |
//! | T | | | `loss`, `accuracy` | over the training set |
//! | T | one, or none | | `N CAUSE` | stopped weights with this cause; no row for none |
//! | T | one, or none | | `N rounding` | not stopped, yet bit-equal as bfloat16 |
//! | T | one, or none | | `N moving dead` | weights of filters dead over the interval, not stopped |
//! | T | | | `N close` | not stopped, but equal to `numpy.allclose` (rtol 1e-5, atol 1e-8) |
//! | T | | | `N same digits` | not stopped, but the same number to four decimals |
//! | T | | | `N median change` | median of abs(change) / abs(weight) of those not stopped |
//! | T | | | `N kept`, `N kept by chance`, `N kept at most` | stopped at the comparison before too |
//! | T | | | `N awake kept`, ... | the same among the weights of filters dead at neither |
//! | T | one | one | `N CAUSE` | of one filter, longest interval only, if `by_filter` |
//! | last | one, or none | 52 weights each | `N set` | the stopped ones as bits, if `set` |
//!
//! In rows of a layer the layer is one with an activation; the weights of others (the output
//! layer's) are in the network's numbers only, and in the rows of `N set` without a layer.

mod cause;
mod compare;
mod history;
mod one_step;
mod overlap;
mod places;
mod sets;
#[cfg(test)]
mod tests;

pub use crate::settings::probes::StoppedSettings;
pub use cause::Cause;
pub(crate) use one_step::{LayerStep, OneStep};
pub use sets::{BITS, unpack};

use super::Probe;
use crate::CnnError;
use crate::census::Observatory;
use crate::record::ProbeRow;
use crate::settings::TrialSettings;
use crate::step::Step;
use compare::{Comparison, Moment};
use history::History;
use places::Places;

/// Name of the probe in its rows.
pub const NAME: &str = "stopped";

/// The probe.
#[derive(Debug)]
pub(super) struct Stopped {
    settings: StoppedSettings,
    observatory: Observatory,
    batch_size: usize,
    /// Made at step 0, when there is a network to look at.
    watched: Option<Watched>,
}

#[derive(Debug)]
struct Watched {
    places: Places,
    history: History,
    /// One an interval.
    comparisons: Vec<Comparison>,
}

impl Stopped {
    pub fn new(
        settings: &StoppedSettings,
        trial: &TrialSettings,
        input: [usize; 3],
    ) -> Result<Self, CnnError> {
        settings.check()?;
        Ok(Self {
            settings: settings.clone(),
            observatory: Observatory::new(&trial.architecture, input)?,
            batch_size: trial.schedule.batch_size.max(1),
            watched: None,
        })
    }
}

impl Watched {
    /// Compares the weights of this step with those at the beginning of each interval.
    fn compare(
        &mut self,
        settings: &StoppedSettings,
        observatory: &mut Observatory,
        batch_size: usize,
        step: &Step<'_>,
        rows: &mut Vec<ProbeRow>,
    ) -> Result<(), CnnError> {
        let parameters = step.network.graph.parameters();
        let census = observatory.take(parameters, step.training, step.step)?;
        if !census.is_finite() {
            return Ok(());
        }
        let row = |quantity: &str, value: f64| ProbeRow {
            probe: NAME.into(),
            step: step.step,
            layer: None,
            filter: None,
            quantity: quantity.into(),
            value,
        };
        rows.push(row("loss", census.loss));
        rows.push(row("accuracy", census.accuracy));
        let moment = Moment {
            step: step.step,
            epoch: step.training.len().div_ceil(batch_size) as u32,
            parameters,
            census,
            places: &self.places,
            history: &self.history,
        };
        let last = self.comparisons.len() - 1;
        for (index, comparison) in self.comparisons.iter_mut().enumerate() {
            comparison.compare(&moment, self.history.snapshot(index));
            comparison.rows(&moment, settings.by_filter && index == last, rows);
        }
        Ok(())
    }
}

impl Probe for Stopped {
    fn step(&mut self, step: &Step<'_>, rows: &mut Vec<ProbeRow>) -> Result<(), CnnError> {
        let parameters = step.network.graph.parameters();
        let Self {
            settings,
            observatory,
            batch_size,
            watched,
        } = self;
        let watched = watched.get_or_insert_with(|| {
            let places = Places::of(step.network, step.training);
            places.sizes(rows);
            let comparison = |&interval: &u32| Comparison::new(interval, parameters.len());
            Watched {
                history: History::new(step.network, &settings.intervals),
                comparisons: settings.intervals.iter().map(comparison).collect(),
                places,
            }
        });
        if step.step > 0 {
            watched.history.update(step.step, step.network);
        }
        if step.step > 0 && step.step.is_multiple_of(settings.every) {
            watched.compare(settings, observatory, *batch_size, step, rows)?;
        }
        watched
            .history
            .keep(step.step, settings.every, &settings.intervals, parameters);
        Ok(())
    }

    fn end(&mut self, _: &Step<'_>, rows: &mut Vec<ProbeRow>) -> Result<(), CnnError> {
        if let (Some(watched), true) = (&self.watched, self.settings.set) {
            for comparison in &watched.comparisons {
                sets::rows(comparison, &watched.places, rows);
            }
        }
        Ok(())
    }
}
