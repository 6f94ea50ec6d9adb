//! `mortality figures`.

use clap::Args;
use studies::evaluate::{Evaluation, evaluate};
use studies::plan::Plan;
use studies::progress::say;
use studies::sweep::SweepError;

use super::common::{Drawing, StudyName, stop_at_signal, studies_without_data};
use super::{print, print_json, unfinished};

/// Draw the figures from the stored results
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality figures                         every study that is finished
  mortality figures learning-rate
  mortality figures learning-rate --seed 7  beside its results, compared with what is published")]
pub struct Arguments {
    /// Which studies; without any, those that are finished and need no data directory
    #[arg(value_name = "STUDY", value_parser = StudyName)]
    studies: Vec<String>,
    #[command(flatten)]
    drawing: Drawing,
}

/// Draws.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let Drawing {
        version,
        results,
        figures,
        data,
        limits,
        output,
    } = &arguments.drawing;
    let store = results.store();
    let named = !arguments.studies.is_empty();
    let limits = limits.limits()?;
    let plans = data.plans(studies_without_data(&arguments.studies)?, version)?;
    stop_at_signal()?;
    store.look()?;
    show_each(&plans, output.json, |plan| {
        if !named && !plan.trials.iter().all(|trial| store.has(&trial.id)) {
            let name = plan.study.name();
            let told = say(&format!(
                "{name}: not finished; `mortality run {name}` runs what is missing"
            ));
            told.map_err(SweepError::Unread)?;
            return Ok(None);
        }
        evaluate(plan, &store, &figures.place(), limits).map(Some)
    })
}

/// Evaluates plans, where they can be, and prints what came out: of each when it is there, or of
/// all as JSON.
pub fn show_each(
    plans: &[Plan],
    json: bool,
    mut evaluated: impl FnMut(&Plan) -> anyhow::Result<Option<Evaluation>>,
) -> anyhow::Result<()> {
    let mut evaluations = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        let Some(evaluation) = evaluated(plan)? else {
            continue;
        };
        if json {
            evaluations.push(evaluation);
            continue;
        }
        let place = evaluation.directory.display();
        let shown = print(&format!("{}\n  written to {place}\n\n", evaluation.report));
        let is_last = index + 1 == plans.len();
        shown.map_err(|error| if is_last { error } else { unfinished(error) })?;
    }
    if json {
        return print_json(&evaluations);
    }
    Ok(())
}
