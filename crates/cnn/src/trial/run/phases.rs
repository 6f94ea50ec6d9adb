//! Phases of training, each with the pixels or the classes in an order of its own.

use super::Trial;
use crate::CnnError;
use crate::census::grid;
use crate::data::Subset;
use crate::optimizer::Optimizer;
use crate::random::{self, Stream, Streams};
use crate::settings::{Permuted, Schedule, TrialSettings};
use crate::trial::measured::Times;

impl Trial<'_> {
    /// Begins a phase.
    pub(super) fn begin_phase(
        &mut self,
        phase: u64,
        settings: &TrialSettings,
    ) -> Result<(), CnnError> {
        let tasks = settings.schedule.tasks;
        let subsets = [&mut self.training, &mut self.held_out];
        match tasks.map_or(Permuted::Pixels, |tasks| tasks.permuted) {
            Permuted::Pixels => permute(subsets, phase, self.streams),
            Permuted::Classes => {
                let classes = self.network.graph.shape(self.network.logits)[1];
                relabel(subsets, classes, phase, self.streams);
            }
        }
        if tasks.is_some_and(|tasks| tasks.fresh_optimizer) {
            self.optimizer = Optimizer::new(&settings.optimizer, &self.network)?;
        }
        Ok(())
    }
}

/// The grid of every trial, and the end of each task.
pub(super) fn steps_of_censuses(times: Times, schedule: &Schedule) -> Vec<u32> {
    let ends = schedule.task_ends(times.steps_per_epoch.into());
    let mut steps = grid(times.annealing_step, times.steps);
    steps.extend(ends.map(|step| step as u32));
    steps.sort_unstable();
    steps.dedup();
    steps
}

/// Gives the classes new labels, each order equally likely, drawn from the same substream.
fn relabel(subsets: [&mut Subset; 2], classes: usize, phase: u64, streams: Streams) {
    let mut labels: Vec<u32> = (0..classes as u32).collect();
    let mut generator = streams.substream(Stream::Permutations, phase);
    random::shuffle(&mut labels, &mut generator);
    for subset in subsets {
        let clean = subset.clean.iter_mut().flatten();
        for label in subset.labels.iter_mut().chain(clean) {
            *label = labels[*label as usize];
        }
    }
}

