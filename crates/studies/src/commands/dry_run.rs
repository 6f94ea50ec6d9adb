//! `mortality run --dry-run`: what would be run, and how long it would take.

use std::collections::BTreeMap;

use serde::Serialize;
use studies::messages::counted;
use studies::plan::{Plan, Trial};
use studies::progress::duration;
use studies::prose::aligned;
use studies::store::Store;
use studies::sweep::{self, Prediction};

use super::{print, print_json};

#[derive(Serialize)]
struct Forecast<'a> {
    study: &'static str,
    trials: usize,
    to_run: usize,
    predicted_seconds: f64,
    /// Every trial, in order.
    list: Vec<Row<'a>>,
}

/// One trial.
#[derive(Serialize)]
struct Row<'a> {
    study: &'static str,
    trial: usize,
    arm: &'a str,
    cell: usize,
    replicate: u32,
    seed: u64,
    id: &'a str,
    /// Whether its results are in the store.
    done: bool,
    /// Whether this command would run it: no if it is done or of another shard.
    to_run: bool,
    /// What the design varies or sets, as it stands in the results.
    settings: BTreeMap<&'a str, serde_json::Value>,
}

/// Prints the plans; `own` says which trials this command would run.
pub fn run(
    plans: &[Plan],
    store: &Store,
    jobs: usize,
    own: &dyn Fn(&Trial) -> bool,
    json: bool,
) -> anyhow::Result<()> {
    let mut forecasts = Vec::new();
    for plan in plans {
        let to_run: Vec<&Trial> = plan.trials.iter().filter(|trial| own(trial)).collect();
        let Prediction { time, threads } = sweep::predict(plan, store, &to_run, jobs)?;
        let name = plan.study.name();
        if json {
            forecasts.push(Forecast {
                study: name,
                trials: plan.trials.len(),
                to_run: to_run.len(),
                predicted_seconds: time.as_secs_f64(),
                list: plan
                    .trials
                    .iter()
                    .map(|trial| row(plan, trial, store, own(trial)))
                    .collect(),
            });
            continue;
        }
        let (trials, left, time) = (plan.trials.len(), to_run.len(), duration(time));
        let few = if threads < jobs && left > 0 {
            "; more would have nothing to do"
        } else {
            ""
        };
        print(&format!(
            "{name}: {trials} trials, {left} to run, about {time} on {}{few}\n{}",
            counted(threads, "thread"),
            aligned(&cells(plan, &to_run))
        ))?;
    }
    if json { print_json(&forecasts) } else { Ok(()) }
}

fn row<'a>(plan: &'a Plan, trial: &'a Trial, store: &Store, to_run: bool) -> Row<'a> {
    let cell = plan.cell(trial);
    let settings = cell.columns.iter().map(|(name, value)| {
        let value = serde_json::to_value(value).unwrap_or_default();
        (name.as_str(), value)
    });
    Row {
        study: plan.study.name(),
        trial: trial.index,
        arm: &cell.arm,
        cell: trial.cell,
        replicate: trial.replicate,
        seed: trial.seed,
        id: &trial.id,
        done: store.has(&trial.id),
        to_run,
        settings: settings.collect(),
    }
}

/// A row for each cell: its trials, its settings, how many are to be run.
pub(super) fn cells(plan: &Plan, to_run: &[&Trial]) -> Vec<Vec<String>> {
    let columns = plan.cells.first().map_or(&[][..], |cell| &cell.columns);
    let names = columns.iter().map(|(name, _)| name.as_str());
    let header = ["trials", "arm"].into_iter().chain(names).chain(["to run"]);
    let mut rows = vec![header.map(str::to_owned).collect::<Vec<_>>()];
    let mut places = vec![Vec::new(); plan.cells.len()];
    for trial in &plan.trials {
        places[trial.cell].push(trial.index);
    }
    let mut left = vec![0; plan.cells.len()];
    for trial in to_run {
        left[trial.cell] += 1;
    }
    for ((cell, places), left) in plan.cells.iter().zip(places).zip(left) {
        let mut row = vec![ranges(&places), cell.arm.clone()];
        row.extend(cell.columns.iter().map(|(_, value)| value.to_string()));
        row.push(left.to_string());
        rows.push(row);
    }
    rows
}

/// The places of a cell's trials: those of an amendment stand behind all others.
fn ranges(places: &[usize]) -> String {
    let runs = places.chunk_by(|one, next| one + 1 == *next);
    let runs = runs.map(|run| format!("{}-{}", run[0], run[run.len() - 1]));
    runs.collect::<Vec<_>>().join(", ")
}
