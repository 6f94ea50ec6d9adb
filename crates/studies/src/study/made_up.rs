//! Made-up results of the true shape for studies that compare arms, for tests only.

use crate::aggregate::{Frame, Value};
use crate::figures::synthetic::provenance;
use crate::study::Results;
use crate::table::Values;

const STEPS: [i64; 5] = [0, 45, 90, 765, 900];
/// Layers, and filters of each.
const LAYERS: i64 = 2;
/// Filters of each layer.
pub const FILTERS: i64 = 4;

/// What becomes of a made-up network. Filters change in the first layer only, at step 45.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    /// `working`, `collapsed` or `diverged`, from step 45 on.
    pub outcome: &'static str,
    /// Filters dead since step 0.
    pub born_dead: i64,
    /// Filters that die.
    pub died: i64,
    /// Filters that become silent and do not die.
    pub silent: i64,
    /// On held-out images.
    pub accuracy: f64,
}

/// Columns of a table while it grows.
#[derive(Default)]
struct Columns(Vec<(String, Vec<Value>)>);

impl Columns {
    fn push(&mut self, row: Vec<(&str, Value)>) {
        for (name, value) in row {
            match self.0.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => values.push(value),
                None => self.0.push((name.into(), vec![value])),
            }
        }
    }

    fn into_frame(self) -> Frame {
        let typed = |values: Vec<Value>| match &values[0] {
            Value::Real(_) => Values::Real(
                values
                    .iter()
                    .map(|value| match value {
                        Value::Real(value) => *value,
                        _ => f64::NAN,
                    })
                    .collect(),
            ),
            Value::Text(_) => Values::Text(
                values
                    .iter()
                    .map(|value| match value {
                        Value::Text(text) => text.clone(),
                        _ => String::new(),
                    })
                    .collect(),
            ),
            Value::Flag(_) => Values::Flag(
                values
                    .iter()
                    .map(|value| matches!(value, Value::Flag(true)))
                    .collect(),
            ),
            Value::Integer(_) => Values::Integer(
                values
                    .iter()
                    .map(|value| match value {
                        Value::Integer(value) => *value,
                        _ => None,
                    })
                    .collect(),
            ),
        };
        let columns = self.0.into_iter();
        Frame::new(
            columns
                .map(|(name, values)| (name, typed(values)))
                .collect(),
        )
        .unwrap()
    }
}

/// Results of the cells, each its settings (column and value) and number of replicates;
/// `network` says what becomes of a cell's replicate.
pub fn results(
    cells: &[(Vec<(&'static str, Value)>, i64)],
    network: impl Fn(usize, i64) -> Network,
) -> Results {
    let (mut trials, mut censuses, mut filters) =
        (Columns::default(), Columns::default(), Columns::default());
    let mut trial = 0;
    for (cell, (settings, replicates)) in cells.iter().enumerate() {
        for replicate in 0..*replicates {
            let own = network(cell, replicate);
            let first = |rest: Vec<(&'static str, Value)>| {
                let mut row = vec![
                    ("trial", Value::Integer(Some(trial))),
                    ("replicate", Value::Integer(Some(replicate))),
                ];
                row.extend(settings.iter().cloned());
                row.extend(rest);
                row
            };
            trials.push(first(of_trial(own)));
            for step in STEPS {
                for layer in 0..LAYERS {
                    censuses.push(first(of_census(own, step, layer)));
                }
            }
            for layer in 0..LAYERS {
                for filter in 0..FILTERS {
                    filters.push(first(of_filter(own, layer, filter)));
                }
            }
            trial += 1;
        }
    }
    Results {
        provenance: provenance(),
        trials: trials.into_frame(),
        censuses: censuses.into_frame(),
        filters: filters.into_frame(),
        probes: Frame::default(),
    }
}

fn of_trial(own: Network) -> Vec<(&'static str, Value)> {
    let lost = |this: &str| Value::Integer((own.outcome == this).then_some(45));
    let real = Value::Real;
    vec![
        ("outcome", Value::Text(own.outcome.into())),
        ("annealing_step", Value::Integer(Some(765))),
        ("diverged_step", lost("diverged")),
        ("collapsed_step", lost("collapsed")),
        ("layer_dead_step", lost("collapsed")),
        (
            "layer_dead",
            Value::Integer((own.outcome == "collapsed").then_some(1)),
        ),
        ("held_out_accuracy", real(own.accuracy)),
        (
            "held_out_accuracy_before_annealing",
            real(own.accuracy - 0.01),
        ),
        ("train_accuracy", real(own.accuracy)),
        ("dead_steps", Value::Integer(Some(855 * own.died))),
        ("dead_steps_with_gradient", Value::Integer(Some(0))),
    ]
}

fn of_census(own: Network, step: i64, layer: i64) -> Vec<(&'static str, Value)> {
    let whole = |value: i64| Value::Integer(Some(value));
    let later = i64::from(step > 0);
    let here = i64::from(layer == 0);
    let dead = here * (own.born_dead + later * own.died);
    let silent = dead + here * later * own.silent;
    let outcome = if step > 0 { own.outcome } else { "working" };
    vec![
        ("step", whole(step)),
        ("layer", whole(layer)),
        ("outcome", Value::Text(outcome.into())),
        ("filters", whole(FILTERS)),
        ("silent", whole(silent)),
        ("dead", whole(dead)),
        ("saturated", whole(0)),
        ("cut_off", whole(0)),
        ("units", whole(64)),
        ("silent_units", whole(16 * silent)),
    ]
}

fn of_filter(own: Network, layer: i64, filter: i64) -> Vec<(&'static str, Value)> {
    let here = layer == 0;
    let born = here && filter < own.born_dead;
    let dead = here && filter < own.born_dead + own.died;
    let silent = here && filter < own.born_dead + own.died + own.silent;
    let when = |step: i64| Value::Integer((dead && !born).then_some(step));
    let flag = Value::Flag;
    vec![
        ("layer", Value::Integer(Some(layer))),
        ("filter", Value::Integer(Some(filter))),
        ("dead_at_end", flag(dead)),
        ("dead_before_annealing", flag(dead)),
        ("born_dead", flag(born)),
        ("ever_dead", flag(dead)),
        ("silent_at_end", flag(silent)),
        ("saturated_at_end", flag(false)),
        ("cut_off_at_end", flag(false)),
        ("revivals", Value::Integer(Some(0))),
        ("final_death_after", when(20)),
        ("final_death_by", when(45)),
    ]
}
