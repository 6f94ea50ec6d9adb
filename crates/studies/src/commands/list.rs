//! `mortality list`.

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;
use studies::messages::causes;
use studies::store::{self, Contents, Store};
use studies::study::Study;

use super::common::{DataDir, MasterSeed, Output, StudyName, Version, studies};
use super::place::ResultsDir;
use super::{print, print_json};

/// List the studies, what they ask, and what of them is done
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality list
  mortality list my-study          a study in a folder
  mortality list --json
  mortality list --remove-old      after an update that changed the numbers")]
pub struct Arguments {
    /// Which studies; without any, all that come with the program
    #[arg(value_name = "STUDY|FOLDER", value_parser = StudyName)]
    studies: Vec<String>,
    #[command(flatten)]
    master: MasterSeed,
    /// Remove trials of older versions of the numbers, and those set aside as damaged
    #[arg(long)]
    remove_old: bool,
    #[command(flatten)]
    results: ResultsDir,
    #[command(flatten)]
    data: DataDir,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Listing {
    studies: Vec<Row>,
    store: Contents,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<usize>,
}

#[derive(Serialize)]
struct Row {
    study: &'static str,
    question: String,
    trials: usize,
    done: usize,
    /// What it reads from a data directory.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    needs: Vec<String>,
    /// Why the trials cannot be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// Lists the studies.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let store = arguments.results.store();
    let removed = if arguments.remove_old {
        Some(store::remove_old(&store)?)
    } else {
        None
    };
    let rows = studies(&arguments.studies)?.into_iter();
    let contents = store::contents(&store)?;
    let rows = rows.map(|study| row(study, arguments, &store));
    let listing = Listing {
        studies: rows.collect(),
        store: contents,
        removed,
    };
    if arguments.output.json {
        return print_json(&listing);
    }
    let mut text = String::new();
    for row in &listing.studies {
        let done = match &row.problem {
            Some(problem) => problem.clone(),
            None => format!("{} of {} trials done", row.done, row.trials),
        };
        let _ = writeln!(text, "{}  ({done})\n  {}", row.study, row.question);
        for needs in &row.needs {
            let _ = writeln!(text, "  Needs data: {needs}.");
        }
    }
    let _ = writeln!(text, "\n{}", stored(&listing, arguments));
    print(&text)
}

fn row(study: &'static Study, arguments: &Arguments, store: &Store) -> Row {
    let mut version = Version::default();
    version.master.seed = arguments.master.seed;
    let mut row = Row {
        study: study.name(),
        question: String::new(),
        trials: 0,
        done: 0,
        needs: study.needs(),
        problem: None,
    };
    if !row.needs.is_empty() && arguments.data.data_dir.is_none() {
        let written = study.written().ok();
        row.question = written.map_or_else(String::new, |written| written.spec.question);
        row.problem = Some("not counted without `--data-dir DIR`".into());
        return row;
    }
    match arguments.data.listed(study, &version) {
        Ok(plan) => {
            row.question.clone_from(&plan.spec.question);
            row.trials = plan.trials.len();
            row.done = plan.trials.iter().filter(|t| store.has(&t.id)).count();
        }
        Err(error) => row.problem = Some(causes(error.as_ref())),
    }
    row
}

fn stored(listing: &Listing, arguments: &Arguments) -> String {
    let Contents {
        trials,
        old,
        newer,
        unreadable,
        damaged,
    } = &listing.store;
    let place = arguments.results.place();
    let mut text = format!("{}: {trials} finished trials", place.display());
    if let Some(removed) = listing.removed {
        let _ = write!(text, ", {removed} old or damaged ones removed");
    }
    if *old > 0 {
        let option = arguments.results.option();
        let _ = write!(
            text,
            ", {old} of an older version of the numbers (`mortality list --remove-old{option}` \
             removes them)"
        );
    }
    if *newer > 0 {
        let _ = write!(
            text,
            ", {newer} of a newer version of this program (which reads them; they are left alone)"
        );
    }
    if *unreadable > 0 {
        let _ = write!(
            text,
            ", {unreadable} that cannot be read (a run that looks for their trials sets them aside)"
        );
    }
    if *damaged > 0 {
        let _ = write!(text, ", {damaged} set aside as damaged");
    }
    text
}
