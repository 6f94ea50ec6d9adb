//! `mortality figures`.

use clap::Args;
use studies::evaluate::{Evaluation, evaluate};
use studies::plan::Plan;
use studies::study::STUDIES;

use studies::progress::say;
use studies::sweep::SweepError;

use super::common::{
    DataDir, FiguresDir, Output, ResultsDir, StudyName, Version, stop_at_signal, studies,
};
use super::{print, print_json, unfinished};

/// Draw the figures from the stored results
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality figures                         every study that is finished
  mortality figures learning-rate
  mortality figures learning-rate --seed 7  beside its results, compared with what is published")]
pub struct Arguments {
    /// Which studies; without any, those that are finished
    #[arg(value_name = "STUDY", value_parser = StudyName)]
    studies: Vec<String>,
    #[command(flatten)]
    version: Version,
    #[command(flatten)]
    results: ResultsDir,
    #[command(flatten)]
    figures: FiguresDir,
    #[command(flatten)]
    data: DataDir,
    #[command(flatten)]
    output: Output,
}

/// Draws.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let store = arguments.results.store();
    let named = !arguments.studies.is_empty();
    let studies = if named {
        studies(&arguments.studies)?
    } else {
        STUDIES.iter().collect()
    };
    let plans = arguments.data.plans(studies, &arguments.version)?;
    stop_at_signal()?;
    let mut evaluations = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        let finished = |plan: &Plan| plan.trials.iter().all(|trial| store.has(&trial.id));
        if !named && !finished(plan) {
            let name = plan.study.name();
            let told = say(&format!(
                "{name}: not finished; `mortality run {name}` runs what is missing"
            ));
            told.map_err(SweepError::Unread)?;
            continue;
        }
        let evaluation = evaluate(plan, &store, &arguments.figures.figures_dir)?;
        if arguments.output.json {
            evaluations.push(evaluation);
            continue;
        }
        let is_last = index + 1 == plans.len();
        show(&evaluation).map_err(|error| if is_last { error } else { unfinished(error) })?;
    }
    if arguments.output.json {
        return print_json(&evaluations);
    }
    Ok(())
}

/// Prints what came out.
pub fn show(evaluation: &Evaluation) -> anyhow::Result<()> {
    let place = evaluation.directory.display();
    print(&format!("{}\n  written to {place}\n\n", evaluation.report))
}
