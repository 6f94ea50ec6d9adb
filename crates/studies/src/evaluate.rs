//! From a version of a study whose trials are finished to its tables, figures and words.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::bail;
use serde::Serialize;

use crate::frames::sql::{Budget, Limits};
use crate::frames::{FrameError, Part, Tables, read_tables};
use crate::plan::Plan;
use crate::progress::say;
use crate::report::{self, Report};
use crate::results::Results;
use crate::stop;
use crate::store::{Damaged, Found, Store};

/// How often the packs may change while they are read.
const MOST_GATHERED: u32 = 10;

/// A version of a study, evaluated and written.
#[derive(Debug, Serialize)]
pub struct Evaluation {
    /// What came out.
    #[serde(flatten)]
    pub report: Report,
    /// Whether this is the published version.
    pub published: bool,
    /// Where its tables and figures are.
    pub directory: PathBuf,
}

/// Evaluates a plan whose trials are all in the store. The published version goes to
/// `figures_dir`, its words into the READMEs beside that; every other one goes beside its results
/// and is compared with what is published. The statements of its analysis take together no more than
/// `limits`, else the process ends before anything is written.
///
/// # Errors
/// If a trial is missing or damaged, or something cannot be written.
pub fn evaluate(
    plan: &Plan,
    store: &Store,
    figures_dir: &Path,
    limits: Limits,
) -> anyhow::Result<Evaluation> {
    let mut results = results(plan, store, |table| plan.study.asks(table))?;
    results.budget = Some(Budget::new(limits, plan.study.name()));
    results.partial = plan.variant.is_some();
    let name = plan.study.name();
    let own = plan.study.place();
    let published = own.map_or_else(|| figures_dir.join(name), |place| place.join("figures"));
    let directory = match &plan.variant {
        None => published.clone(),
        Some(variant) => store.root().join("reports").join(name).join(variant),
    };
    let mut report = report::publish(plan, &results, &directory, &published)?;
    if plan.variant.is_none() {
        let root = figures_dir.parent().unwrap_or(Path::new(""));
        if let Some(place) = own {
            for (name, lock) in plan.study.unlocked()? {
                report::files::write(&place.join(name), lock.text().as_bytes())?;
            }
        }
        let Report {
            findings,
            tables,
            cited,
            ..
        } = &report;
        match own {
            Some(place) => report::update_own(place, findings, tables)?,
            None => report::update(root, name, findings, tables, cited)?,
        }
    } else {
        report.changed(&plan.changes, plan.comparable, &directory)?;
    }
    Ok(Evaluation {
        report,
        published: plan.variant.is_none(),
        directory,
    })
}

/// The results of a plan, of recorded tables those that are `asked` for.
///
/// # Errors
/// If a trial is missing or damaged; what is damaged is named, and stays where it is.
pub fn results(
    plan: &Plan,
    store: &Store,
    asked: impl Fn(&str) -> bool,
) -> anyhow::Result<Results> {
    if let Some(elsewhere) = &plan.elsewhere {
        return elsewhere.results(plan);
    }
    let (tables, digest) = stored(plan, store, asked)?;
    let replicates = plan.cells.iter().map(|cell| cell.replicates).max();
    let provenance = plan.provenance(replicates.unwrap_or(0), plan.trials.len(), digest);
    Ok(Results::new(tables, provenance))
}

/// The tables of a plan's trials, and a digest of what they recorded.
fn stored(
    plan: &Plan,
    store: &Store,
    asked: impl Fn(&str) -> bool,
) -> anyhow::Result<(Tables, String)> {
    let mut gathered = 0;
    loop {
        store.look()?;
        let mut digest = blake3::Hasher::new();
        let (mut parts, mut missing) = (Vec::with_capacity(plan.trials.len()), 0);
        let mut told = BTreeSet::new();
        for trial in &plan.trials {
            stop::check()?;
            match store.find(&trial.id) {
                Found::Whole { place, digest: own } => {
                    digest.update(own.as_bytes());
                    let settings = plan.front(trial);
                    parts.push(Part { place, settings });
                }
                Found::Missing => missing += 1,
                Found::Damaged(Damaged { path, reason, .. }) => {
                    if told.insert(path.clone()) {
                        say(&format!("damaged: {} {reason}", path.display()))?;
                    }
                    missing += 1;
                }
            }
        }
        if missing > 0 {
            let name = plan.study.name();
            let with = match plan.variant {
                Some(_) => ", with the same options,",
                None => "",
            };
            bail!(
                "{name}: {missing} of {} trials are missing or damaged in {}; \
                 `mortality run {name}`{with} runs them",
                plan.trials.len(),
                store.root().display()
            );
        }
        match read_tables(&parts, &asked) {
            // Another process has gathered a pack in the meantime: it is part of a larger one.
            Err(FrameError::File { source, .. })
                if source.kind() == io::ErrorKind::NotFound && gathered < MOST_GATHERED =>
            {
                gathered += 1;
            }
            tables => return Ok((tables?, digest.finalize().to_hex().to_string())),
        }
    }
}
