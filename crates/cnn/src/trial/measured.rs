//! From censuses and trackers to the rows of a record.

use super::deaths::Deaths;
use super::events::Events;
use super::tracker::LayerTracker;
use crate::census::{Census, LayerCensus, Place};
use crate::life::Life;
use crate::network::Network;
use crate::probe::stopped::{Cause, LayerStep, OneStep};
use crate::record::{CensusRow, FilterRow};

/// The times that a record refers to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub steps: u32,
    pub steps_per_epoch: u32,
    pub annealing_step: u32,
    /// Whether what a training batch shows holds for the censuses: not with batch norms.
    pub batches_tell: bool,
}

/// Everything measured so far.
#[derive(Debug)]
pub(super) struct Measured {
    pub times: Times,
    pub trackers: Vec<LayerTracker>,
    pub events: Events,
    pub deaths: Deaths,
    pub one_step: OneStep,
    pub censuses: Vec<CensusRow>,
    /// The last census at which the network was finite.
    pub last: Option<Census>,
    /// Of each layer's filters, whether it was silent and dead in train mode at the last look.
    in_train_mode: Option<Vec<Vec<[bool; 2]>>>,
    /// Of each layer's filters, whether it was cut off at that census.
    cut_off: Vec<Vec<bool>>,
    pub dead_steps: u64,
    pub dead_steps_with_gradient: u64,
}

impl Measured {
    pub fn new(times: Times, trackers: Vec<LayerTracker>, one_step: OneStep) -> Self {
        Self {
            times,
            events: Events::new(trackers.len(), times.batches_tell),
            deaths: Deaths::default(),
            one_step,
            cut_off: trackers
                .iter()
                .map(|layer| vec![false; layer.last_active.len()])
                .collect(),
            trackers,
            censuses: Vec::new(),
            last: None,
            in_train_mode: None,
            dead_steps: 0,
            dead_steps_with_gradient: 0,
        }
    }

    /// Takes in a census of the grid, of this network.
    pub fn census(&mut self, census: &Census, network: &Network) {
        if !census.is_finite() {
            self.diverged(census);
            return;
        }
        self.events.census(census);
        self.deaths.census(census, &mut self.trackers, network);
        let step = census.step;
        let layers = census.layers.iter().zip(&mut self.trackers);
        for (index, (layer, tracker)) in layers.enumerate() {
            let mut row = self::row(census, index);
            for filter in 0..layer.filters() {
                let dead = layer.is_dead(filter);
                let silent = layer.is_silent(filter);
                let active = layer.largest[filter] > 0.0;
                let epoch = self.times.steps_per_epoch;
                let cut_off = active && tracker.without_gradient(filter, step, epoch);
                self.cut_off[index][filter] = cut_off;
                row.dead += u32::from(dead);
                row.silent += u32::from(silent);
                row.saturated += u32::from(layer.is_saturated(filter));
                row.cut_off += u32::from(cut_off);
                let (dead_steps, with_gradient) = tracker.sighted(filter, step, dead);
                self.dead_steps += dead_steps;
                self.dead_steps_with_gradient += with_gradient;
            }
            row.silent_units = row.units - layer.count_active_units() as u32;
            let active: u64 = layer.active_positions.iter().sum();
            row.positive_share = active as f64 / (f64::from(row.units) * census.images as f64);
            self.censuses.push(row);
        }
        if let Some(told) = self.one_step.tell(census, network, &self.cut_off) {
            let first = self.censuses.len() - told.len();
            for (row, told) in self.censuses[first..].iter_mut().zip(&told) {
                fill(row, told);
            }
        }
        match &mut self.last {
            Some(last) => last.clone_from(census),
            None => self.last = Some(census.clone()),
        }
    }

    /// Takes in what a network with batch norms does in train mode, right after its census.
    pub fn train_mode(&mut self, census: &Census) {
        if !census.is_finite() {
            return;
        }
        let first = self.censuses.len().saturating_sub(census.layers.len());
        let of = |layer: &LayerCensus, filter| [layer.is_silent(filter), layer.is_dead(filter)];
        let layers = census.layers.iter();
        let layers: Vec<Vec<[bool; 2]>> = layers
            .map(|layer| {
                (0..layer.filters())
                    .map(|filter| of(layer, filter))
                    .collect()
            })
            .collect();
        for (row, filters) in self.censuses[first..].iter_mut().zip(&layers) {
            let count =
                |which: usize| Some(filters.iter().filter(|filter| filter[which]).count() as u32);
            row.silent_in_train_mode = count(0);
            row.dead_in_train_mode = count(1);
        }
        self.in_train_mode = Some(layers);
    }

    /// Takes in that the network was diverged at a census: rows with all counts 0.
    pub fn diverged(&mut self, census: &Census) {
        for layer in 0..census.layers.len() {
            self.censuses.push(self::row(census, layer));
        }
    }

