//! Judged predictions as a published table.

use super::Verdict;
use crate::table::{PREDICTIONS, Table, Values};

/// The table `predictions`.
pub fn predictions_table(verdicts: &[Verdict]) -> Table {
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
