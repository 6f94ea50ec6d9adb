//! What the network answers at the end without its silent filters.
//!
//! Removed are the filters that are silent on the training set at the end (of ReLU these are the
//! dead ones; silent Leaky ReLU filters are the negative control), but those that a residual sum
//! binds and the first one of a layer that would lose them all. They are removed in place: all that
//! [`Pruning`] takes out is set to 0, so that the same kernels compute the same sums.

use crate::CnnError;
use crate::architecture::Architecture;
use crate::census::{Census, Observatory};
use crate::data::Subset;
use crate::network::Network;
use crate::prune::{Pruning, removable};

/// The logits of the whole network at the end, and what was removed.
#[derive(Debug, Default)]
pub(super) struct Removal {
    removed: Vec<Vec<usize>>,
    training: Vec<f32>,
    held_out: Vec<f32>,
    /// Held-out images on which a removed filter is active.
    woken: u32,
}

/// What removal changes on a set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Change {
    /// Logits that are another number.
    pub logits: u64,
    /// Largest difference of a logit.
    pub largest: f64,
    /// Accuracy without the removed filters.
    pub accuracy: f64,
}

/// What removal does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Removed {
    pub filters: u32,
    pub bytes: u64,
    pub woken: u32,
    pub training: Change,
    pub held_out: Change,
}

impl Removal {
    /// Looks at the network while it answers to the training images for the last time.
    pub fn training(&mut self, network: &Network) {
        let logits = network.graph.values(network.logits);
        self.training.extend_from_slice(logits);
    }

    /// Chooses what is removed, by the census of the training images.
    ///
    /// # Errors
    /// As [`Pruning::new`].
    pub fn choose(
        &mut self,
        architecture: &Architecture,
        input: [usize; 3],
        census: &Census,
    ) -> Result<(), CnnError> {
        let silent = census.layers.iter().map(|layer| {
            let all = 0..layer.filters();
            all.filter(|&filter| layer.is_silent(filter)).collect()
        });
        self.removed = removable(architecture, input, silent.collect())?;
        Ok(())
    }

    /// Looks at the network while it answers to the held-out images.
    pub fn held_out(&mut self, network: &Network) {
        let logits = network.graph.values(network.logits);
        self.held_out.extend_from_slice(logits);
        for image in 0..network.graph.shape(network.logits)[0] {
            let mut layers = network.layers.iter().zip(&self.removed);
            let wakes = layers.any(|(layer, removed)| {
                let each = layer.filters * layer.positions;
                let values = network.graph.values(layer.counted());
                let own = values[image * each..(image + 1) * each].chunks_exact(layer.filters);
                !removed.is_empty()
                    && own
                        .into_iter()
                        .any(|values| removed.iter().any(|&filter| values[filter] > 0.0))
            });
            self.woken += u32::from(wakes);
        }
    }

    /// Removes the filters; `before` is the accuracy on both sets with them.
    ///
    /// # Errors
    /// As [`Pruning::new`].
    pub fn measure(
        self,
        architecture: &Architecture,
        observatory: &mut Observatory,
        parameters: &[f32],
        [training, held_out]: [&Subset; 2],
        before: [f64; 2],
    ) -> Result<Removed, CnnError> {
        let filters = self.removed.iter().map(Vec::len).sum::<usize>() as u32;
        let unchanged = |accuracy| Change {
            logits: 0,
            largest: 0.0,
            accuracy,
        };
        if filters == 0 {
            return Ok(Removed {
                filters,
                bytes: 0,
                woken: 0,
                training: unchanged(before[0]),
                held_out: unchanged(before[1]),
            });
        }
        let pruning = Pruning::new(architecture, training.shape, &self.removed)?;
        let without = pruning.in_place(parameters);
        let gone = parameters.len() - pruning.of(parameters).len();
        Ok(Removed {
            filters,
            bytes: (gone * size_of::<f32>()) as u64,
            woken: self.woken,
            training: change(observatory, &without, training, &self.training)?,
            held_out: change(observatory, &without, held_out, &self.held_out)?,
        })
    }
}

/// What the network answers with these parameters, against its answers before.
fn change(
    observatory: &mut Observatory,
    parameters: &[f32],
    set: &Subset,
    before: &[f32],
) -> Result<Change, CnnError> {
    let (mut logits, mut largest) = (0, 0.0_f64);
    let mut before = before.iter();
    let census = observatory.watch(parameters, set, 0, |network| {
        let now = network.graph.values(network.logits);
        for (now, before) in now.iter().zip(&mut before) {
            logits += u64::from(now != before);
            largest = largest.max((f64::from(*now) - f64::from(*before)).abs());
        }
    })?;
    Ok(Change {
        logits,
        largest,
        accuracy: census.accuracy,
    })
}

