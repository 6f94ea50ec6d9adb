//! `mortality run`.

use std::num::NonZeroUsize;

use clap::Args;
use studies::evaluate::{Evaluation, evaluate};
use studies::frames::sql::Limits;
use studies::messages::counted;
use studies::plan::{Plan, Trial};
use studies::progress::say;
use studies::stop;
use studies::store::Store;
use studies::sweep::{self, Shard};

use super::common::{Drawing, StudyName, jobs, stop_at_signal, studies_without_data};
use super::{dry_run, figures};

/// Run what is missing of studies, then draw their figures
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality run learning-rate                     as published; writes figures/ and the READMEs
  mortality run --all --jobs 2
  mortality run elsewhere --data-dir DIR          needs files: `mortality list` says which
  mortality run learning-rate --dry-run           its trials, and the predicted minutes
  mortality run learning-rate --quick --set schedule.epochs=5
  mortality run learning-rate --seed 7            other seeds, compared with what is published
  mortality run learning-rate --dry-run --json    every trial: settings, seed, id
  mortality run learning-rate --shard 1/2         half of it; the other half elsewhere, then copy
                                                  both results/trials together")]
pub struct Arguments {
    /// Which studies
    #[arg(value_name = "STUDY", value_parser = StudyName, required_unless_present = "all")]
    studies: Vec<String>,
    /// Every study that needs no data directory
    #[arg(long, conflicts_with = "studies")]
    all: bool,
    /// Threads, one trial on each [default: one a core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    jobs: Option<NonZeroUsize>,
    /// Only every N-th trial, from the I-th
    #[arg(long, value_name = "I/N", allow_hyphen_values = true)]
    shard: Option<Shard>,
    /// Print the trials and the predicted time, and run nothing; with --json every trial
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    drawing: Drawing,
}

/// Runs the studies one after the other; nothing is run before all of them can be.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let drawing = &arguments.drawing;
    let studies = studies_without_data(if arguments.all {
        &[]
    } else {
        &arguments.studies
    })?;
    anyhow::ensure!(
        drawing.version.spec.is_none() || studies.len() == 1,
        "--spec is the specification of one study"
    );
    let limits = drawing.limits.limits()?;
    let plans = drawing.data.plans(studies, &drawing.version)?;
    let (store, jobs) = (drawing.results.store(), jobs(arguments.jobs));
    store.look()?;
    if arguments.dry_run {
        let own = |trial: &Trial| {
            let of_shard = arguments.shard.is_none_or(|shard| shard.takes(trial.index));
            of_shard && !store.has(&trial.id)
        };
        return dry_run::run(&plans, &store, jobs, &own, drawing.output.json);
    }
    stop_at_signal()?;
    store.prepare()?;
    figures::show_each(&plans, drawing.output.json, |plan| {
        carry_out(plan, &store, jobs, limits, arguments)
    })
}

/// Runs what is missing of a study, and draws it if then all is there.
fn carry_out(
    plan: &Plan,
    store: &Store,
    jobs: usize,
    limits: Limits,
    arguments: &Arguments,
) -> anyhow::Result<Option<Evaluation>> {
    let missing = sweep::missing(plan, store)?;
    let own = |trial: &&&Trial| arguments.shard.is_none_or(|shard| shard.takes(trial.index));
    let own: Vec<&Trial> = missing.iter().filter(own).copied().collect();
    let threads = sweep::threads(jobs, own.len());
    if arguments.jobs.is_some() && threads < jobs && !own.is_empty() {
        let (name, trials) = (plan.study.name(), counted(own.len(), "trial"));
        let told = say(&format!(
            "{name}: {trials} to run, on {}; more of the {jobs} would have nothing to do",
            counted(threads, "thread")
        ));
        told.map_err(sweep::SweepError::Unread)?;
    }
    sweep::run(plan, store, &own, jobs, stop::asked())?;
    store.look()?;
    let left = missing.iter().filter(|trial| !store.has(&trial.id)).count();
    if left == 0 {
        let figures_dir = &arguments.drawing.figures.place();
        return Ok(Some(evaluate(plan, store, figures_dir, limits)?));
    }
    let name = plan.study.name();
    let options = arguments.drawing.version.options() + &arguments.drawing.results.option();
    let told = say(&format!(
        "{name}: this shard is finished, {left} trials belong to others; with theirs in {} too, \
         `mortality figures {name}{options}` draws",
        store.root().join("trials").display()
    ));
    told.map_err(sweep::SweepError::Unread)?;
    Ok(None)
}
