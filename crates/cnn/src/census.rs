//! The census: which filters are silent or dead on a whole set of images, forward only.
//!
//! With batch norms there are two networks to ask, and two observatories. [`Observatory::new`] asks
//! the one that a user runs, in eval mode, with the running statistics as they are: `dead` there
//! means that the filter puts out the same whatever is shown, and can be removed. The censuses of
//! the grid are of that kind. [`Observatory::in_train_mode`] asks the one that is trained, each
//! batch by its own statistics: only there does dead imply a gradient of exactly 0. Neither implies
//! the other; without batch norms they are the same.

mod activity;
mod confirm;
mod counts;
mod grid;
mod place;
mod spread;

pub use activity::{Activity, LayerActivity, NEAR_ZERO};
pub use counts::LayerCensus;
pub use grid::grid;
pub use place::Place;
pub(crate) use spread::spread;

use crate::CnnError;
use crate::architecture::Architecture;
use crate::data::Subset;
use crate::network::Network;
use crate::record::Outcome;
use spread::Spread;

/// A network whose largest logit spread over the training set is below this is collapsed: it
/// answers the same whatever it sees.
pub const COLLAPSE_SPREAD: f64 = 0.01;

/// Images of one pass in eval mode: few enough for the second-level cache, enough to make overheads small.
const BATCH: usize = 32;

/// What a network does on a set of images.
#[derive(Clone, Debug, PartialEq)]
pub struct Census {
    /// Updates done.
    pub step: u32,
    /// Diverged is asked first, then collapsed.
    pub outcome: Outcome,
    /// Mean cross-entropy, in nats; NaN or infinite only if diverged.
    pub loss: f64,
    /// Share of the images classified rightly (of equal logits the first counts); chance, 1 /
    /// classes, if diverged.
    pub accuracy: f64,
    /// The same under the images' true labels, where some were changed ([`Subset::clean`]).
    pub true_label_accuracy: f64,
    /// Largest spread (max - min over the images) of any logit; NaN if diverged.
    pub logit_spread: f64,
    /// Number of images.
    pub images: usize,
    /// The layers with an activation, in order. Void if diverged.
    pub layers: Vec<LayerCensus>,
}

impl Census {
    /// Whether the network is not diverged, so that its filters can be asked.
    pub fn is_finite(&self) -> bool {
        self.outcome != Outcome::Diverged
    }

    /// Index of the first layer whose filters are all dead.
    pub fn dead_layer(&self) -> Option<usize> {
        let is_dead = |layer: &LayerCensus| layer.count_dead() == layer.filters();
        self.is_finite()
            .then(|| self.layers.iter().position(is_dead))?
    }
}

/// Takes censuses of one architecture, on a graph of its own that only ever reads parameters.
#[derive(Debug)]
pub struct Observatory {
    network: Network,
    census: Census,
    logits: Spread,
    /// Where the last refutation was found, as the first image of its batch.
    witness: usize,
    /// Images of one pass.
    batch: usize,
}

/// Whether all numbers are finite.
pub(crate) fn all_finite(values: &[f32]) -> bool {
    // Without a branch, so that it is a few vector operations.
    let exponent = f32::INFINITY.to_bits();
    let broken = |found: bool, value: &f32| found | (value.to_bits() & exponent == exponent);
    !values.iter().fold(false, broken)
}

impl Observatory {
    /// An observatory for networks of this architecture on images of (height, width, channels).
    ///
    /// # Errors
    /// As [`Architecture::check`].
    pub fn new(architecture: &Architecture, input: [usize; 3]) -> Result<Self, CnnError> {
        Ok(Self::of(
            Network::counting(architecture, input, BATCH)?,
            BATCH,
        ))
    }

    /// An observatory with batch norms in train mode: a set is taken in batches of `batch` images,
    /// in the order of the set (the last one may be smaller), and each is normalized by its own
    /// mean and variance. Running statistics are neither read nor changed. Give the batch size that
    /// the network is trained with; the images are grouped otherwise there, anew in each epoch.
    ///
    /// # Errors
    /// As [`Network::training`]; a set whose last batch has no variance is refused by
    /// [`Observatory::take`].
    pub fn in_train_mode(
        architecture: &Architecture,
        input: [usize; 3],
        batch: usize,
    ) -> Result<Self, CnnError> {
        let network = Network::counting_in_train_mode(architecture, input, batch)?;
        Ok(Self::of(network, batch))
    }

