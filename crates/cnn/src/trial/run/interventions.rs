//! Interventions carried out.

use super::Trial;
use crate::CnnError;
use crate::architecture::Architecture;
use crate::data::Images;
use crate::initialization::Initialization;
use crate::network::Network;
use crate::prune::Pruning;
use crate::random::{self, Stream, Streams};
use crate::settings::{Intervention, TrialSettings, Which};

/// What is done to the filters of one trial.
#[derive(Debug)]
pub(super) struct Interventions {
    intervention: Intervention,
    initialization: Initialization,
    streams: Streams,
    steps_per_epoch: u32,
    /// Of each layer with an activation those that are silenced.
    silenced: Vec<Vec<usize>>,
    /// How often filters have started afresh.
    times: u64,
}

impl Interventions {
    /// Those that the settings ask for.
    pub fn new(
        settings: &TrialSettings,
        images: &Images,
        streams: Streams,
    ) -> Result<Option<Self>, CnnError> {
        let Some(intervention) = settings.intervention.clone() else {
            return Ok(None);
        };
        let silenced = intervention.chosen(&settings.architecture, images.shape, Some(streams))?;
        Ok(Some(Self {
            intervention,
            initialization: settings.initialization,
            streams,
            steps_per_epoch: settings.steps_per_epoch(images) as u32,
            silenced,
            times: 0,
        }))
    }

    fn before(&mut self, step: u32, trial: &mut Trial<'_>) -> Result<(), CnnError> {
        match self.intervention {
            Intervention::Silence { step: at, .. } if at == step => self.silence(trial),
            Intervention::Rescue {
                filters,
                step: at,
                every_epochs,
            } => {
                let period = every_epochs.map(|epochs| epochs.saturating_mul(self.steps_per_epoch));
                let due = |period: u32| step > 0 && step.checked_rem(period) == Some(0);
                if at == Some(step) || period.is_some_and(due) {
                    self.rescue(filters, step, trial)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn silence(&self, trial: &mut Trial<'_>) {
        let own = own(&trial.network, &self.silenced);
        let parameters = trial.network.graph.parameters_mut();
        for &place in &own {
            parameters[place] = 0.0;
        }
        trial.weights.replace(parameters);
        trial.optimizer.forget(&own);
    }

    fn rescue(&mut self, which: Which, step: u32, trial: &mut Trial<'_>) -> Result<(), CnnError> {
        self.times += 1;
        let parameters = trial.network.graph.parameters();
        let census = trial.observatory.take(parameters, &trial.training, step)?;
        if !census.is_finite() {
            return Ok(());
        }
        let mut random = self
            .streams
            .afresh(self.times)
            .generator(Stream::Interventions);
        let chosen = census.layers.iter().map(|layer| {
            let (dead, mut live): (Vec<usize>, Vec<usize>) =
                (0..layer.filters()).partition(|&filter| layer.is_dead(filter));
            match which {
                Which::Dead => dead,
                Which::Live => {
                    random::shuffle(&mut live, &mut random);
                    live.truncate(dead.len());
                    live
                }
            }
        });
        let chosen: Vec<Vec<usize>> = chosen.collect();
        let network = &mut trial.network;
        let (own, read) = (own(network, &chosen), read(network, &chosen));
        let mut fresh = network.graph.parameters().to_vec();
        let streams = self.streams.afresh(self.times);
        self.initialization
            .fill(&network.parameters, streams, &mut fresh);
        let parameters = network.graph.parameters_mut();
        for &place in &read {
            parameters[place] = 0.0;
        }
        // What one that starts afresh reads of another is its own draw: its output is not read.
        for &place in &own {
            parameters[place] = fresh[place];
        }
        trial.weights.replace(parameters);
        trial.optimizer.forget(&own);
        trial.optimizer.forget(&read);
        Ok(())
    }
}

impl Trial<'_> {
    /// What is to be done to filters before the next update.
    pub(super) fn intervene(&mut self) -> Result<(), CnnError> {
        let over = self.diverged.is_some() || self.step == self.measured.times.steps;
        let Some(mut interventions) = self.interventions.take_if(|_| !over) else {
            return Ok(());
        };
        let done = interventions.before(self.step, self);
        self.interventions = Some(interventions);
        done
    }

    /// Starts with other parameters than those drawn.
    pub(super) fn begin_with(&mut self, parameters: &[f32]) {
        let own = self.network.graph.parameters_mut();
        own.copy_from_slice(parameters);
        self.weights.replace(own);
    }
}

/// The network that is trained without the filters of [`Intervention::Remove`]: its settings and
/// initial parameters; nothing if none are removed.
pub(super) fn removed(
    settings: &TrialSettings,
    images: &Images,
    streams: Streams,
) -> Result<Option<(TrialSettings, Vec<f32>)>, CnnError> {
    let Some(intervention @ Intervention::Remove { .. }) = &settings.intervention else {
        return Ok(None);
    };
    let (whole, input) = (&settings.architecture, images.shape);
    let pruning = Pruning::new(
        whole,
        input,
        &intervention.chosen(whole, input, Some(streams))?,
    )?;
    let tensors = whole.parameters(input)?;
    let mut draws = vec![0.0; tensors.last().map_or(0, |tensor| tensor.range.end)];
    settings.initialization.fill(&tensors, streams, &mut draws);
    let initial = pruning.of(&draws);
    let settings = TrialSettings {
        architecture: pruning.architecture,
        intervention: None,
        ..settings.clone()
    };
    Ok(Some((settings, initial)))
}

/// The layers of the network that a trial trains: all of them, less the filters that
/// [`Intervention::Remove`] takes.
///
/// # Errors
/// As [`TrialSettings::check`].
pub fn architecture(
    settings: &TrialSettings,
    seed: u64,
    images: &Images,
) -> Result<Architecture, CnnError> {
    let streams = Streams::new(seed, settings.streams);
    let smaller = removed(settings, images, streams)?;
    Ok(smaller.map_or_else(
        || settings.architecture.clone(),
        |(own, _)| own.architecture,
    ))
}

/// The places of the weights and biases of filters.
fn own(network: &Network, chosen: &[Vec<usize>]) -> Vec<usize> {
    let mut places = Vec::new();
    for (layer, filters) in network.layers.iter().zip(chosen) {
        for &filter in filters {
            places.extend(layer.weight.clone().skip(filter).step_by(layer.filters));
            places.push(layer.bias.start + filter);
        }
    }
    places
}

/// The places of the weights by which the next layer reads filters.
fn read(network: &Network, chosen: &[Vec<usize>]) -> Vec<usize> {
    let mut places = Vec::new();
    for (layer, filters) in network.layers.iter().zip(chosen) {
        let mut weights = network.parameters.iter().filter(|own| own.role.is_weight());
        let Some(next) = weights.find(|own| own.range.start > layer.weight.start) else {
            continue;
        };
        let channel = |place: usize| (place - next.range.start) / next.filters() % layer.filters;
        places.extend(
            next.range
                .clone()
                .filter(|&place| filters.contains(&channel(place))),
        );
    }
    places
}

#[cfg(test)]
mod tests;
