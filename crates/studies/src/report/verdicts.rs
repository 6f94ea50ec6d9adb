//! Judged predictions and the estimates behind them, as published tables and as Markdown.

use std::fmt::Write as _;

use crate::predictions::Verdict;
use crate::prose::numbers::significant;
use crate::table::{PREDICTIONS, Table, TableError, Values};

/// The table `predictions`.
pub fn predictions(verdicts: &[Verdict]) -> Table {
    let text = |of: &dyn Fn(&Verdict) -> String| verdicts.iter().map(of).collect::<Vec<_>>();
    let real = |of: &dyn Fn(&Verdict) -> f64| verdicts.iter().map(of).collect::<Vec<_>>();
    let count = |of: &dyn Fn(&Verdict) -> Option<u64>| {
        Values::Integer(verdicts.iter().map(|v| of(v).map(|n| n as i64)).collect())
    };
    Table::new(
        PREDICTIONS,
        "One row a prediction, in the order of the specification.",
    )
    .text("id", "Name.", text(&|v| v.prediction.id.clone()))
    .text(
        "kind",
        "primary or exploratory.",
        text(&|v| v.prediction.kind.to_string()),
    )
    .text(
        "sentence",
        "What is predicted.",
        text(&|v| v.prediction.sentence.clone()),
    )
    .text(
        "source",
        "Whose claim it tests.",
        text(&|v| v.prediction.source.clone()),
    )
    .text(
        "estimate",
        "Name of what judges.",
        text(&|v| v.prediction.estimate.clone()),
    )
    .text(
        "claim",
        "What is claimed of it.",
        text(&|v| v.prediction.claim.to_string()),
    )
    .real("value", "The estimate.", real(&|v| v.estimate.value))
    .real(
        "low",
        "Lower end of the judging interval.",
        real(&|v| v.low),
    )
    .real("high", "Its upper end.", real(&|v| v.high))
    .text(
        "level",
        "Its level.",
        text(&|v| v.prediction.kind.level().into()),
    )
    .column("n", "Replicates.", count(&|v| Some(v.estimate.n as u64)))
    .column(
        "events",
        "Of an exact claim.",
        count(&|v| v.estimate.events),
    )
    .column(
        "opportunities",
        "For an event.",
        count(&|v| v.estimate.opportunities),
    )
    .text(
        "outcome",
        "supported, refuted or undecided.",
        text(&|v| v.outcome.to_string()),
    )
    .text(
        "reason",
        "Why it is undecided; empty if it is decided.",
        text(&|v| v.reason.clone().unwrap_or_default()),
    )
}

/// The table `predictions` in Markdown: what was claimed, what came out, and how it is judged.
///
/// # Errors
/// If the table lacks a column.
pub fn markdown(predictions: &Table) -> Result<String, TableError> {
    let words = |name| predictions.words(name);
    let numbers = |name| predictions.numbers(name);
    let (kind, sentence, claim) = (words("kind")?, words("sentence")?, words("claim")?);
    let (estimate, outcome, level) = (words("estimate")?, words("outcome")?, words("level")?);
    let (value, low, high) = (numbers("value")?, numbers("low")?, numbers("high")?);
    let (n, events) = (numbers("n")?, numbers("events")?);
    let (opportunities, reason) = (numbers("opportunities")?, words("reason")?);
    let mut text = String::from(
        "| prediction | claimed | found | interval that judges | n | outcome |\n\
         |---|---|---|---|---|---|\n",
    );
    for row in 0..predictions.rows() {
        let (found, interval) = if events[row].is_finite() {
            let found = format!("{} of {}", events[row], opportunities[row]);
            (found, "exact".into())
        } else {
            let ends = (significant(low[row]), significant(high[row]));
            let interval = format!("{} to {} ({})", ends.0, ends.1, level[row]);
            (significant(value[row]), interval)
        };
        let why = if reason[row].is_empty() {
            String::new()
        } else {
            format!(": {}", reason[row])
        };
        let _ = writeln!(
            text,
            "| {} ({}) | `{}` {} | {found} | {interval} | {} | **{}**{why} |",
            sentence[row], kind[row], estimate[row], claim[row], n[row], outcome[row]
        );
    }
    Ok(text)
}
