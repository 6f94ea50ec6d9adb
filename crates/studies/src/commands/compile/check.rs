//! `mortality compile --check`.

use std::fmt::Write as _;

use studies::analysis::{Analysis, InBothOrders};
use studies::evaluate;
use studies::frames::sql::{Budget, Limits};
use studies::plan::Plan;
use studies::provenance::Provenance;
use studies::results::Results;
use studies::store::Store;

use super::super::{Failed, print};

/// Asks every query twice, and compares the study with its lock.
pub fn run(
    plan: &Plan,
    analysis: &Analysis,
    amended: &[String],
    store: &Store,
    limits: Limits,
) -> anyhow::Result<()> {
    let (mut results, what) = tables(plan, analysis, store)?;
    results.budget = Some(Budget::new(limits, plan.study.name()));
    let InBothOrders {
        same,
        differing,
        empty,
    } = analysis.in_both_orders(&results)?;
    let name = plan.study.name();
    let mut text = format!(
        "{name}: of {} queries on {what}, {} give the same bits with all rows reversed\n",
        same.len() + differing.len(),
        same.len()
    );
    if !empty.is_empty() {
        let _ = writeln!(text, "  no row in either order: {}", empty.join(", "));
    }
    print(&text)?;
    let mut wrong: Vec<String> = differing
        .iter()
        .map(|key| format!("{key}: another answer with all rows reversed; let ORDER BY or MIN and MAX say which row is meant"))
        .collect();
    wrong.extend(amended.iter().cloned());
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failed(format!("{name}:\n  {}", wrong.join("\n  "))).into())
}

/// Tables to ask: the study's own if its trials are finished, else small ones that are made up.
fn tables(plan: &Plan, analysis: &Analysis, store: &Store) -> anyhow::Result<(Results, String)> {
    store.look()?;
    let finished = plan.trials.iter().all(|trial| store.has(&trial.id));
    if plan.elsewhere.is_some() || finished {
        let results = evaluate::results(plan, store, |table| plan.study.asks(table))?;
        let what = format!("the results of {} networks", results.tables.trials.rows());
        return Ok((results, what));
    }
    if !analysis.grammar.special.is_empty() {
        let what = "tables without rows (its special tables need results)".to_owned();
        return Ok((plan.blank()?, what));
    }
    let networks = plan.sample();
    let what = format!("made-up tables of {} networks", networks.len());
    let tables = analysis.generated(&networks)?;
    Ok((Results::new(tables, Provenance::default()), what))
}
