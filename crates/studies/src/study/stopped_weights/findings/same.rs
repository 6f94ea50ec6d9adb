//! Always the same weights?

use super::{phrase, together};
use crate::report::listed;
use crate::report::numbers::significant;
use crate::study::StudyError;
use crate::study::estimated::Estimates;
use crate::study::stopped_weights::{INTERVALS, SHORT};
use crate::table::Table;

/// The table `overlap`, read back.
pub(super) struct Overlaps {
    kind: Vec<String>,
    arm: Vec<String>,
    optimizer: Vec<String>,
    set: Vec<String>,
    interval: Vec<f64>,
    replicate: Vec<f64>,
    value: Vec<f64>,
    limits: Vec<(f64, f64)>,
    n: Vec<f64>,
}

impl Overlaps {
    pub fn read(table: &Table) -> Result<Self, StudyError> {
        let low = table.numbers("low95")?;
        let high = table.numbers("high95")?;
        Ok(Self {
            kind: table.words("kind")?,
            arm: table.words("arm")?,
            optimizer: table.words("optimizer")?,
            set: table.words("set")?,
            interval: table.numbers("interval")?,
            replicate: table.numbers("replicate")?,
            value: table.numbers("value")?,
            limits: low.into_iter().zip(high).collect(),
            n: table.numbers("n")?,
        })
    }

    /// Means over networks, by step.
    fn find(&self, kind: &str, optimizer: &str, set: &str, interval: f64) -> Vec<usize> {
        let fits = |&row: &usize| {
            self.kind[row] == kind
                && self.arm[row] != SHORT
                && (optimizer.is_empty() || self.optimizer[row] == optimizer)
                && self.set[row] == set
                && (self.interval[row] == interval
                    || (interval.is_nan() && self.interval[row].is_nan()))
                && self.replicate[row].is_nan()
        };
        (0..self.kind.len()).filter(fits).collect()
    }

    fn number(&self, row: usize) -> String {
        let (low, high) = self.limits[row];
        let value = significant(self.value[row]);
        if low.is_finite() && high.is_finite() {
            format!("{value} ({} to {})", significant(low), significant(high))
        } else {
            value
        }
    }
}

/// Overlap of sets one after the other, and of two networks.
pub(super) fn same(overlap: &Overlaps, estimates: &Estimates) -> Vec<String> {
    let sentences = [successive(overlap), in_another_training(overlap, estimates)];
    sentences.into_iter().flatten().collect()
}

fn successive(overlap: &Overlaps) -> Option<String> {
    let mut names: Vec<&String> = Vec::new();
    for (kind, optimizer) in overlap.kind.iter().zip(&overlap.optimizer) {
        if kind == "successive" && !names.contains(&optimizer) {
            names.push(optimizer);
        }
    }
    let last = |optimizer: &str, set: &str, interval: u32| {
        let rows = overlap.find("successive", optimizer, set, f64::from(interval));
        let row = *rows.last()?;
        overlap.value[row].is_finite().then(|| overlap.value[row])
    };
    let save = INTERVALS[3];
    let lowest = |interval: u32| {
        let values = names.iter().filter_map(|name| last(name, "all", interval));
        values.fold(f64::INFINITY, f64::min)
    };
    let verdict = match (lowest(save), lowest(1)) {
        (save, _) if save.is_infinite() => return None,
        (save, step) if save >= 0.9 && step >= 0.9 => "Nearly always",
        (save, step) if save >= 0.9 && step >= 0.5 => {
            "From save to save nearly always, over single steps mostly"
        }
        (save, _) if save >= 0.5 => "Mostly",
        _ => "No, not with every optimizer",
    };
    let (some, none): (Vec<&String>, Vec<&String>) = names
        .iter()
        .partition(|name| last(name, "all", 1).is_some() || last(name, "all", save).is_some());
    let parts = some.into_iter().map(|name| {
        let number = |set, interval| {
            last(name, set, interval).map_or_else(|| "no set to compare".into(), significant)
        };
        format!(
            "{}: {} and {}; leaving out dead filters {} and {}",
            phrase(name),
            number("all", 1),
            number("all", save),
            number("awake", 1),
            number("awake", save),
        )
    });
    let none: Vec<String> = none.into_iter().map(|name| phrase(name)).collect();
    let none = if none.is_empty() {
        String::new()
    } else {
        format!(
            " With {} so few weights stop that there are no two sets to compare.",
            together(&none)
        )
    };
    Some(listed(
        &format!(
            "Is it always the same weights? {verdict}.{none} Overlap of the set at the end of \
             20,000 steps with the set 1,000 steps before (1: one holds the other; 0: as by chance \
             within each layer; mean of two networks), of weights stopped over one step and over \
             1,000 steps"
        ),
        parts,
    ))
}

fn in_another_training(overlap: &Overlaps, estimates: &Estimates) -> Option<String> {
    let across = |kind: &str, interval: f64, set: &str| {
        let rows = overlap.find(kind, "", set, interval);
        let row = *rows.first()?;
        Some((overlap.number(row), overlap.n[row]))
    };
    let (orders, n) = across("orders", f64::from(INTERVALS[2]), "all")?;
    let (draws, _) = across("draws", f64::from(INTERVALS[2]), "all")?;
    let (filters, with_dead) = across("orders", f64::NAN, "dead filters")?;
    let judged = estimates.get("overlap_across_orders");
    let verdict = if judged.low > 0.0 {
        "have more stopped weights in common than by chance"
    } else if judged.high < 0.0 {
        "have fewer stopped weights in common than by chance"
    } else {
        "have no more stopped weights in common than chance may give"
    };
    Some(format!(
        "And in another training? Networks with the same initial weights and the batches in other \
         orders {verdict}: overlap of the weights stopped over the last 100 of 900 steps (momentum) \
         {orders}, n = {n} initial networks; with other initial weights {draws}. Of dead filters \
         alone: {filters}, n = {with_dead}.",
    ))
}