#[cfg(test)]
mod tests {
    use crate::architecture::Activation;
    use crate::record::{Part, TrialRecord};
    use crate::trial::tests::{digits, settings};

    fn record(function: Activation, rate: f64, seed: u64, images: usize) -> TrialRecord {
        let mut settings = settings(rate, 6);
        settings.architecture = settings.architecture.with_activation(function);
        if function != Activation::RELU {
            // Biases below 0: some filters are silent.
            settings.initialization.bias = -0.5;
        }
        crate::trial::run(&settings, seed, &digits(images), &mut ()).unwrap()
    }

    #[test]
    fn without_its_dead_filters_a_network_answers_the_same() {
        let (mut removed, mut woken) = (0, 0);
        let trials = [(2.0, 400), (1.0, 50), (2.0, 50), (2.0, 30), (3.0, 30)];
        for (seed, (rate, images)) in (0..).zip(trials) {
            let record = record(Activation::RELU, rate, seed, images);
            let trial = &record.trial;
            let dead = record.filters.iter().filter(|row| row.dead_at_end).count() as u32;
            let layers = [0, 1, 2].map(|layer| {
                let own = record.filters.iter().filter(|row| row.layer == layer);
                u32::from(own.clone().all(|row| row.dead_at_end))
            });
            let stays: u32 = layers.iter().sum();
            assert_eq!(trial.removed_filters, Some(dead - stays));
            assert_eq!(trial.removed_train_logits_changed, Some(0));
            assert_eq!(trial.removed_train_largest_change, Some(0.0));
            assert_eq!(trial.train_accuracy_without, Some(trial.train_accuracy));
            let images = trial.removed_held_out_images_woken.unwrap();
            let logits = trial.removed_held_out_logits_changed.unwrap();
            assert!(logits <= u64::from(images) * 10);
            // Each image that wakes one is among those on which some dead filter is active.
            if stays == 0 {
                let rows = record.activity.iter().zip(record.activity.iter().skip(24));
                let pairs = rows.filter(|(own, _)| own.epochs_left == 0);
                let pairs = pairs.filter(|(own, _)| own.subset == Part::Training && own.dead);
                let active = pairs.map(|(_, held_out)| {
                    assert_eq!(held_out.subset, Part::HeldOut);
                    held_out.images_active
                });
                let active: Vec<u32> = active.collect();
                let most = active.iter().copied().max().unwrap_or(0);
                assert!(
                    most <= images && images <= active.iter().sum(),
                    "{active:?}"
                );
            }
            if images == 0 {
                let accuracy = trial.held_out_accuracy_without;
                assert_eq!(accuracy, Some(trial.held_out_accuracy));
            }
            removed += dead - stays;
            woken += images;
            assert_eq!(trial.removed_bytes == Some(0), dead == stays);
        }
        assert!(removed > 10 && woken > 0, "{removed} {woken}");
    }

    #[test]
    fn a_diverged_network_loses_nothing() {
        let trial = record(Activation::RELU, 1e30, 0, 200).trial;
        assert_eq!((trial.removed_filters, trial.removed_bytes), (None, None));
        assert_eq!(trial.held_out_accuracy_without, None);
    }

    #[test]
    fn silent_leaky_filters_are_missed() {
        let mut changed = 0;
        for seed in 0..4 {
            let trial = record(Activation::leaky_relu(0.1), 0.1, seed, 400).trial;
            if trial.removed_filters > Some(0) {
                changed += u32::from(trial.removed_train_logits_changed > Some(0));
                assert!(trial.removed_train_largest_change > Some(0.0), "{trial:?}");
            }
        }
        assert!(changed > 0);
    }

    #[test]
    fn what_a_sum_binds_stays() {
        let mut settings = settings(2.0, 4);
        let layers = serde_json::json!([
            "conv 8 3x3",
            "relu",
            { "residual": ["conv 8 3x3", "relu", "conv 8 3x3"] },
            "relu",
            "global_average_pool",
            "linear 10",
        ]);
        settings.architecture = serde_json::from_value(layers).unwrap();
        let mut removed = 0;
        for seed in 0..4 {
            let record = crate::trial::run(&settings, seed, &digits(200), &mut ()).unwrap();
            let Some(own) = record.trial.removed_filters else {
                continue;
            };
            let inside = record.filters.iter().filter(|row| row.layer == 1);
            let silent = inside.filter(|row| row.silent_at_end).count() as u32;
            assert_eq!(own, silent.min(7));
            assert_eq!(record.trial.removed_train_logits_changed, Some(0));
            removed += own;
        }
        assert!(removed > 0);
    }
}
