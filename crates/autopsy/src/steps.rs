//! How many optimizer steps lie between two files, and what says so.

use serde::Serialize;

use crate::checkpoint::{Beside, Checkpoint};
use crate::moments::Rates;

/// What says how many steps lie between two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The user.
    Told,
    /// The optimizer's own count.
    Optimizer,
    /// The trainer's `global_step`.
    Trainer,
    /// The step inside the files.
    Inside,
    /// The numbers in the files' names.
    Names,
    /// The batches that norms counted: forward passes, of which a step may take several.
    Norms,
    /// Weight decay, whose one factor shows to the roundings of at most so many steps.
    Decay,
    /// Nothing.
    Unknown,
}

impl Source {
    /// The words of the reports.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Told => "as told",
            Self::Optimizer => "counted by the optimizer",
            Self::Trainer => "counted by the trainer (global_step)",
            Self::Inside => "by the steps inside the files",
            Self::Names => "by the numbers in the names",
            Self::Norms => "by the batches that the norms counted",
            Self::Decay => "at most, as the rows that decay alone show",
            Self::Unknown => "not known",
        }
    }
}

/// The steps of one interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Steps {
    /// How many, if known.
    pub count: Option<f64>,
    /// What says so.
    pub source: Source,
}

/// What a file says of the time at which it was saved.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clock {
    /// The most steps that the optimizer made with a parameter.
    pub optimizer: Option<f64>,
    /// The trainer's count of optimizer steps.
    pub trainer: Option<f64>,
    /// The step inside the file: of a loop, which may not step the optimizer each time.
    pub inside: Option<f64>,
    /// Batches that the norms counted.
    pub batches: Option<f64>,
    /// Whether an optimizer's state was saved that has no entry: no step was ever made, where
    /// its kind makes entries.
    pub no_entry: bool,
    /// The scaler's factor.
    pub scale: Option<f64>,
    /// The largest rate of the groups.
    pub rate: Option<f64>,
    /// The largest rate that a schedule began with.
    pub initial_rate: Option<f64>,
}

impl Clock {
    /// What a file and those beside it say.
    pub fn read(checkpoint: &Checkpoint, beside: &Beside) -> Self {
        let mut clock = Self {
            trainer: beside.global_step(),
            inside: checkpoint.progress.step.map(|step| step as f64),
            batches: checkpoint.batches(),
            ..Self::default()
        };
        let Some((state, file)) = checkpoint.state() else {
            return clock;
        };
        let largest = |own: &mut dyn Iterator<Item = f64>| own.max_by(f64::total_cmp);
        let entries = state.entries.values();
        clock.optimizer = largest(&mut entries.filter_map(|entry| file.step_of(entry)));
        clock.scale = state.scaler.map(|scaler| scaler.scale);
        let groups = &state.groups;
        clock.rate = largest(&mut groups.iter().filter_map(|group| group.rate));
        clock.initial_rate = largest(&mut groups.iter().filter_map(|group| group.initial_rate));
        let keeps = |own: &crate::checkpoint::ParameterGroup| {
            own.beta1.is_some() || own.momentum.is_some_and(|mu| mu > 0.0)
        };
        clock.no_entry = state.entries.is_empty() && groups.iter().any(keeps);
        clock
    }

    /// Steps made between an earlier file and this one, where optimizer or trainer counted them.
    pub fn made_since(&self, before: &Self) -> Option<f64> {
        let since = |now: Option<f64>, before: Option<f64>| Some(now? - before?);
        since(self.optimizer, before.optimizer)
            .or_else(|| (before.no_entry && self.no_entry).then_some(0.0))
            .or_else(|| before.no_entry.then_some(self.optimizer).flatten())
            .or_else(|| since(self.trainer, before.trainer))
    }

    /// Batches that went through the network since an earlier file.
    pub fn batches_since(&self, before: &Self) -> Option<f64> {
        Some(self.batches? - before.batches?)
    }
}

/// The steps between two files, whose names say that they are `named`.
pub fn between(told: Option<f64>, named: Option<f64>, before: &Clock, after: &Clock) -> Steps {
    let positive = |own: &f64| *own > 0.0;
    let since = |now: Option<f64>, old: Option<f64>| Some(now? - old?).filter(positive);
    let optimizer = since(after.optimizer, before.optimizer)
        .or_else(|| before.no_entry.then_some(after.optimizer).flatten());
    let batches = since(after.batches, before.batches);
    let (count, source) = if told.is_some() {
        (told, Source::Told)
    } else if optimizer.is_some() {
        (optimizer, Source::Optimizer)
    } else if let Some(steps) = since(after.trainer, before.trainer) {
        (Some(steps), Source::Trainer)
    } else if let Some(steps) = since(after.inside, before.inside) {
        (Some(steps), Source::Inside)
    } else if named.is_some() {
        (named, Source::Names)
    } else if batches.is_some() {
        (batches, Source::Norms)
    } else {
        (None, Source::Unknown)
    };
    Steps { count, source }
}

/// The rates at the last two of these times.
pub fn rates(clocks: &[Clock]) -> Rates {
    let mut last = clocks.iter().rev().map(|clock| clock.rate);
    let mut next = || last.next().flatten();
    Rates {
        last: next(),
        before: next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_optimizers_count_comes_before_names_and_norms() {
        let clock = |optimizer: f64, batches: f64| Clock {
            optimizer: Some(optimizer),
            batches: Some(batches),
            ..Clock::default()
        };
        let steps = |named, before: &Clock, after: &Clock| {
            let steps = between(None, named, before, after);
            (steps.count, steps.source)
        };
        let (a, b) = (clock(100.0, 400.0), clock(150.0, 600.0));
        assert_eq!(steps(Some(1.0), &a, &b), (Some(50.0), Source::Optimizer));
        // An optimizer that was made anew counts from 0.
        assert_eq!(steps(None, &b, &clock(10.0, 640.0)).0, Some(40.0));
        let norms = |batches| Clock {
            optimizer: None,
            ..clock(0.0, batches)
        };
        assert_eq!(steps(None, &norms(0.0), &norms(75.0)).0, Some(75.0));
        assert_eq!(steps(Some(50.0), &norms(0.0), &norms(75.0)).0, Some(50.0));
        let inside = |step| Clock {
            inside: Some(step),
            ..norms(0.0)
        };
        let told = steps(Some(50.0), &inside(16.0), &inside(32.0));
        assert_eq!(told, (Some(16.0), Source::Inside));
        // A loop that counts says nothing of the optimizer.
        assert_eq!(inside(32.0).made_since(&inside(16.0)), None);
        let nothing = Clock::default();
        assert_eq!(steps(None, &nothing, &nothing), (None, Source::Unknown));
        let fresh = Clock {
            no_entry: true,
            ..nothing
        };
        assert_eq!(b.made_since(&fresh), Some(150.0));
        assert_eq!(fresh.made_since(&fresh), Some(0.0));
    }
}
