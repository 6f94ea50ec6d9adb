//! The training loop.

mod record;

use super::measured::{Measured, Times};
use super::tracker::trackers;
use super::{Observer, Step, phases};
use crate::CnnError;
use crate::census::{Observatory, all_finite, grid, spread};
use crate::data::{Images, Split, Subset};
use crate::network::Network;
use crate::optimizer::{Optimizer, clip_norm};
use crate::probe::{self, Probe};
use crate::random::{self, Generator, Stream, Streams};
use crate::record::{Outcome, ProbeRow, TrialRecord};
use crate::settings::{Schedule, TrialSettings};
use crate::weights::Weights;

/// Trains one network and measures everything that a [`TrialRecord`] holds.
///
/// Each epoch visits the training images in an order of its own (epoch e shuffles them with
/// substream e of [`Stream::Batches`]), `batch_size` at a time; the last batch of an epoch may be
/// smaller. A network that diverges ends its training, not the program: its record says when.
///
/// # Errors
/// As [`TrialSettings::check`], and whatever the observer or a probe answers.
pub fn run(
    settings: &TrialSettings,
    seed: u64,
    images: &Images,
    observer: &mut dyn Observer,
) -> Result<TrialRecord, CnnError> {
    Ok(train(settings, seed, images, observer, true)?.0)
}

/// As [`run`], with the final parameters, and without any census if so asked.
pub(super) fn train(
    settings: &TrialSettings,
    seed: u64,
    images: &Images,
    observer: &mut dyn Observer,
    census: bool,
) -> Result<(TrialRecord, Vec<f32>), CnnError> {
    settings.check(images)?;
    let mut trial = Trial::new(settings, seed, images, observer)?;
    if !census {
        trial.grid.clear();
        trial.measured.events.suspected.clear();
    }
    trial.train(settings)?;
    let parameters = trial.network.graph.parameters().to_vec();
    Ok((trial.record(images.classes)?, parameters))
}

struct Trial<'a> {
    observer: &'a mut dyn Observer,
    probes: Vec<Box<dyn Probe>>,
    probe_rows: Vec<ProbeRow>,
    training: Subset,
    held_out: Subset,
    network: Network,
    optimizer: Optimizer,
    weights: Weights,
    observatory: Observatory,
    streams: Streams,
    /// Of what is random in the steps.
    noise: Generator,
    /// Steps of the censuses.
    grid: Vec<u32>,
    measured: Measured,
    /// Updates done.
    step: u32,
    learning_rate: f64,
    loss: Option<f64>,
    /// Indices of the batch just used.
    batch: Vec<u32>,
    diverged: Option<u32>,
    before_annealing: Option<Before>,
}

/// The network when annealing begins.
#[derive(Clone, Copy)]
struct Before {
    outcome: Outcome,
    held_out_accuracy: f64,
}

impl<'a> Trial<'a> {
    fn new(
        settings: &TrialSettings,
        seed: u64,
        images: &Images,
        observer: &'a mut dyn Observer,
    ) -> Result<Self, CnnError> {
        let streams = Streams::new(seed, settings.streams);
        let split = Split::draw(images, streams);
        let [training, held_out] = split.subsets(images, settings.data.pixels);
        let architecture = &settings.architecture;
        let batch_size = settings.schedule.batch_size.min(training.len());
        let mut network = Network::training(architecture, images.shape, batch_size)?;
        settings.initialization.apply(&mut network, streams)?;
        let weights = Weights::new(settings.weights, &mut network, streams);
        let times = Times {
            steps: settings.steps(images) as u32,
            steps_per_epoch: settings.steps_per_epoch(images) as u32,
            annealing_step: settings.annealing_step(images) as u32,
            batches_tell: !architecture.has_batch_norm(),
        };
        Ok(Self {
            observer,
            probes: probe::of(settings, streams, images.shape)?,
            probe_rows: Vec::new(),
            optimizer: Optimizer::new(&settings.optimizer, &network)?,
            weights,
            observatory: Observatory::new(architecture, images.shape)?,
            streams,
            noise: streams.generator(Stream::Noise),
            grid: grid(times.annealing_step, times.steps),
            measured: Measured::new(times, trackers(&network)),
            network,
            training,
            held_out,
            step: 0,
            learning_rate: settings.schedule.rate(0, times.steps_per_epoch.into()),
            loss: None,
            batch: Vec::with_capacity(batch_size),
            diverged: None,
            before_annealing: None,
        })
    }

