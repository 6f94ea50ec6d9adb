//! `mortality run`.

use std::num::NonZeroUsize;

use clap::Args;
use serde::Serialize;
use studies::evaluate::evaluate;
use studies::plan::{Plan, Trial};
use studies::progress::duration;
use studies::report::aligned;
use studies::study::STUDIES;
use studies::sweep::{self, Shard};

use super::common::{Version, jobs, stop_signal, studies};
use super::{Common, figures, print, print_json};

/// Run what is missing of studies, then draw their figures
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality run learning-rate                     as published; writes figures/ and the READMEs
  mortality run --all --jobs 2
  mortality run learning-rate --dry-run           its trials, and the predicted minutes
  mortality run learning-rate --quick --set schedule.epochs=5
  mortality run learning-rate --seed 7            other seeds, compared with what is published
  mortality run learning-rate --shard 1/2         half of it; the other half elsewhere, then copy
                                                  both results/trials together")]
pub struct Arguments {
    /// Which studies
    #[arg(value_name = "STUDY", required_unless_present = "all")]
    studies: Vec<String>,
    /// Every study
    #[arg(long, conflicts_with = "studies")]
    all: bool,
    #[command(flatten)]
    version: Version,
    /// Threads, one trial on each [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Only every N-th trial, from the I-th
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Print the trials and the predicted time, and run nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs the studies one after the other; nothing is run before all of them can be.
pub fn run(arguments: &Arguments, common: &Common) -> anyhow::Result<()> {
    let studies = if arguments.all {
        STUDIES.to_vec()
    } else {
        studies(&arguments.studies)?
    };
    anyhow::ensure!(
        arguments.version.spec.is_none() || studies.len() == 1,
        "--spec is the specification of one study"
    );
    let plans = studies
        .into_iter()
        .map(|study| common.plan(study, &arguments.version))
        .collect::<Result<Vec<_>, _>>()?;
    if arguments.dry_run {
        return dry_run(&plans, arguments, common);
    }
    let stop = stop_signal()?;
    let store = common.store();
    store.prepare()?;
    let mut evaluations = Vec::new();
    for plan in &plans {
        let missing = sweep::missing(plan, &store)?;
        let own = of_shard(&missing, arguments.shard);
        sweep::run(plan, &store, &own, jobs(arguments.jobs), &stop)?;
        let left = missing.iter().filter(|trial| !store.has(&trial.id)).count();
        if left == 0 {
            evaluations.push(evaluate(plan, &store, &common.figures_dir)?);
        } else {
            let (name, options) = (plan.study.name(), arguments.version.options());
            eprintln!(
                "{name}: this shard is finished, {left} trials belong to others; with theirs in {} \
                 too, `mortality figures {name}{options}` draws",
                store.root().join("trials").display()
            );
        }
    }
    figures::show(&evaluations, common)
}

fn of_shard<'a>(trials: &[&'a Trial], shard: Option<Shard>) -> Vec<&'a Trial> {
    let own = |trial: &&&Trial| shard.is_none_or(|shard| trial.index % shard.of == shard.index);
    trials.iter().filter(own).copied().collect()
}

#[derive(Serialize)]
struct Forecast {
    study: &'static str,
    trials: usize,
    to_run: usize,
    predicted_seconds: f64,
}

fn dry_run(plans: &[Plan], arguments: &Arguments, common: &Common) -> anyhow::Result<()> {
    let store = common.store();
    let jobs = jobs(arguments.jobs);
    let mut forecasts = Vec::new();
    for plan in plans {
        let missing: Vec<&Trial> = plan.trials.iter().filter(|t| !store.has(&t.id)).collect();
        let own = of_shard(&missing, arguments.shard);
        let time = sweep::predict(plan, &store, &own, jobs)?;
        let name = plan.study.name();
        if !common.json {
            let (trials, to_run, time) = (plan.trials.len(), own.len(), duration(time));
            print(&format!(
                "{name}: {trials} trials, {to_run} to run, about {time} on {jobs} threads\n{}",
                aligned(&cells(plan, &own))
            ))?;
        }
        forecasts.push(Forecast {
            study: name,
            trials: plan.trials.len(),
            to_run: own.len(),
            predicted_seconds: time.as_secs_f64(),
        });
    }
    if common.json {
        return print_json(&forecasts);
    }
    Ok(())
}

/// A row for each cell: its trials, its settings, how many are to be run.
fn cells(plan: &Plan, to_run: &[&Trial]) -> Vec<Vec<String>> {
    let columns = plan.cells.first().map_or(&[][..], |cell| &cell.columns);
    let names = columns.iter().map(|(name, _)| name.as_str());
    let header = ["trials", "arm"].into_iter().chain(names).chain(["to run"]);
    let mut rows = vec![header.map(str::to_owned).collect::<Vec<_>>()];
    let mut first = 0;
    for (index, cell) in plan.cells.iter().enumerate() {
        let count = cell.replicates as usize;
        let left = to_run.iter().filter(|trial| trial.cell == index).count();
        let mut row = vec![format!("{first}-{}", first + count - 1), cell.arm.clone()];
        row.extend(cell.columns.iter().map(|(_, value)| value.to_string()));
        row.push(left.to_string());
        rows.push(row);
        first += count;
    }
    rows
}
