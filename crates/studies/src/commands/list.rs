//! `mortality list`.

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;
use studies::store::{self, Contents};
use studies::study::{STUDIES, Study};

use super::common::Version;
use super::{Common, print, print_json};

/// List the studies, what they ask, and what of them is done
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality list
  mortality list --json
  mortality list --remove-old      after an update that changed the numbers")]
pub struct Arguments {
    /// Master seed whose trials are counted
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Remove trials of other versions of the numbers, and those set aside as damaged
    #[arg(long)]
    remove_old: bool,
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
    /// Why the trials cannot be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// Lists the studies.
pub fn run(arguments: &Arguments, common: &Common) -> anyhow::Result<()> {
    let store = common.store();
    let removed = if arguments.remove_old {
        Some(store::remove_old(&store)?)
    } else {
        None
    };
    let rows = STUDIES.iter().map(|study| row(*study, arguments, common));
    let listing = Listing {
        studies: rows.collect(),
        store: store::contents(&store)?,
        removed,
    };
    if common.json {
        return print_json(&listing);
    }
    let mut text = String::new();
    for row in &listing.studies {
        let done = match &row.problem {
            Some(problem) => problem.clone(),
            None => format!("{} of {} trials done", row.done, row.trials),
        };
        let _ = writeln!(text, "{}  ({done})\n  {}", row.study, row.question);
    }
    let _ = writeln!(text, "\n{}", stored(&listing, common));
    print(&text)
}

fn row(study: &'static dyn Study, arguments: &Arguments, common: &Common) -> Row {
    let version = Version {
        seed: arguments.seed,
        ..Version::default()
    };
    let store = common.store();
    match common.plan(study, &version) {
        Ok(plan) => Row {
            study: study.name(),
            question: plan.spec.question.clone(),
            trials: plan.trials.len(),
            done: plan.trials.iter().filter(|t| store.has(&t.id)).count(),
            problem: None,
        },
        Err(error) => Row {
            study: study.name(),
            question: String::new(),
            trials: 0,
            done: 0,
            problem: Some(format!("{error:#}")),
        },
    }
}

fn stored(listing: &Listing, common: &Common) -> String {
    let Contents {
        trials,
        old,
        unreadable,
        damaged,
    } = &listing.store;
    let mut text = format!("{}: {trials} finished trials", common.results.display());
    if let Some(removed) = listing.removed {
        let _ = write!(text, ", {removed} old or damaged ones removed");
    }
    if *old > 0 {
        let _ = write!(
            text,
            ", {old} of another version of the numbers (`mortality list --remove-old` removes them)"
        );
    }
    if *unreadable > 0 {
        let _ = write!(
            text,
            ", {unreadable} that cannot be read (the next run sets them aside)"
        );
    }
    if *damaged > 0 {
        let _ = write!(text, ", {damaged} set aside as damaged");
    }
    text
}