    fn train(&mut self, settings: &TrialSettings) -> Result<(), CnnError> {
        let schedule = &settings.schedule;
        self.announce()?;
        let mut order: Vec<u32> = Vec::with_capacity(self.training.len());
        'training: for epoch in 0..schedule.epochs {
            if let Some(phase) = schedule.phase_from(epoch) {
                phases::permute(
                    [&mut self.training, &mut self.held_out],
                    phase,
                    self.streams,
                );
            }
            order.clear();
            order.extend(0..self.training.len() as u32);
            let mut generator = self.streams.substream(Stream::Batches, epoch as u64);
            random::shuffle(&mut order, &mut generator);
            for batch in order.chunks(schedule.batch_size) {
                if self.diverged.is_none() {
                    self.update(batch, schedule)?;
                }
                if self.diverged.is_some() {
                    break 'training;
                }
                self.announce()?;
            }
        }
        let mut probes = std::mem::take(&mut self.probes);
        let mut rows = std::mem::take(&mut self.probe_rows);
        for probe in &mut probes {
            probe.end(&self.moment(), &mut rows)?;
        }
        self.probe_rows = rows;
        Ok(())
    }

    /// One forward pass, one backward pass and one update; or the finding that the network has
    /// diverged, which is asked before anything else.
    fn update(&mut self, batch: &[u32], schedule: &Schedule) -> Result<(), CnnError> {
        let Self {
            network, measured, ..
        } = self;
        network.load(&self.training, batch.iter().map(|&index| index as usize))?;
        network.draw_noise(&mut self.noise);
        network.graph.forward();
        let loss = network.graph.values(network.loss).first().copied();
        let loss = f64::from(loss.unwrap_or(f32::NAN));
        if !loss.is_finite() {
            self.diverged = Some(self.step);
            return Ok(());
        }
        let step = self.step;
        let watched = measured.events.suspected.len();
        for (index, (layer, tracker)) in network
            .layers
            .iter()
            .zip(&mut measured.trackers)
            .enumerate()
        {
            let all_dead = tracker.forward(step, layer.activity(&network.graph));
            if index < watched {
                measured.events.suspected[index] = all_dead;
            }
        }
        if watched > 0 {
            let logits = network.graph.values(network.logits);
            let classes = network.graph.shape(network.logits)[1];
            measured.events.batch(
                step,
                spread(logits, classes),
                &mut self.observatory,
                network.graph.parameters(),
                &self.training,
            )?;
        }
        network.graph.update_buffers();
        network.graph.backward(network.loss);
        let gradients = network.graph.parameter_grads();
        for (layer, tracker) in network.layers.iter().zip(&mut measured.trackers) {
            let (weight, bias) = (layer.weight.clone(), layer.bias.clone());
            tracker.backward(step, &gradients[weight], &gradients[bias]);
        }
        if let Some(largest) = schedule.clip_norm {
            clip_norm(network.graph.parameter_grads_mut(), largest);
        }
        let steps_per_epoch = measured.times.steps_per_epoch.into();
        self.learning_rate = schedule.rate(step.into(), steps_per_epoch);
        let (optimizer, rate) = (&mut self.optimizer, self.learning_rate);
        self.weights.step(optimizer, &mut network.graph, rate);
        self.step += 1;
        self.loss = Some(loss);
        self.batch.clear();
        self.batch.extend_from_slice(batch);
        if !all_finite(network.graph.parameters()) {
            self.diverged = Some(self.step);
        }
        Ok(())
    }

    fn moment(&self) -> Step<'_> {
        Step {
            step: self.step,
            planned: self.measured.times.steps,
            learning_rate: self.learning_rate,
            loss: self.loss,
            batch: &self.batch,
            network: &self.network,
            optimizer: &self.optimizer,
            masters: self.weights.masters(),
            training: &self.training,
            held_out: &self.held_out,
        }
    }

    /// Tells everybody that a step is done, and takes the census if there is one at it.
    fn announce(&mut self) -> Result<(), CnnError> {
        let moment = Step {
            step: self.step,
            planned: self.measured.times.steps,
            learning_rate: self.learning_rate,
            loss: self.loss,
            batch: &self.batch,
            network: &self.network,
            optimizer: &self.optimizer,
            masters: self.weights.masters(),
            training: &self.training,
            held_out: &self.held_out,
        };
        self.observer.step(&moment)?;
        for probe in &mut self.probes {
            probe.step(&moment, &mut self.probe_rows)?;
        }
        if self.grid.binary_search(&self.step).is_err() {
            return Ok(());
        }
        let parameters = self.network.graph.parameters();
        let census = self
            .observatory
            .take(parameters, &self.training, self.step)?;
        if !census.is_finite() {
            self.diverged = Some(self.step);
            return Ok(());
        }
        self.measured.census(census);
        self.observer.census(census, &moment)?;
        for probe in &mut self.probes {
            probe.census(census, &moment, &mut self.probe_rows)?;
        }
        if self.step == self.measured.times.annealing_step {
            let outcome = census.outcome;
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
