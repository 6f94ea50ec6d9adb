//! What a trial leaves: its record, made when training is over.

use super::Trial;
use crate::CnnError;
use crate::data::DataSet;
use crate::network::Network;
use crate::record::{Outcome, TrialRecord, TrialRow};
use crate::settings::TrialSettings;
use crate::trial::measured::Measured;
use crate::trial::removal::{Change, Removed};

/// The network when annealing begins.
#[derive(Clone, Copy)]
pub(super) struct Before {
    pub outcome: Outcome,
    pub held_out_accuracy: f64,
}

impl Trial<'_> {
    /// What was measured, when training is over.
    pub(super) fn record(
        mut self,
        classes: usize,
        settings: &TrialSettings,
    ) -> Result<TrialRecord, CnnError> {
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
        let architecture = &settings.architecture;
        let (activities, removal) = (&mut self.activities, &mut self.removal);
        let at_end = activities.left(self.step) == Some(0) && self.diverged.is_none();
        if let Some(last) = self.measured.last.as_ref().filter(|_| at_end) {
            removal.choose(architecture, self.training.shape, last)?;
        }
        let look = |network: &Network| {
            if at_end {
                activities.held_out.add(network);
                removal.held_out(network);
            }
        };
        let held_out = self
            .observatory
            .watch(parameters, &self.held_out, self.step, look)?;
        if at_end {
            activities.write_held_out(self.step);
        }
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
        let train_accuracy = last.map_or(chance, |last| last.accuracy);
        let true_label_accuracy = last.map_or(chance, |last| last.true_label_accuracy);
        let removed = if at_end {
            Some(self.removal.measure(
                architecture,
                &mut self.observatory,
                parameters,
                [&self.training, &self.held_out],
                [train_accuracy, held_out_accuracy],
            )?)
        } else {
            None
        };
        let changed = |of: fn(&Removed) -> Change| removed.as_ref().map(of);
        let (in_training, in_held_out) = (changed(|own| own.training), changed(|own| own.held_out));
        Ok(TrialRecord {
            trial: TrialRow {
                outcome,
                learned: learned(outcome, true_label_accuracy, &settings.data.set),
                outcome_before_annealing: before.outcome,
                steps: self.step,
                steps_per_epoch: times.steps_per_epoch,
                annealing_step: times.annealing_step,
                diverged_step: self.diverged,
                collapsed_step: collapsed,
                layer_dead_step: events.layer_dead.map(|(step, _)| step),
                layer_dead: events.layer_dead.map(|(_, layer)| layer),
                train_accuracy,
                train_accuracy_true_labels: true_label_accuracy,
                held_out_accuracy,
                held_out_accuracy_before_annealing: before.held_out_accuracy,
                train_loss: last.map(|last| last.loss),
                logit_spread: last.map(|last| last.logit_spread),
                dead_steps: self.measured.dead_steps,
                dead_steps_with_gradient: self.measured.dead_steps_with_gradient,
                removed_filters: removed.map(|own| own.filters),
                removed_bytes: removed.map(|own| own.bytes),
                removed_train_logits_changed: in_training.map(|own| own.logits),
                removed_train_largest_change: in_training.map(|own| own.largest),
                removed_held_out_logits_changed: in_held_out.map(|own| own.logits),
                removed_held_out_largest_change: in_held_out.map(|own| own.largest),
                removed_held_out_images_woken: removed.map(|own| own.woken),
                train_accuracy_without: in_training.map(|own| own.accuracy),
                held_out_accuracy_without: in_held_out.map(|own| own.accuracy),
            },
            filters: self.measured.filters(&self.network),
            censuses: self.measured.censuses,
            probes: self.probe_rows,
            activity: self.activities.rows,
            events: self.measured.deaths.rows,
        })
    }
}

/// Whether a network learned a set, by its accuracy on the training images under their true labels.
fn learned(outcome: Outcome, accuracy: f64, set: &DataSet) -> Option<bool> {
    let from = set.learned_from()?;
    Some(outcome == Outcome::Working && accuracy >= from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Gratings;

    #[test]
    fn only_a_working_network_learns() {
        let digits = DataSet::Digits;
        assert_eq!(learned(Outcome::Working, 0.9, &digits), Some(true));
        assert_eq!(learned(Outcome::Working, 0.899, &digits), Some(false));
        assert_eq!(learned(Outcome::Collapsed, 0.95, &digits), Some(false));
        assert_eq!(learned(Outcome::Diverged, 0.1, &digits), Some(false));
        let gratings = DataSet::Gratings(Gratings::default());
        assert_eq!(learned(Outcome::Working, 1.0, &gratings), None);
    }
}
