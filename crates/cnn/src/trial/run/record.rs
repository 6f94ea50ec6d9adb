//! What a trial leaves: its record, made when training is over.

use super::{Before, Trial};
use crate::CnnError;
use crate::record::{Outcome, TrialRecord, TrialRow};
use crate::trial::measured::Measured;

impl Trial<'_> {
    /// What was measured, when training is over.
    pub(super) fn record(mut self, classes: usize) -> Result<TrialRecord, CnnError> {
        let parameters = self.network.graph.parameters();
        let chance = 1.0 / classes as f64;
        if self.diverged.is_some() {
            for &step in &self.grid {
                if self
                    .measured
                    .censuses
                    .last()
                    .is_none_or(|row| row.step < step)
                {
                    self.measured.diverged(&self.observatory.diverged(step));
                }
            }
        }
        let held_out = self
            .observatory
            .take(parameters, &self.held_out, self.step)?;
        let held_out_accuracy = match self.diverged {
            Some(_) => chance,
            None => held_out.accuracy,
        };
        let last = self
            .measured
            .last
            .as_ref()
            .filter(|_| self.diverged.is_none());
        let outcome = last.map_or(Outcome::Diverged, |last| last.outcome);
        let before = self.before_annealing.unwrap_or(Before {
            outcome: Outcome::Diverged,
            held_out_accuracy: chance,
        });
        let Measured { times, events, .. } = &self.measured;
        let collapsed = events.collapsed.filter(|_| outcome == Outcome::Collapsed);
        Ok(TrialRecord {
            trial: TrialRow {
                outcome,
                outcome_before_annealing: before.outcome,
                steps: self.step,
                steps_per_epoch: times.steps_per_epoch,
                annealing_step: times.annealing_step,
                diverged_step: self.diverged,
                collapsed_step: collapsed,
                layer_dead_step: events.layer_dead.map(|(step, _)| step),
                layer_dead: events.layer_dead.map(|(_, layer)| layer),
                train_accuracy: last.map_or(chance, |last| last.accuracy),
                held_out_accuracy,
                held_out_accuracy_before_annealing: before.held_out_accuracy,
                train_loss: last.map(|last| last.loss),
                logit_spread: last.map(|last| last.logit_spread),
                dead_steps: self.measured.dead_steps,
                dead_steps_with_gradient: self.measured.dead_steps_with_gradient,
            },
            filters: self.measured.filters(),
            censuses: self.measured.censuses,
            probes: self.probe_rows,
        })
    }
}
