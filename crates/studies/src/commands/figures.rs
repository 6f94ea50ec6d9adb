//! `mortality figures`.

use clap::Args;
use studies::evaluate::{Evaluation, evaluate};
use studies::plan::Plan;
use studies::study::STUDIES;

use super::common::{Version, studies};
use super::{Common, print, print_json};

/// Draw the figures from the stored results
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality figures                         every study that is finished
  mortality figures learning-rate
  mortality figures learning-rate --seed 7  beside its results, compared with what is published")]
pub struct Arguments {
    /// Which studies; without any, those that are finished
    #[arg(value_name = "STUDY")]
    studies: Vec<String>,
    #[command(flatten)]
    version: Version,
}

/// Draws.
pub fn run(arguments: &Arguments, common: &Common) -> anyhow::Result<()> {
    let store = common.store();
    let named = !arguments.studies.is_empty();
    let studies = if named {
        studies(&arguments.studies)?
    } else {
        STUDIES.to_vec()
    };
    let plans = studies
        .into_iter()
        .map(|study| common.plan(study, &arguments.version))
        .collect::<Result<Vec<_>, _>>()?;
    let mut evaluations = Vec::new();
    for plan in &plans {
        let finished = |plan: &Plan| plan.trials.iter().all(|trial| store.has(&trial.id));
        if !named && !finished(plan) {
            let name = plan.study.name();
            eprintln!("{name}: not finished; `mortality run {name}` runs what is missing");
            continue;
        }
        evaluations.push(evaluate(plan, &store, &common.figures_dir)?);
    }
    show(&evaluations, common)
}

/// Prints what came out.
pub fn show(evaluations: &[Evaluation], common: &Common) -> anyhow::Result<()> {
    if common.json {
        return print_json(&evaluations);
    }
    for evaluation in evaluations {
        let place = evaluation.directory.display();
        print(&format!("{}\n  written to {place}\n", evaluation.report))?;
    }
    Ok(())
}
