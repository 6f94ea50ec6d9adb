//! The census: which filters are silent or dead on a whole set of images, forward only.

mod counts;
mod grid;

pub use counts::LayerCensus;
pub use grid::grid;

use crate::CnnError;
use crate::architecture::Architecture;
use crate::data::Subset;
use crate::network::Network;
use crate::record::Outcome;

/// A network whose largest logit spread over the training set is below this is collapsed: it
/// answers the same whatever it sees.
pub const COLLAPSE_SPREAD: f64 = 0.01;

/// Images of one pass: few enough for the second-level cache, enough to make overheads small.
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
}

/// Smallest and largest of each logit.
#[derive(Debug)]
struct Spread {
    smallest: Vec<f32>,
    largest: Vec<f32>,
}

impl Spread {
    fn clear(&mut self) {
        self.smallest.fill(f32::INFINITY);
        self.largest.fill(f32::NEG_INFINITY);
    }

    fn add(&mut self, logits: &[f32]) {
        let both = self.smallest.iter_mut().zip(&mut self.largest);
        for ((smallest, largest), &logit) in both.zip(logits) {
            *smallest = smallest.min(logit);
            *largest = largest.max(logit);
        }
    }

    fn largest(&self) -> f64 {
        let both = self.smallest.iter().zip(&self.largest);
        both.map(|(&smallest, &largest)| f64::from(largest) - f64::from(smallest))
            .fold(0.0, f64::max)
    }
}

/// Whether all numbers are finite.
pub(crate) fn all_finite(values: &[f32]) -> bool {
    // Without a branch, so that it is a few vector operations.
    let exponent = f32::INFINITY.to_bits();
    let broken = |found: bool, value: &f32| found | (value.to_bits() & exponent == exponent);
    !values.iter().fold(false, broken)
}

/// The largest spread (max - min over the images) of any logit of a batch, (N, classes).
pub(crate) fn spread(logits: &[f32], classes: usize) -> f64 {
    let mut largest = 0.0_f64;
    for class in 0..classes {
        let of_class = || logits.iter().skip(class).step_by(classes).copied();
        let max = of_class().fold(f32::NEG_INFINITY, f32::max);
        let min = of_class().fold(f32::INFINITY, f32::min);
        largest = largest.max(f64::from(max) - f64::from(min));
    }
    largest
}

impl Observatory {
    /// An observatory for networks of this architecture on images of (height, width, channels).
    ///
    /// # Errors
    /// As [`Architecture::check`].
    pub fn new(architecture: &Architecture, input: [usize; 3]) -> Result<Self, CnnError> {
        let network = Network::counting(architecture, input, BATCH)?;
        let classes = network.graph.shape(network.logits).last().copied();
        let classes = classes.unwrap_or_default();
        Ok(Self {
            census: Census {
                step: 0,
                outcome: Outcome::Working,
                loss: 0.0,
                accuracy: 0.0,
                logit_spread: 0.0,
                images: 0,
                layers: network.layers.iter().map(LayerCensus::new).collect(),
            },
            logits: Spread {
                smallest: vec![0.0; classes],
                largest: vec![0.0; classes],
            },
            network,
            witness: 0,
        })
    }

    /// A census of the network with these parameters on all images of a set.
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
        self.network
            .graph
            .parameters_mut()
            .copy_from_slice(parameters);
        self.logits.clear();
        self.census.layers.iter_mut().for_each(LayerCensus::clear);
        let (mut loss, mut right) = (0.0, 0_usize);
        for start in (0..set.len()).step_by(BATCH) {
            let images = self.forward(set, start)?;
            let Self {
                network,
                census,
                logits,
                ..
            } = self;
            let graph = &network.graph;
            for (layer, counts) in network.layers.iter().zip(&mut census.layers) {
                let activity = graph.activity(layer.activation).unwrap_or_default();
                counts.add(graph.values(layer.counted()), activity);
            }
            let classes = logits.smallest.len();
            let labels = &set.labels[start..start + images];
            for (row, &label) in graph
                .values(network.logits)
                .chunks_exact(classes)
                .zip(labels)
            {
                logits.add(row);
                right += usize::from(answer(row) == label as usize);
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
            census.logit_spread = self.logits.largest();
            census.outcome = if census.logit_spread < COLLAPSE_SPREAD {
                Outcome::Collapsed
            } else {
                Outcome::Working
            };
        } else {
            census.accuracy = 1.0 / self.logits.smallest.len() as f64;
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
            logit_spread: f64::NAN,
            ..self.census.clone()
        }
    }

    /// Whether suspicions raised by one training batch hold on the whole set: of each layer, that
    /// all its filters are dead, and of the network, that it is collapsed. Suspicions that do not
    /// hold are set to false.
    ///
    /// Stops at the first batch that leaves none, and begins with the batch that refuted last,
    /// so that a wrong suspicion costs little. (A suspicion on a diverged network never holds.)
    ///
    /// # Errors
    /// As [`Observatory::take`].
    pub fn confirm(
        &mut self,
        parameters: &[f32],
        set: &Subset,
        dead_layers: &mut [bool],
        collapsed: &mut bool,
    ) -> Result<(), CnnError> {
        self.network
            .graph
            .parameters_mut()
            .copy_from_slice(parameters);
        self.logits.clear();
        let batches = set.len().div_ceil(BATCH);
        let first = self.witness / BATCH;
        for batch in (0..batches).map(|batch| (first + batch) % batches) {
            self.forward(set, batch * BATCH)?;
            let Self {
                network, logits, ..
            } = self;
            let graph = &network.graph;
            for (layer, suspected) in network.layers.iter().zip(&mut *dead_layers) {
                let activity = graph.activity(layer.activation).unwrap_or_default();
                let limit = layer.function.zero_derivative_up_to();
                let is_dead = |largest: &f32| limit.is_some_and(|limit| *largest <= limit);
                *suspected &= activity.iter().all(is_dead);
            }
            let values = graph.values(network.logits);
            for row in values.chunks_exact(logits.smallest.len()) {
                logits.add(row);
            }
            *collapsed &= all_finite(values) && logits.largest() < COLLAPSE_SPREAD;
            if !*collapsed && !dead_layers.contains(&true) {
                self.witness = batch * BATCH;
                break;
            }
        }
        Ok(())
    }

    /// Computes the batch that begins with image `start`; gives its number of images.
    fn forward(&mut self, set: &Subset, start: usize) -> Result<usize, CnnError> {
        let images = BATCH.min(set.len() - start);
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