    fn of(network: Network, batch: usize) -> Self {
        let classes = network.graph.shape(network.logits).last().copied();
        let classes = classes.unwrap_or_default();
        Self {
            census: Census {
                step: 0,
                outcome: Outcome::Working,
                loss: 0.0,
                accuracy: 0.0,
                true_label_accuracy: 0.0,
                logit_spread: 0.0,
                images: 0,
                layers: network
                    .layers
                    .iter()
                    .map(|layer| LayerCensus::new(layer, network.graph.shape(layer.counted())))
                    .collect(),
            },
            logits: Spread {
                smallest: vec![0.0; classes],
                largest: vec![0.0; classes],
            },
            network,
            witness: 0,
            batch,
        }
    }

    /// A census of the network with these parameters (buffers among them) on all images of a set.
    ///
    /// Reads every image once and allocates nothing.
    ///
    /// # Errors
    /// [`CnnError::Setting`] if the set has no images.
    pub fn take(
        &mut self,
        parameters: &[f32],
        set: &Subset,
        step: u32,
    ) -> Result<&Census, CnnError> {
        self.watch(parameters, set, step, |_| {})
    }

    /// The same, with somebody who looks at the network after each batch: [`Activity::add`], say.
    ///
    /// # Errors
    /// As [`Observatory::take`].
    pub fn watch(
        &mut self,
        parameters: &[f32],
        set: &Subset,
        step: u32,
        mut look: impl FnMut(&Network),
    ) -> Result<&Census, CnnError> {
        self.network
            .graph
            .parameters_mut()
            .copy_from_slice(parameters);
        self.logits.clear();
        self.census.layers.iter_mut().for_each(LayerCensus::clear);
        let (mut loss, mut right, mut truly_right) = (0.0, 0_usize, 0_usize);
        let true_labels = set.clean.as_ref().unwrap_or(&set.labels);
        for start in (0..set.len()).step_by(self.batch) {
            let images = self.forward(set, start)?;
            let Self {
                network,
                census,
                logits,
                ..
            } = self;
            look(network);
            let graph = &network.graph;
            for (layer, counts) in network.layers.iter().zip(&mut census.layers) {
                counts.add(graph.values(layer.counted()), layer.activity(graph));
            }
            let classes = logits.smallest.len();
            let own = start..start + images;
            let labels = set.labels[own.clone()].iter().zip(&true_labels[own]);
            let rows = graph.values(network.logits).chunks_exact(classes);
            for (row, (&label, &true_label)) in rows.zip(labels) {
                logits.add(row);
                let answer = answer(row);
                right += usize::from(answer == label as usize);
                truly_right += usize::from(answer == true_label as usize);
            }
            let mean = graph
                .values(network.loss)
                .first()
                .copied()
                .unwrap_or(f32::NAN);
            loss += f64::from(mean) * images as f64;
        }
        let census = &mut self.census;
        let images = set.len() as f64;
        census.step = step;
        census.images = set.len();
        census.loss = loss / images;
        if census.loss.is_finite() && all_finite(parameters) {
            census.accuracy = right as f64 / images;
            census.true_label_accuracy = truly_right as f64 / images;
            census.logit_spread = self.logits.largest();
            census.outcome = if census.logit_spread < COLLAPSE_SPREAD {
                Outcome::Collapsed
            } else {
                Outcome::Working
            };
        } else {
            census.accuracy = 1.0 / self.logits.smallest.len() as f64;
            census.true_label_accuracy = census.accuracy;
            census.logit_spread = f64::NAN;
            census.outcome = Outcome::Diverged;
        }
        Ok(&self.census)
    }

    /// The census of a diverged network at `step`: no pass over any images is needed.
    pub(crate) fn diverged(&self, step: u32) -> Census {
        Census {
            step,
            outcome: Outcome::Diverged,
            loss: f64::NAN,
            accuracy: 1.0 / self.logits.smallest.len() as f64,
            true_label_accuracy: 1.0 / self.logits.smallest.len() as f64,
            logit_spread: f64::NAN,
            ..self.census.clone()
        }
    }

    /// Computes the batch that begins with image `start`; gives its number of images.
    fn forward(&mut self, set: &Subset, start: usize) -> Result<usize, CnnError> {
        let images = self.batch.min(set.len() - start);
        self.network.load(set, start..start + images)?;
        self.network.graph.forward();
        Ok(images)
    }
}

/// The class with the largest logit, the first of equal ones.
fn answer(logits: &[f32]) -> usize {
    let mut best = 0;
    for (class, logit) in logits.iter().enumerate() {
        if *logit > logits[best] {
            best = class;
        }
    }
    best
}

#[cfg(test)]
mod tests;
