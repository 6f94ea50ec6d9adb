//! Estimates as a published table.

use super::Estimate;
use crate::table::{Table, Values};

/// Name of the table that holds one row an estimate.
pub const ESTIMATES: &str = "estimates";

/// The table `estimates`.
pub fn estimates(estimates: &[Estimate]) -> Table {
    let text = |of: &dyn Fn(&Estimate) -> String| estimates.iter().map(of).collect::<Vec<_>>();
    let real = |of: &dyn Fn(&Estimate) -> f64| estimates.iter().map(of).collect::<Vec<_>>();
    let count = |of: &dyn Fn(&Estimate) -> Option<u64>| {
        Values::Integer(estimates.iter().map(|e| of(e).map(|n| n as i64)).collect())
    };
    Table::new(ESTIMATES, "One row an estimate.")
        .text(
            "name",
            "Name, by which predictions refer to it.",
            text(&|e| e.name.clone()),
        )
        .text(
            "description",
            "What it is.",
            text(&|e| e.description.clone()),
        )
        .real("value", "The estimate.", real(&|e| e.value))
        .column("n", "Replicates.", count(&|e| Some(e.n as u64)))
        .real(
            "low95",
            "Lower end of the 95% interval.",
            real(&|e| e.low95),
        )
        .real("high95", "Its upper end.", real(&|e| e.high95))
        .real(
            "low997",
            "Lower end of the 99.7% interval.",
            real(&|e| e.low997),
        )
        .real("high997", "Its upper end.", real(&|e| e.high997))
        .column("events", "Of an exact claim.", count(&|e| e.events))
        .column(
            "opportunities",
            "For an event.",
            count(&|e| e.opportunities),
        )
}
