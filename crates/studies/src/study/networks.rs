//! A study's trials as networks: what became of each, of its layers and of its filters.
//!
//! Every study that counts the dead reads its results through [`Networks::read`], with a key of
//! its own that says to which cell a network belongs.

mod reading;

use std::collections::BTreeMap;

use super::{Results, StudyError};
use crate::aggregate::Frame;
use crate::statistics::Fate;

/// What became of a network, as the record says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Neither of the other two.
    Working,
    /// It answers the same whatever it sees.
    Collapsed,
    /// A loss or weight is NaN or infinite.
    Diverged,
}

impl Outcome {
    /// As the column `outcome` says it; whatever is not known is diverged.
    pub fn parse(text: &str) -> Self {
        match text {
            "working" => Self::Working,
            "collapsed" => Self::Collapsed,
            _ => Self::Diverged,
        }
    }
}

/// Filters and units of one layer, or of all, at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    /// All of them.
    pub filters: f64,
    /// Silent on the training set.
    pub silent: f64,
    /// Dead.
    pub dead: f64,
    /// Active, and yet without gradient for an epoch.
    pub cut_off: f64,
    /// Filter x position.
    pub units: f64,
    /// Units silent on the training set.
    pub silent_units: f64,
}

/// A census: outcome at that moment, and the count of each layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Census {
    /// Updates done.
    pub step: u32,
    /// Of the network at that moment.
    pub outcome: Outcome,
    /// One count a layer with an activation.
    pub layers: Vec<Count>,
}

/// One trial; `key` is its cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Network<Key> {
    /// The settings that tell its cell from others.
    pub key: Key,
    /// Number of the seed.
    pub replicate: u32,
    /// At the end.
    pub outcome: Outcome,
    /// Share of the held-out images classified rightly at the end; chance if diverged.
    pub accuracy: f64,
    /// The same before annealing began.
    pub accuracy_before_annealing: f64,
    /// Share of the training set classified rightly at the end; chance if diverged.
    pub train_accuracy: f64,
    /// Step at which annealing begins.
    pub annealing_step: f64,
    /// First step at which some layer was wholly dead.
    pub layer_dead_step: Option<u32>,
    /// That layer.
    pub layer_dead: Option<u32>,
    /// Step at which it collapsed for good or, if it did, diverged.
    pub lost_step: Option<u32>,
    /// Steps of dead filters that were watched for a gradient.
    pub dead_steps: u64,
    /// Those among them that had one.
    pub dead_steps_with_gradient: u64,
    /// The censuses of the grid, in order.
    pub censuses: Vec<Census>,
    /// Per layer the fates of its filters.
    pub fates: Vec<Vec<Fate>>,
    /// Per layer what became of its filters, as numbers of filters.
    pub lives: Vec<Lives>,
}

/// A number of filters of a layer.
pub type CountOfFilters = fn(&Lives) -> f64;

/// Numbers of filters of a layer by what happened to them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lives {
    /// Dead at step 0.
    pub born_dead: f64,
    /// Dead at some census of the grid.
    pub ever_dead: f64,
    /// Dead at the last census before annealing.
    pub dead_before_annealing: f64,
    /// Dead at the end after having been alive.
    pub final_deaths: f64,
    /// Dead at one census of the grid and alive at the next, at least once.
    pub revived: f64,
    /// Silent at the end.
    pub silent_at_end: f64,
    /// Dead at the end.
    pub dead_at_end: f64,
    /// Not silent at the end, and the derivative is exactly 0 throughout.
    pub saturated_at_end: f64,
    /// Alive at the end, and yet without gradient for an epoch.
    pub cut_off_at_end: f64,
}

impl<Key> Network<Key> {
    /// Whether it works at the end.
    pub fn works(&self) -> bool {
        self.outcome == Outcome::Working
    }

    /// Healthy: working, with at least 97% training accuracy.
    pub fn healthy(&self) -> bool {
        self.works() && self.train_accuracy >= 0.97
    }

    /// Share of the filters of the layers asked for (`None` is all) that are dead at the end, of
    /// whatever network; `NaN` if it diverged.
    pub fn dead_share(&self, layer: Option<usize>) -> f64 {
        match self.outcome {
            Outcome::Diverged => f64::NAN,
            _ => self.at_end(layer, |c| c.dead) / self.at_end(layer, |c| c.filters),
        }
    }

    /// [`Network::dead_share`] of a working network; `NaN` of another.
    pub fn working_dead_share(&self, layer: Option<usize>) -> f64 {
        if self.works() {
            self.dead_share(layer)
        } else {
            f64::NAN
        }
    }

    /// Sum over the layers asked for (`None` is all) of something counted at the last census.
    pub fn at_end(&self, layer: Option<usize>, of: fn(&Count) -> f64) -> f64 {
        self.censuses
            .last()
            .map_or(f64::NAN, |census| census.total(layer, of))
    }

