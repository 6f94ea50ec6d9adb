//! The training loop.

mod announce;
mod interventions;
mod phases;
mod record;

use super::Observer;
use super::activity::Activities;
use super::measured::{Measured, Times};
use super::removal::Removal;
use super::tracker::trackers;
use super::train_mode::TrainMode;
use crate::CnnError;
use crate::census::{Observatory, all_finite, spread};
use crate::data::{Images, Subset};
use crate::network::Network;
use crate::optimizer::{Gains, Optimizer, clip_norm};
use crate::probe::stopped::OneStep;
use crate::probe::{self, Probe};
use crate::random::{self, Generator, Stream, Streams};
use crate::record::{ProbeRow, TrialRecord};
use crate::settings::TrialSettings;
use crate::weights::Weights;
pub use interventions::architecture;
use interventions::{Interventions, removed};
use phases::steps_of_censuses;
use record::Before;

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
    let streams = Streams::new(seed, settings.streams);
    let smaller = removed(settings, images, streams)?;
    let settings = smaller.as_ref().map_or(settings, |(own, _)| own);
    let mut trial = Trial::new(settings, streams, images, observer)?;
    if let Some((_, initial)) = &smaller {
        trial.begin_with(initial);
    }
    if let Some(before) = settings.before() {
        let (_, last) = train(&before, seed, images, &mut (), false)?;
        trial.begin_with(&last);
    }
    if !census {
        trial.grid.clear();
        trial.measured.events.suspected.clear();
        trial.activities.clear();
    }
    trial.train(settings)?;
    let parameters = trial.network.graph.parameters().to_vec();
    Ok((trial.record(images.classes, settings)?, parameters))
}

struct Trial<'a> {
    observer: &'a mut dyn Observer,
    probes: Vec<Box<dyn Probe>>,
    probe_rows: Vec<ProbeRow>,
    training: Subset,
    held_out: Subset,
    network: Network,
    optimizer: Optimizer,
    gains: Option<Gains<f32>>,
    weights: Weights,
    observatory: Observatory,
    train_mode: Option<TrainMode>,
    interventions: Option<Interventions>,
    streams: Streams,
    /// Of what is random in the steps.
    noise: Generator,
    /// Steps of the censuses.
    grid: Vec<u32>,
    measured: Measured,
    activities: Activities,
    removal: Removal,
    /// Updates done.
    step: u32,
    learning_rate: f64,
    loss: Option<f64>,
    /// Indices of the batch just used.
    batch: Vec<u32>,
    diverged: Option<u32>,
    before_annealing: Option<Before>,
}

impl<'a> Trial<'a> {
    fn new(
        settings: &TrialSettings,
        streams: Streams,
        images: &Images,
        observer: &'a mut dyn Observer,
    ) -> Result<Self, CnnError> {
        let pixels = settings.data.pixels;
        let [training, held_out] = settings.images.subsets(images, pixels, streams);
        let architecture = &settings.architecture;
        let batch_size = settings.schedule.batch_size.min(training.len());
        let mut network = Network::training(architecture, images.shape, batch_size)?;
        settings.initialization.apply(&mut network, streams)?;
        settings.images.bias(&mut network);
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
            gains: {
                let scale = settings.schedule.gradient_scale;
                scale.map(|scale| Gains::new(scale, &network.parameters))
            },
            weights,
            observatory: Observatory::new(architecture, images.shape)?,
            train_mode: TrainMode::new(architecture, images.shape, batch_size, times)?,
            interventions: Interventions::new(settings, images, streams)?,
            streams,
            noise: streams.generator(Stream::Noise),
            grid: steps_of_censuses(times, &settings.schedule),
            removal: Removal::default(),
            activities: Activities::new(&network, times.steps, times.steps_per_epoch),
            measured: Measured::new(
                times,
                trackers(&network, times.batches_tell),
                OneStep::new(&network, &training),
            ),
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
        self.intervene()?;
        let mut order: Vec<u32> = Vec::with_capacity(self.training.len());
        'training: for epoch in 0..schedule.epochs {
            if let Some(phase) = schedule.phase_from(epoch) {
                self.begin_phase(phase, settings)?;
            }
            order.clear();
            order.extend(0..self.training.len() as u32);
            let mut generator = self.streams.substream(Stream::Batches, epoch as u64);
            random::shuffle(&mut order, &mut generator);
            for batch in order.chunks(schedule.batch_size) {
                if self.diverged.is_none() {
                    self.update(batch, settings)?;
                }
                if self.diverged.is_some() {
                    break 'training;
                }
                self.announce()?;
                self.intervene()?;
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
    fn update(&mut self, batch: &[u32], settings: &TrialSettings) -> Result<(), CnnError> {
        let Self {
            network, measured, ..
        } = self;
        network.load(&self.training, batch.iter().map(|&index| index as usize))?;
        let pixels = network.graph.values_mut(network.images);
        settings
            .images
            .augment(pixels, self.training.shape, &mut self.noise);
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
            let parameters = network.graph.parameters();
            measured.deaths.wake(step, layer, tracker, parameters);
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
        if let Some(gains) = &mut self.gains {
            gains.apply(network.graph.parameter_grads_mut());
        }
        if let Some(largest) = settings.schedule.clip_norm {
            clip_norm(network.graph.parameter_grads_mut(), largest);
        }
        if self.grid.binary_search(&(step + 1)).is_ok() {
            measured.one_step.keep(network.graph.parameters());
        }
        let steps_per_epoch = measured.times.steps_per_epoch.into();
        self.learning_rate = settings.schedule.rate(step.into(), steps_per_epoch);
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
}
