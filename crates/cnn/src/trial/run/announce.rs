//! What happens between two updates: everybody is told, and censuses are taken.

use super::{Before, Trial};
use crate::CnnError;
use crate::step::Step;
use crate::trial::activity;

/// A macro, since it borrows only some fields: while it is shown, the others change.
macro_rules! moment {
    ($trial:ident) => {
        Step {
            step: $trial.step,
            planned: $trial.measured.times.steps,
            learning_rate: $trial.learning_rate,
            loss: $trial.loss,
            batch: &$trial.batch,
            network: &$trial.network,
            optimizer: &$trial.optimizer,
            masters: $trial.weights.masters(),
            training: &$trial.training,
            held_out: &$trial.held_out,
        }
    };
}

impl Trial<'_> {
    pub(super) fn moment(&self) -> Step<'_> {
        moment!(self)
    }

    /// Tells everybody that a step is done, and takes the census if there is one at it.
    pub(super) fn announce(&mut self) -> Result<(), CnnError> {
        let moment = moment!(self);
        self.observer.step(&moment)?;
        for probe in &mut self.probes {
            probe.step(&moment, &mut self.probe_rows)?;
        }
        let on_grid = self.grid.binary_search(&self.step).is_ok();
        let left = self.activities.left(self.step);
        if !on_grid && left.is_none() {
            return Ok(());
        }
        let parameters = self.network.graph.parameters();
        let (activities, removal) = (&mut self.activities, &mut self.removal);
        // Before the end only the first images are looked at, but where there is a census anyway.
        let few =
            (!on_grid && left > Some(0)).then(|| self.training.first(activity::IMAGES_BEFORE));
        let set = few.as_ref().unwrap_or(&self.training);
        let census = self
            .observatory
            .watch(parameters, set, self.step, |network| {
                if left.is_some() {
                    activities.training.add(network);
                }
                if left == Some(0) {
                    removal.training(network);
                }
            })?;
        if on_grid && !census.is_finite() {
            self.diverged = Some(self.step);
            return Ok(());
        }
        let (outcome, is_finite) = (census.outcome, census.is_finite());
        if on_grid {
            self.measured.census(census, &self.network);
            if let Some(mode) = &mut self.train_mode {
                mode.look(&mut self.measured, parameters, &self.training, self.step)?;
            }
            self.observer.census(census, &moment)?;
            for probe in &mut self.probes {
                probe.census(census, &moment, &mut self.probe_rows)?;
            }
        }
        if let Some(left) = left {
            activities.write_training(self.step, left, is_finite);
        }
        if self.step == self.measured.times.annealing_step {
            let held_out = self
                .observatory
                .take(parameters, &self.held_out, self.step)?;
            self.before_annealing = Some(Before {
                outcome,
                held_out_accuracy: held_out.accuracy,
            });
        }
        Ok(())
    }
}
