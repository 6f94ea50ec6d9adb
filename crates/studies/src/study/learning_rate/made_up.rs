//! Made-up results of the true shape, for tests only.

use crate::aggregate::Frame;
use crate::figures::synthetic::provenance;
use crate::study::Results;
use crate::table::Values;

const RATES: [f64; 4] = [0.02, 0.2, 0.5, 2.0];
const REPLICATES: i64 = 4;
const STEPS: [i64; 4] = [0, 45, 765, 900];
/// Filters of each of two layers.
const FILTERS: i64 = 4;

/// Two conditions, four rates, four replicates. At the i-th rate `i` filters of the first layer
/// die at step 45 in replicates 0 and 1, one more in the others; at the highest rate replicate 3
/// collapses and replicate 2 diverges.
pub fn results() -> Results {
    let mut trials: Vec<Vec<f64>> = vec![Vec::new(); 17];
    let mut outcomes = Vec::new();
    let mut censuses: Vec<Vec<f64>> = vec![Vec::new(); 9];
    let mut census_outcomes = Vec::new();
    let mut filters: Vec<Vec<f64>> = vec![Vec::new(); 11];
    let mut trial = 0;
    for momentum in [0.0, 0.9] {
        for (index, rate) in RATES.iter().enumerate() {
            for replicate in 0..REPLICATES {
                let outcome = match (index, replicate) {
                    (3, 3) => "collapsed",
                    (3, 2) => "diverged",
                    _ => "working",
                };
                let lost = if outcome == "working" { f64::NAN } else { 45.0 };
                let dead = (index as i64 + i64::from(replicate > 1)).min(FILTERS);
                let when = |this: &str| if outcome == this { lost } else { f64::NAN };
                let accuracy = if outcome == "working" {
                    0.98 - 0.01 * dead as f64
                } else {
                    0.1
                };
                let row = [
                    trial as f64,
                    (trial / REPLICATES) as f64,
                    replicate as f64,
                    momentum,
                    *rate,
                    900.0,
                    45.0,
                    765.0,
                    when("diverged"),
                    when("collapsed"),
                    lost,
                    if lost.is_nan() { f64::NAN } else { 1.0 },
                    accuracy,
                    accuracy - 0.01,
                    dead as f64 * 855.0,
                    0.0,
                    accuracy,
                ];
                trials
                    .iter_mut()
                    .zip(row)
                    .for_each(|(column, value)| column.push(value));
                outcomes.push(outcome.to_owned());
                for step in STEPS {
                    let now = if step > 0 { outcome } else { "working" };
                    for layer in 0..2 {
                        let count = if layer == 0 && step > 0 { dead } else { 0 };
                        let row = [
                            trial as f64,
                            step as f64,
                            layer as f64,
                            FILTERS as f64,
                            count as f64,
                            count as f64,
                            0.0,
                            64.0,
                            (16 * count) as f64,
                        ];
                        let columns = censuses.iter_mut().zip(row);
                        columns.for_each(|(column, value)| column.push(value));
                        census_outcomes.push(now.to_owned());
                    }
                }
                for layer in 0..2 {
                    for filter in 0..FILTERS {
                        let dies = layer == 0 && filter < dead;
                        let (after, by) = if dies {
                            (20.0, 45.0)
                        } else {
                            (f64::NAN, f64::NAN)
                        };
                        let flag = f64::from(u8::from(dies));
                        let row = [
                            trial as f64,
                            layer as f64,
                            flag,
                            flag,
                            0.0,
                            flag,
                            0.0,
                            after,
                            by,
                            flag,
                            0.0,
                        ];
                        let columns = filters.iter_mut().zip(row);
                        columns.for_each(|(column, value)| column.push(value));
                    }
                }
                trial += 1;
            }
        }
    }
    let names = [
        "trial",
        "cell",
        "replicate",
        "momentum",
        "learning_rate",
        "steps",
        "steps_per_epoch",
        "annealing_step",
        "diverged_step",
        "collapsed_step",
        "layer_dead_step",
        "layer_dead",
        "held_out_accuracy",
        "held_out_accuracy_before_annealing",
        "dead_steps",
        "dead_steps_with_gradient",
        "train_accuracy",
    ];
    let flags = [
        "dead_at_end",
        "dead_before_annealing",
        "born_dead",
        "ever_dead",
        "silent_at_end",
        "cut_off_at_end",
    ];
    let real = [
        "momentum",
        "learning_rate",
        "held_out_accuracy",
        "train_accuracy",
    ];
    let columns = |names: &[&str], values: Vec<Vec<f64>>| -> Vec<(String, Values)> {
        let typed = |name: &str, values: Vec<f64>| {
            if real.iter().any(|real| name.starts_with(real)) {
                Values::Real(values)
            } else if flags.contains(&name) {
                Values::Flag(values.iter().map(|value| *value == 1.0).collect())
            } else {
                let whole = |value: &f64| value.is_finite().then_some(*value as i64);
                Values::Integer(values.iter().map(whole).collect())
            }
        };
        let named = names.iter().zip(values);
        named
            .map(|(name, values)| ((*name).to_owned(), typed(name, values)))
            .collect()
    };
    let mut trials = columns(&names, trials);
    trials.push(("outcome".into(), Values::Text(outcomes)));
    let names = [
        "trial",
        "step",
        "layer",
        "filters",
        "silent",
        "dead",
        "cut_off",
        "units",
        "silent_units",
    ];
    let mut censuses = columns(&names, censuses);
    censuses.push(("outcome".into(), Values::Text(census_outcomes)));
    let names = [
        "trial",
        "layer",
        "dead_at_end",
        "dead_before_annealing",
        "born_dead",
        "ever_dead",
        "revivals",
        "final_death_after",
        "final_death_by",
        "silent_at_end",
        "cut_off_at_end",
    ];
    let filters = columns(&names, filters);
    Results {
        provenance: provenance(),
        trials: Frame::new(trials).unwrap(),
        censuses: Frame::new(censuses).unwrap(),
        filters: Frame::new(filters).unwrap(),
        probes: Frame::default(),
    }
}
