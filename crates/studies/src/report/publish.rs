//! Evaluates a study and writes what came out.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use super::terminal::{aligned, item};
use super::{columns, files, verdicts};
use crate::predictions::{Estimate, Prediction, Verdict, judge_all};
use crate::study::{Results, Study};
use crate::table::Table;

/// What one version of a study gave, in words and numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The study's name.
    pub study: String,
    /// The numbers that predictions refer to.
    pub estimates: Vec<Estimate>,
    /// How each prediction comes out, and how it came out as published.
    pub predictions: Vec<Compared>,
    /// What was found, the answer first.
    pub findings: Vec<String>,
    /// The table of predictions, for the README.
    #[serde(skip)]
    pub table: Table,
}

/// A judged prediction beside what is published of it.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// As judged now.
    pub verdict: Verdict,
    /// The published outcome; none where nothing is published.
    pub published: Option<String>,
}

/// Evaluates a study and writes its tables and figures into `directory`. `published` is where
/// the published version's tables are, to compare with.
///
/// # Errors
/// If the results cannot be evaluated or a file cannot be written.
pub fn publish(
    study: &dyn Study,
    predictions: &[Prediction],
    results: &Results,
    directory: &Path,
    published: &Path,
) -> anyhow::Result<Report> {
    let estimates = study.estimates(results)?;
    let verdicts = judge_all(predictions, &estimates)?;
    let figures = study.figures(results)?;
    let table = verdicts::predictions(&verdicts);
    let mut tables = vec![table.clone(), verdicts::estimates(&estimates)];
    tables.extend(study.tables(results)?);
    tables.extend(figures.iter().map(|figure| figure.table.clone()));
    let findings = study.findings(&tables)?;
    let outcomes = published_outcomes(published);
    let place = || format!("cannot write in {}", directory.display());
    fs::create_dir_all(directory).with_context(place)?;
    for figure in &figures {
        files::write_figure(figure, &results.provenance, directory)?;
    }
    for table in &tables {
        files::write_table(table, directory)?;
    }
    let described: Vec<&Table> = tables.iter().collect();
    let page = columns::describe(study.name(), &described);
    files::write(&directory.join("TABLES.md"), page.as_bytes())?;
    Ok(Report {
        study: study.name().into(),
        estimates,
        predictions: verdicts
            .into_iter()
            .map(|verdict| Compared {
                published: outcomes
                    .iter()
                    .find(|(id, _)| *id == verdict.prediction.id)
                    .map(|(_, outcome)| outcome.clone()),
                verdict,
            })
            .collect(),
        findings,
        table,
    })
}

/// Id and outcome of each prediction as published; empty where nothing is.
fn published_outcomes(directory: &Path) -> Vec<(String, String)> {
    let read = || {
        let path = directory.join(format!("{}.csv", verdicts::PREDICTIONS));
        let text = fs::read_to_string(path).ok()?;
        let table = Table::read_csv(verdicts::PREDICTIONS, &text).ok()?;
        let (ids, outcomes) = (table.words("id").ok()?, table.words("outcome").ok()?);
        Some(ids.into_iter().zip(outcomes).collect())
    };
    read().unwrap_or_default()
}

impl fmt::Display for Report {
    /// What was found, then one table: how each prediction comes out, and how as published.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.study)?;
        for finding in &self.findings {
            f.write_str(&item(finding))?;
        }
        if self.predictions.is_empty() {
            return Ok(());
        }
        let header = ["prediction", "here", "published", "", "judged by"];
        let mut rows = vec![header.map(str::to_owned).to_vec()];
        for Compared { verdict, published } in &self.predictions {
            let outcome = verdict.outcome.to_string();
            let same = match published {
                Some(published) if *published == outcome => "same",
                Some(_) => "differs",
                None => "",
            };
            let reason = verdict.reason.as_ref();
            let reason = reason.map_or(String::new(), |reason| format!("; {reason}"));
            rows.push(vec![
                verdict.prediction.id.clone(),
                outcome,
                published.clone().unwrap_or_else(|| "-".into()),
                same.into(),
                judged_by(verdict) + &reason,
            ]);
        }
        write!(f, "\n{}", aligned(&rows))
    }
}

/// The estimate with the interval, or the count, that judges.
fn judged_by(verdict: &Verdict) -> String {
    let estimate = &verdict.estimate;
    match (estimate.events, estimate.opportunities) {
        (Some(events), Some(opportunities)) => format!("{events} of {opportunities}"),
        _ => format!(
            "{} ({} to {}, {}, n = {})",
            super::numbers::significant(estimate.value),
            super::numbers::significant(verdict.low),
            super::numbers::significant(verdict.high),
            verdict.prediction.kind.level(),
            estimate.n
        ),
    }
}
