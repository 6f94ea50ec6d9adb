//! The study's trials as networks: what became of each, of its layers and of its filters.

use std::collections::BTreeMap;

use super::reading;
use crate::figures::learning_rate::Condition;
use crate::statistics::Fate;
use crate::study::{Results, StudyError};

/// What became of a network, as the record says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Neither of the other two.
    Working,
    /// It answers the same whatever it sees.
    Collapsed,
    /// A loss or weight is NaN or infinite.
    Diverged,
}

impl Outcome {
    pub(super) fn parse(text: &str) -> Self {
        match text {
            "working" => Self::Working,
            "collapsed" => Self::Collapsed,
            _ => Self::Diverged,
        }
    }
}

/// Filters and units of one layer, or of all, at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Count {
    pub(super) filters: f64,
    pub(super) dead: f64,
    pub(super) cut_off: f64,
    pub(super) units: f64,
    pub(super) silent_units: f64,
}

/// A census: outcome at that moment, and the count of each layer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Census {
    pub(super) step: u32,
    pub(super) outcome: Outcome,
    pub(super) layers: Vec<Count>,
}

/// One trial.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Network {
    pub(super) condition: Condition,
    pub(super) rate: f64,
    pub(super) replicate: u32,
    pub(super) outcome: Outcome,
    pub(super) accuracy: f64,
    pub(super) accuracy_before_annealing: f64,
    pub(super) annealing_step: f64,
    pub(super) layer_dead_step: Option<u32>,
    pub(super) layer_dead: Option<u32>,
    /// Step at which it collapsed for good or, if it did, diverged.
    pub(super) lost_step: Option<u32>,
    pub(super) dead_steps: u64,
    pub(super) dead_steps_with_gradient: u64,
    pub(super) censuses: Vec<Census>,
    /// Per layer the fates of its filters.
    pub(super) fates: Vec<Vec<Fate>>,
    /// Per layer what became of its filters, as numbers of filters.
    pub(super) lives: Vec<Lives>,
}

/// Numbers of filters of a layer by what happened to them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Lives {
    /// Dead at step 0.
    pub(super) born_dead: f64,
    /// Dead at some census of the grid.
    pub(super) ever_dead: f64,
    /// Dead at the last census before annealing.
    pub(super) dead_before_annealing: f64,
    /// Dead at the end after having been alive.
    pub(super) final_deaths: f64,
    /// Dead at one census of the grid and alive at the next, at least once.
    pub(super) revived: f64,
}

impl Network {
    /// Whether it works at the end.
    pub(super) fn works(&self) -> bool {
        self.outcome == Outcome::Working
    }

    /// Sum over the layers asked for (`None` is all) of something counted at the last census.
    pub(super) fn at_end(&self, layer: Option<usize>, of: fn(&Count) -> f64) -> f64 {
        self.censuses
            .last()
            .map_or(f64::NAN, |census| census.total(layer, of))
    }

    /// Number of filters of the layers asked for (`None` is all) that something happened to.
    pub(super) fn lives(&self, layer: Option<usize>, of: fn(&Lives) -> f64) -> f64 {
        let layers = self.lives.iter().enumerate();
        let wanted = layers.filter(|(index, _)| layer.is_none_or(|layer| layer == *index));
        wanted.map(|(_, lives)| of(lives)).sum()
    }
}

impl Census {
    /// Sum over the layers asked for (`None` is all).
    pub(super) fn total(&self, layer: Option<usize>, of: fn(&Count) -> f64) -> f64 {
        let wanted = |index: &usize| layer.is_none_or(|layer| layer == *index);
        let layers = (0..self.layers.len()).filter(wanted);
        layers.map(|index| of(&self.layers[index])).sum()
    }
}

/// All networks of the study, and the cells that they fall into.
pub(super) struct Networks {
    pub(super) all: Vec<Network>,
    /// Conditions in the order of the specification.
    pub(super) conditions: Vec<Condition>,
    /// Layers with an activation.
    pub(super) layers: usize,
}

impl Networks {
    /// Reads the trials.
    ///
    /// # Errors
    /// If a column is missing.
    pub(super) fn read(results: &Results) -> Result<Self, StudyError> {
        let trials = &results.trials;
        let pixels = if trials.has("pixels") {
            trials.texts("pixels")?
        } else {
            vec!["raw".into(); trials.rows()]
        };
        let (momentum, rate) = (trials.reals("momentum")?, trials.reals("learning_rate")?);
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
        let (replicate, annealing) = (column("replicate")?, column("annealing_step")?);
        let (collapsed, diverged) = (step("collapsed_step")?, step("diverged_step")?);
        let (layer_dead_step, layer_dead) = (step("layer_dead_step")?, step("layer_dead")?);
        let (dead_steps, with_gradient) =
            (column("dead_steps")?, column("dead_steps_with_gradient")?);
        let mut all: Vec<Network> = (0..trials.rows())
            .map(|i| Network {
                condition: Condition {
                    momentum: momentum[i],
                    pixels: pixels[i].clone(),
                },
                rate: rate[i],
                replicate: replicate[i] as u32,
                outcome: Outcome::parse(&outcome[i]),
                accuracy: accuracy[i],
                accuracy_before_annealing: before[i],
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
        let conditions: Vec<Condition> = all.iter().map(|n| n.condition.clone()).collect();
        Ok(Self {
            conditions: Condition::distinct(&conditions),
            layers: all
                .iter()
                .map(|network| network.fates.len())
                .max()
                .unwrap_or(0),
            all,
        })
    }

    /// Number of replicates of the largest cell.
    pub(super) fn replicates(&self) -> u32 {
        self.all
            .iter()
            .map(|network| network.replicate + 1)
            .max()
            .unwrap_or(0)
    }

    /// Rates of a condition, increasing.
    pub(super) fn rates(&self, condition: &Condition) -> Vec<f64> {
        let own = self
            .all
            .iter()
            .filter(|network| network.condition == *condition);
        let mut rates: Vec<f64> = own.map(|network| network.rate).collect();
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        rates
    }

    /// The networks of a cell, by replicate.
    pub(super) fn cell(&self, condition: &Condition, rate: f64) -> Vec<&Network> {
        let mut cell: Vec<&Network> = self
            .all
            .iter()
            .filter(|network| network.condition == *condition && network.rate == rate)
            .collect();
        cell.sort_by_key(|network| network.replicate);
        cell
    }

    /// Step at which annealing begins.
    pub(super) fn annealing_step(&self) -> f64 {
        self.all
            .first()
            .map_or(f64::NAN, |network| network.annealing_step)
    }
}