    /// The lives of all filters.
    pub fn filters(&self, network: &Network) -> Vec<FilterRow> {
        let mut rows = Vec::new();
        for (layer, tracker) in self.trackers.iter().enumerate() {
            let last = self.last.as_ref();
            let census = last.map(|last| (&last.layers[layer], last.images));
            for filter in 0..tracker.sightings.len() {
                rows.push(FilterRow {
                    gamma: norm(network, layer, filter, 0),
                    beta: norm(network, layer, filter, 1),
                    ..self.filter(layer, tracker, filter, census)
                });
            }
        }
        rows
    }

    fn filter(
        &self,
        layer: usize,
        tracker: &LayerTracker,
        filter: usize,
        census: Option<(&LayerCensus, usize)>,
    ) -> FilterRow {
        let sightings = &tracker.sightings[filter];
        let life = Life::of(sightings);
        let annealing = self.times.annealing_step;
        let before_annealing = sightings.iter().rfind(|seen| seen.step <= annealing);
        let share = |count: Option<u64>, of: usize| {
            count.map_or(f64::NAN, |count| count as f64 / of as f64)
        };
        let images = census.map_or(1, |(_, images)| images);
        let positions = census.map_or(1, |(layer, _)| layer.positions);
        let census = census.map(|(layer, _)| layer);
        let units = |place| {
            let [units, silent] = census?.units_at(filter, place).map(|count| count as u32);
            Some((units, silent))
        };
        let in_train_mode = self.in_train_mode.as_ref().map(|own| own[layer][filter]);
        let (inner, corner) = (units(Place::Inner), units(Place::Corner));
        FilterRow {
            layer: layer as u32,
            filter: filter as u32,
            born_dead: life.born_dead,
            ever_dead: life.ever_dead,
            dead_before_annealing: before_annealing.is_some_and(|seen| seen.dead),
            dead_at_end: life.dead_at_end,
            silent_at_end: census.is_some_and(|layer| layer.is_silent(filter)),
            silent_in_train_mode: in_train_mode.map(|own| own[0]),
            dead_in_train_mode: in_train_mode.map(|own| own[1]),
            gamma: None,
            beta: None,
            saturated_at_end: census.is_some_and(|layer| layer.is_saturated(filter)),
            cut_off_at_end: self.cut_off[layer][filter],
            revivals: life.revivals,
            first_death_after: life.first_death.map(|(after, _)| after),
            first_death_by: life.first_death.map(|(_, by)| by),
            final_death_after: life.final_death.map(|(after, _)| after),
            final_death_by: life.final_death.map(|(_, by)| by),
            last_active_step: tracker.last_active[filter],
            last_gradient_step: tracker.last_gradient[filter],
            largest_pre_activation: census
                .map_or(f64::NAN, |layer| f64::from(layer.largest[filter])),
            active_images: share(census.map(|layer| layer.active_images[filter]), images),
            active_positions: share(
                census.map(|layer| layer.active_positions[filter]),
                images * positions,
            ),
            active_units: share(
                census.map(|layer| layer.active_units_of(filter) as u64),
                positions,
            ),
            inner_units: inner.map(|(units, _)| units),
            silent_inner_units: inner.map(|(_, silent)| silent),
            corner_units: corner.map(|(units, _)| units),
            silent_corner_units: corner.map(|(_, silent)| silent),
        }
    }
}

/// gamma (0) or beta (1) of the batch norm between a layer and its activation, at a filter.
fn norm(network: &Network, layer: usize, filter: usize, which: usize) -> Option<f64> {
    let layer = &network.layers[layer];
    let place = layer.norm.as_ref()?[which].clone();
    let values = &network.graph.parameters()[place];
    Some(f64::from(values[filter % layer.channels]))
}

/// A row of one layer with all counts 0.
fn row(census: &Census, layer: usize) -> CensusRow {
    let counts = &census.layers[layer];
    let (filters, units) = (counts.filters(), counts.filters() * counts.positions);
    CensusRow {
        train_loss: if census.is_finite() {
            census.loss
        } else {
            f64::NAN
        },
        train_accuracy: census.accuracy,
        logit_spread: census.logit_spread,
        ..CensusRow::empty(
            census.step,
            layer as u32,
            census.outcome,
            filters as u32,
            units as u32,
        )
    }
}

/// Writes what the last update did to a layer. Over one update no weight can change and return.
fn fill(row: &mut CensusRow, told: &LayerStep) {
    let of = |cause: Cause| Some(told.stopped[cause as usize]);
    row.update_ratio = told.update_ratio;
    row.weights = Some(told.weights);
    row.stopped = Some(told.stopped.iter().sum());
    row.stopped_dead = of(Cause::Dead);
    row.stopped_starved = of(Cause::Starved);
    row.stopped_blank_input = of(Cause::Blank);
    row.stopped_cut_off = of(Cause::CutOff);
    row.stopped_inactive = of(Cause::Inactive);
    row.stopped_quiet_input = of(Cause::QuietInput);
    row.stopped_unreached = of(Cause::Unreached);
    row.stopped_no_input = of(Cause::NoInput);
    row.stopped_stalled = of(Cause::Stalled);
}
