//! The published table of estimates.

use super::Estimated;
use crate::table::{ESTIMATES, Table, Values};

/// The table `estimates`.
pub fn estimates(all: &[Estimated]) -> Table {
    let text = |of: fn(&Estimated) -> String| all.iter().map(of).collect::<Vec<_>>();
    let real = |of: fn(&Estimated) -> f64| all.iter().map(of).collect::<Vec<_>>();
    let count = |of: fn((u64, u64)) -> u64| {
        let counted = all
            .iter()
            .map(|one| one.found.counted.map(|counted| of(counted) as i64));
        Values::Integer(counted.collect())
    };
    Table::new(ESTIMATES, "One row an estimate.")
        .text(
            "name",
            "Its name, or that of its family.",
            text(|one| one.family.clone()),
        )
        .text(
            "of",
            "What tells it from others of its family.",
            text(Estimated::of),
        )
        .text(
            "description",
            "What it is.",
            text(|one| one.description.clone()),
        )
        .real("value", "The estimate.", real(|one| one.found.bounds.value))
        .integer(
            "n",
            "Seeds it rests on.",
            all.iter().map(|one| one.found.n as i64).collect(),
        )
        .real(
            "low95",
            "Lower end of the 95% interval.",
            real(|one| one.found.bounds.interval95.low),
        )
        .real(
            "high95",
            "Its upper end.",
            real(|one| one.found.bounds.interval95.high),
        )
        .real(
            "low997",
            "Lower end of the 99.7% interval.",
            real(|one| one.found.bounds.interval997.low),
        )
        .real(
            "high997",
            "Its upper end.",
            real(|one| one.found.bounds.interval997.high),
        )
        .column("events", "Of an exact claim.", count(|counted| counted.0))
        .column("opportunities", "For an event.", count(|counted| counted.1))
}
