//! Evaluates a study and writes what came out.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use super::cite::Citation;
use super::{amendments, columns, files, verdicts};
use crate::plan::Plan;
use crate::predictions::{Estimate, Prediction, Verdict, judge, judge_all};
use crate::prose::numbers::significant;
use crate::prose::{aligned, item};
use crate::results::Results;
use crate::stop;
use crate::study::{AS_DECLARED, Declared, Evaluated};
use crate::table::{PREDICTIONS, Table};

/// What one version of a study gave, in words and numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The study's name.
    pub study: String,
    /// The numbers that predictions refer to.
    pub estimates: Vec<Estimate>,
    /// What is not as published.
    pub changes: Vec<String>,
    /// Figures that this version has no rows for.
    pub left_out: Vec<String>,
    /// How each prediction comes out, and how it came out as published.
    pub predictions: Vec<Compared>,
    /// What was found, the answer first.
    pub findings: Vec<String>,
    /// The tables of predictions and amendments, for the README.
    #[serde(skip)]
    pub tables: Vec<Table>,
    /// How each figure is cited, by its name, for the README.
    #[serde(skip)]
    pub cited: Vec<(String, String)>,
}

/// A judged prediction beside what is published of it.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// As judged now.
    pub verdict: Verdict,
    /// The published outcome; none where nothing is published.
    pub published: Option<String>,
    /// `same`, `differs` or `not comparable`; none where nothing is published.
    pub comparison: Option<&'static str>,
}

/// Name of the file that says what a version has that the published one has not.
const CHANGES: &str = "CHANGES.md";

impl Report {
    /// Says in the report, and in a file beside its tables, what is not as published. Outcomes are
    /// compared only where they are of the same design: `comparable`.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn changed(
        &mut self,
        changes: &[String],
        comparable: bool,
        directory: &Path,
    ) -> anyhow::Result<()> {
        self.changes = changes.to_vec();
        for prediction in &mut self.predictions {
            if !comparable && prediction.comparison.is_some() {
                prediction.comparison = Some("not comparable");
            }
        }
        let list = changes.join("\n- ");
        let page = format!(
            "# {}: not the published version\n\nTables, figures and findings in this folder are of a \
             version that was changed on the command line:\n\n- {list}\n",
            self.study
        );
        files::write(&directory.join(CHANGES), page.as_bytes())
    }
}

/// Evaluates a study and writes its tables and figures into `directory`. `published` is where
/// the published version's tables are, to compare with.
///
/// # Errors
/// If the results cannot be evaluated or a file cannot be written.
pub fn publish(
    plan: &Plan,
    results: &Results,
    directory: &Path,
    published: &Path,
) -> anyhow::Result<Report> {
    let (study, predictions) = (plan.study, &plan.spec.predictions);
    let Evaluated {
        estimates,
        declared,
        tables: computed,
        figures,
        left_out,
    } = study.evaluated(results)?;
    // Where what is judged is not what was declared, both outcomes are published.
    let mut verdicts = Vec::new();
    for verdict in judge_all(predictions, &estimates)? {
        let own = &verdict.prediction;
        let mut declared = declared.iter();
        let declared = declared.find(|one| one.prediction == own.id);
        let as_declared = declared.map(|declared| as_declared(own, declared));
        verdicts.push(verdict);
        verdicts.extend(as_declared);
    }
    let mut said = vec![verdicts::predictions(&verdicts)];
    if !plan.additions.is_empty() {
        said.push(amendments::amendments(&plan.additions));
    }
    let mut tables = said.clone();
    tables.extend(computed);
    let findings = study.findings(&tables, results.partial)?;
    stop::check()?;
    let outcomes = published_outcomes(published);
    let place = || format!("cannot write in {}", directory.display());
    fs::create_dir_all(directory).with_context(place)?;
    for figure in &figures {
        stop::check()?;
        files::write_figure(figure, directory)?;
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
        changes: Vec::new(),
        left_out,
        predictions: verdicts
            .into_iter()
            .map(|verdict| {
                let mut outcomes = outcomes.iter();
                let found = outcomes.find(|(id, _)| *id == verdict.prediction.id);
                let published = found.map(|(_, outcome)| outcome.clone());
                let outcome = verdict.outcome.to_string();
                Compared {
                    comparison: published
                        .as_deref()
                        .map(|own| if own == outcome { "same" } else { "differs" }),
                    published,
                    verdict,
                }
            })
            .collect(),
        findings,
        tables: said,
        cited: figures
            .iter()
            .map(|own| (own.cited.figure.clone(), Citation::from(own).text()))
            .collect(),
    })
}

/// A prediction judged by what it rested on when it was declared.
fn as_declared(prediction: &Prediction, declared: &Declared) -> Verdict {
    let prediction = Prediction {
        id: prediction.id.clone() + AS_DECLARED,
        sentence: declared.since.clone(),
        ..prediction.clone()
    };
    judge(&prediction, &declared.estimate)
}

/// Id and outcome of each prediction as published; empty where nothing is.
fn published_outcomes(directory: &Path) -> Vec<(String, String)> {
    let read = || {
        let path = directory.join(format!("{PREDICTIONS}.csv"));
        let text = fs::read_to_string(path).ok()?;
        let table = Table::read_csv(PREDICTIONS, &text).ok()?;
        let (ids, outcomes) = (table.words("id").ok()?, table.words("outcome").ok()?);
        Some(ids.into_iter().zip(outcomes).collect())
    };
    read().unwrap_or_default()
}

/// What the words of the table of predictions mean.
const EXPLAINED: &str = "  A primary prediction (one a study) is judged by the 99.7% interval, so \
    that a false verdict on any of them\n  has a chance of at most 5%, the others by the 95% \
    interval; intervals are over seeds. Supported or refuted:\n  the whole interval lies on one \
    side of what is claimed; else undecided.\n";

impl fmt::Display for Report {
    /// What was found, then one table: how each prediction comes out, and how as published.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.study)?;
        for change in &self.changes {
            writeln!(f, "  not as published: {change}")?;
        }
        for figure in &self.left_out {
            writeln!(f, "  not available in this version: {figure}")?;
        }
        for finding in &self.findings {
            f.write_str(&item(finding))?;
        }
        if self.predictions.is_empty() {
            return Ok(());
        }
        let header = ["prediction", "here", "published", "", "judged by"];
        let mut rows = vec![header.map(str::to_owned).to_vec()];
        for Compared {
            verdict,
            published,
            comparison,
        } in &self.predictions
        {
            let reason = verdict.reason.as_ref();
            let reason = reason.map_or(String::new(), |reason| format!("; {reason}"));
            rows.push(vec![
                verdict.prediction.id.clone(),
                verdict.outcome.to_string(),
                published.clone().unwrap_or_else(|| "-".into()),
                comparison.unwrap_or_default().into(),
                judged_by(verdict) + &reason,
            ]);
        }
        write!(f, "\n{}{EXPLAINED}", aligned(&rows))
    }
}

/// The estimate with the interval, or the count, that judges.
fn judged_by(verdict: &Verdict) -> String {
    let estimate = &verdict.estimate;
    match (estimate.events, estimate.opportunities) {
        (Some(events), Some(opportunities)) => format!("{events} of {opportunities}"),
        _ => format!(
            "{} ({} to {}, {}, n = {})",
            significant(estimate.value),
            significant(verdict.low),
            significant(verdict.high),
            verdict.prediction.kind.level(),
            estimate.n
        ),
    }
}