    /// Number of filters of the layers asked for (`None` is all) that something happened to.
    pub fn lives(&self, layer: Option<usize>, of: fn(&Lives) -> f64) -> f64 {
        let layers = self.lives.iter().enumerate();
        let wanted = layers.filter(|(index, _)| layer.is_none_or(|layer| layer == *index));
        wanted.map(|(_, lives)| of(lives)).sum()
    }
}

impl Census {
    /// Sum over the layers asked for (`None` is all).
    pub fn total(&self, layer: Option<usize>, of: fn(&Count) -> f64) -> f64 {
        let wanted = |index: &usize| layer.is_none_or(|layer| layer == *index);
        let layers = (0..self.layers.len()).filter(wanted);
        layers.map(|index| of(&self.layers[index])).sum()
    }
}

/// All networks of a study.
#[derive(Clone, Debug)]
pub struct Networks<Key> {
    /// In the order of the trials.
    pub all: Vec<Network<Key>>,
    /// Layers with an activation, of the deepest.
    pub layers: usize,
}

impl<Key: Clone + PartialEq> Networks<Key> {
    /// Reads the trials; `key` tells the cell of a row of `results.trials`.
    ///
    /// # Errors
    /// If a column is missing, or what `key` gives.
    pub fn read(
        results: &Results,
        key: impl Fn(&Frame) -> Result<Vec<Key>, StudyError>,
    ) -> Result<Self, StudyError> {
        let trials = &results.trials;
        let outcome = trials.texts("outcome")?;
        let column = |name: &str| trials.reals(name);
        let step = |name: &str| -> Result<Vec<Option<u32>>, StudyError> {
            let steps = trials.integers(name)?;
            Ok(steps
                .into_iter()
                .map(|s| s.and_then(|s| u32::try_from(s).ok()))
                .collect())
        };
        let (accuracy, before) = (
            column("held_out_accuracy")?,
            column("held_out_accuracy_before_annealing")?,
        );
        let train_accuracy = column("train_accuracy")?;
        let (replicate, annealing) = (column("replicate")?, column("annealing_step")?);
        let (collapsed, diverged) = (step("collapsed_step")?, step("diverged_step")?);
        let (layer_dead_step, layer_dead) = (step("layer_dead_step")?, step("layer_dead")?);
        let (dead_steps, with_gradient) =
            (column("dead_steps")?, column("dead_steps_with_gradient")?);
        let mut all: Vec<Network<Key>> = key(trials)?
            .into_iter()
            .enumerate()
            .map(|(i, key)| Network {
                key,
                replicate: replicate[i] as u32,
                outcome: Outcome::parse(&outcome[i]),
                accuracy: accuracy[i],
                accuracy_before_annealing: before[i],
                train_accuracy: train_accuracy[i],
                annealing_step: annealing[i],
                layer_dead_step: layer_dead_step[i],
                layer_dead: layer_dead[i],
                lost_step: diverged[i].or(collapsed[i]),
                dead_steps: dead_steps[i] as u64,
                dead_steps_with_gradient: with_gradient[i] as u64,
                censuses: Vec::new(),
                fates: Vec::new(),
                lives: Vec::new(),
            })
            .collect();
        let index: BTreeMap<i64, usize> = trials
            .integers("trial")?
            .into_iter()
            .enumerate()
            .filter_map(|(row, trial)| trial.map(|trial| (trial, row)))
            .collect();
        reading::add_censuses(&mut all, &index, &results.censuses)?;
        reading::add_filters(&mut all, &index, &results.filters)?;
        Ok(Self {
            layers: all
                .iter()
                .map(|network| network.fates.len())
                .max()
                .unwrap_or(0),
            all,
        })
    }

    /// Number of replicates of the largest cell.
    pub fn replicates(&self) -> u32 {
        self.all
            .iter()
            .map(|network| network.replicate + 1)
            .max()
            .unwrap_or(0)
    }

    /// Each key once, in the order of the trials.
    pub fn cells(&self) -> Vec<Key> {
        let mut cells: Vec<Key> = Vec::new();
        for network in &self.all {
            if !cells.contains(&network.key) {
                cells.push(network.key.clone());
            }
        }
        cells
    }

    /// The networks whose key fits, by replicate.
    pub fn cell(&self, fits: impl Fn(&Key) -> bool) -> Vec<&Network<Key>> {
        let all = self.all.iter();
        let mut cell: Vec<&Network<Key>> = all.filter(|network| fits(&network.key)).collect();
        cell.sort_by_key(|network| network.replicate);
        cell
    }

    /// One value a replicate of the networks whose key is this, `NaN` where there is none: what
    /// [`Bootstrap`](crate::statistics::Bootstrap) resamples.
    pub fn values(&self, key: &Key, of: impl Fn(&Network<Key>) -> f64) -> Vec<f64> {
        let mut values = vec![f64::NAN; self.replicates() as usize];
        for network in self.all.iter().filter(|network| network.key == *key) {
            values[network.replicate as usize] = of(network);
        }
        values
    }

    /// Step at which annealing begins.
    pub fn annealing_step(&self) -> f64 {
        self.all
            .first()
            .map_or(f64::NAN, |network| network.annealing_step)
    }
}