/// Puts the positions of all images in a new order, each equally likely, drawn from substream
/// `phase` of [`Stream::Permutations`]. A census at the step between two phases, taken before,
/// still sees the old one.
fn permute(subsets: [&mut Subset; 2], phase: u64, streams: Streams) {
    let [height, width, _] = subsets[0].shape;
    let mut order: Vec<u32> = (0..(height * width) as u32).collect();
    let mut generator = streams.substream(Stream::Permutations, phase);
    random::shuffle(&mut order, &mut generator);
    for subset in subsets {
        subset.permute(&order);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Tasks;
    use crate::trial::tests::{digits, settings};
    use crate::trial::{Observer, Step, run};

    /// The first training image and the first held-out image after every step, the weights after
    /// the last.
    #[derive(Default)]
    struct Seen {
        images: Vec<[Vec<f32>; 2]>,
        labels: Vec<[Vec<u32>; 2]>,
        moments: Vec<bool>,
        parameters: Vec<f32>,
    }

    impl Observer for Seen {
        fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
            let both = [step.training, step.held_out];
            self.images.push(both.map(|set| set.image(0).to_vec()));
            self.labels.push(both.map(|set| set.labels.clone()));
            let moments = step.optimizer.first_moments();
            self.moments
                .push(moments.iter().all(|&moment| moment == 0.0));
            self.parameters = step.network.graph.parameters().to_vec();
            Ok(())
        }
    }

    fn seen(permuted_every: usize, epochs: usize, seed: u64) -> Seen {
        seen_with(epochs, seed, |own| {
            own.schedule.permuted_every = permuted_every;
        })
    }

    fn seen_with(epochs: usize, seed: u64, change: impl Fn(&mut TrialSettings)) -> Seen {
        let mut settings = settings(0.1, epochs);
        change(&mut settings);
        let mut seen = Seen::default();
        run(&settings, seed, &digits(200), &mut seen).unwrap();
        seen
    }

    #[test]
    fn each_phase_has_its_own_order_of_the_same_pixels() {
        // 160 training images are 5 steps an epoch; phases of 2 epochs are 10 steps.
        let plain = seen(0, 6, 3);
        let phases = seen(2, 6, 3);
        assert_eq!(phases.images.len(), 31);
        // Up to the end of the first phase nothing differs; an observer meets the new order with
        // the first update on it.
        assert_eq!(phases.images[..11], plain.images[..11]);
        let sorted = |image: &[f32]| {
            let mut image = image.to_vec();
            image.sort_by(f32::total_cmp);
            image
        };
        for set in 0..2 {
            let of = |step: usize| &phases.images[step][set];
            assert!(of(11) == of(20) && of(21) == of(30));
            assert!(of(10) != of(11) && of(20) != of(21) && of(10) != of(21));
            for step in [11, 21] {
                assert_eq!(sorted(of(step)), sorted(of(0)));
            }
        }
        assert_ne!(phases.parameters, plain.parameters);
    }

    #[test]
    fn orders_follow_the_seed() {
        let (one, again, other) = (seen(1, 2, 3), seen(1, 2, 3), seen(1, 2, 4));
        assert_eq!(one.images, again.images);
        assert_eq!(one.parameters, again.parameters);
        assert_ne!(one.images[6], other.images[6]);
    }

    fn tasks(permuted: Permuted, fresh_optimizer: bool) -> Tasks {
        Tasks {
            permuted,
            epochs: 2,
            fresh_optimizer,
        }
    }

    #[test]
    fn tasks_of_permuted_pixels_are_the_phases() {
        let pixels = seen_with(6, 3, |own| {
            own.schedule.tasks = Some(tasks(Permuted::Pixels, false));
        });
        assert_eq!(pixels.parameters, seen(2, 6, 3).parameters);
    }

    #[test]
    fn tasks_of_permuted_classes_keep_images_and_give_them_other_labels() {
        let classes = seen_with(6, 3, |own| {
            own.schedule.tasks = Some(tasks(Permuted::Classes, false));
        });
        assert!(classes.images.iter().all(|both| *both == classes.images[0]));
        let at = |step: usize| &classes.labels[step];
        assert!(at(0) == at(10) && at(11) == at(20) && at(21) == at(30));
        assert!(at(10) != at(11) && at(20) != at(21));
        // Each class has one label, in both sets.
        let mut labels = std::collections::BTreeMap::new();
        for set in 0..2 {
            for (before, after) in at(0)[set].iter().zip(&at(11)[set]) {
                assert_eq!(labels.entry(*before).or_insert(*after), after);
            }
        }
        let mut all: Vec<u32> = labels.into_values().collect();
        all.sort_unstable();
        assert_eq!(all, (0..10).collect::<Vec<u32>>());
    }

    #[test]
    fn a_census_is_taken_at_the_end_of_each_task_of_its_own_labels() {
        let mut own = settings(0.05, 60);
        own.optimizer = serde_json::from_str(r#"{"kind": "sgd", "momentum": 0.9}"#).unwrap();
        own.schedule.tasks = Some(Tasks {
            epochs: 20,
            ..tasks(Permuted::Classes, true)
        });
        let record = run(&own, 3, &digits(200), &mut ()).unwrap();
        for step in [100, 200, 300] {
            let mut rows = record.censuses.iter();
            let accuracy = rows.find(|row| row.step == step).unwrap().train_accuracy;
            assert!(accuracy > 0.5, "{step}: {accuracy}");
        }
    }

    #[test]
    fn a_fresh_optimizer_remembers_nothing() {
        let with = |fresh: bool| {
            seen_with(4, 3, |own| {
                own.optimizer =
                    serde_json::from_str(r#"{"kind": "sgd", "momentum": 0.9}"#).unwrap();
                own.schedule.tasks = Some(tasks(Permuted::Classes, fresh));
            })
        };
        let (kept, fresh) = (with(false), with(true));
        assert_ne!(kept.parameters, fresh.parameters);
        assert!(!kept.moments[11] && !fresh.moments[11]);
        assert_eq!(kept.images, fresh.images);
    }

    #[test]
    fn phases_as_long_as_the_training_change_nothing() {
        assert_eq!(seen(2, 2, 3).parameters, seen(0, 2, 3).parameters);
    }
}
