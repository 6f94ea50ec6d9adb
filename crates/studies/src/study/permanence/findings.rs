//! What was found, in sentences whose numbers come from the published tables.

use super::tables::{INPUTS, UNCHANGED};
use crate::report::listed;
use crate::report::numbers::{percent, percent_with_interval};
use crate::study::StudyError;
use crate::table::{Table, named};

/// One row of a table of shares.
struct Row {
    layer: String,
    arm: String,
    series: String,
    value: f64,
    low: f64,
    high: f64,
    events: f64,
    opportunities: f64,
}

impl Row {
    fn read(table: &Table) -> Result<Vec<Self>, StudyError> {
        let (layer, arm) = (table.words("facet")?, table.words("row")?);
        let series = table.words("series")?;
        let column = |name: &str| table.numbers(name);
        let (value, low, high) = (column("value")?, column("low95")?, column("high95")?);
        let (events, opportunities) = (column("events")?, column("opportunities")?);
        Ok((0..value.len())
            .map(|i| Self {
                layer: layer[i].to_lowercase(),
                arm: arm[i].clone(),
                series: series[i].clone(),
                value: value[i],
                low: low[i],
                high: high[i],
                events: events[i],
                opportunities: opportunities[i],
            })
            .collect())
    }

    fn share(&self) -> String {
        format!(
            "{} of {}, {}",
            self.events,
            self.opportunities,
            percent_with_interval(self.value, self.low, self.high)
        )
    }
}

/// The sentences, the answer first.
///
/// # Errors
/// If a table or column is missing.
pub(super) fn findings(tables: &[Table]) -> Result<Vec<String>, StudyError> {
    let revivals = Row::read(named(tables, "revivals")?)?;
    let waking = Row::read(named(tables, "waking")?)?;
    let find = |layer: &str, arm: &str| {
        let layer = format!("convolution {layer}");
        let rows = revivals.iter();
        rows.into_iter()
            .find(|row| row.layer == layer && row.arm == arm)
    };
    let mut sentences = Vec::new();
    if let [Some(first), Some(second), Some(third)] =
        ["1", "2", "3"].map(|layer| find(layer, "Plain SGD"))
    {
        let verdict = match [first, second, third].map(|row| row.events > 0.0) {
            [false, true, true] => "Death is for good in the first layer only",
            [false, false, false] => "No dead filter came back",
            [true, true, true] => "Dead filters come back in every layer",
            _ => "Dead filters come back in some layers",
        };
        sentences.push(format!(
            "{verdict}: with plain SGD on fixed data, of the filters dead at the end of an epoch \
             {first} are alive one epoch later in the first convolution, {second} in the second and \
             {third} in the third (95% intervals over seeds; networks that work at that moment).",
            first = first.share(),
            second = second.share(),
            third = third.share(),
        ));
    }
    sentences.extend(control(named(tables, "filters")?)?);
    sentences.extend(woken(&waking));
    for layer in ["1", "2", "3"] {
        let layer = format!("convolution {layer}");
        let others: Vec<String> = revivals
            .iter()
            .filter(|row| row.layer == layer && row.arm != "Plain SGD" && row.opportunities > 0.0)
            .map(|row| format!("{} {}", row.arm, row.share()))
            .collect();
        if !others.is_empty() {
            let intro = format!("Alive one epoch later in {layer} with other optimizers or data");
            sentences.push(listed(&intro, others));
        }
    }
    Ok(sentences)
}

/// The first layer, whose dead must not change.
fn control(filters: &Table) -> Result<Option<String>, StudyError> {
    let (arm, layer) = (filters.words("arm")?, filters.numbers("layer")?);
    let column = |name: &str| filters.numbers(name);
    let (dead, revived, changed) = (column("dead")?, column("revived")?, column("changed")?);
    let row = (0..arm.len()).find(|&row| arm[row] == "Plain SGD" && layer[row] == 1.0);
    Ok(row.map(|row| {
        format!(
            "The control: of {} filters of the first convolution that were dead at the end of some \
             epoch (plain SGD, fixed data), {} came back and {} changed a bit of their weights or \
             bias while they were dead.",
            dead[row], revived[row], changed[row]
        )
    }))
}

/// Who woke the deeper filters, plain SGD first.
fn woken(waking: &[Row]) -> Vec<String> {
    let of = |series: &'static str| {
        let rows = waking.iter();
        rows.filter(move |row| row.series == series && row.opportunities > 0.0)
    };
    let mut sentences = Vec::new();
    let unchanged: Vec<&Row> = of(UNCHANGED).filter(|row| row.arm == "Plain SGD").collect();
    let always = unchanged.iter().all(|row| row.events == row.opportunities);
    let (always, so) = if always {
        ("always", "their inputs woke them")
    } else {
        ("not always", "their inputs alone woke those")
    };
    let plain: Vec<String> = unchanged
        .iter()
        .map(|row| format!("{} of {} in {}", row.events, row.opportunities, row.layer))
        .collect();
    if !plain.is_empty() {
        sentences.push(format!(
            "Who woke them: with plain SGD on fixed data the own weights and bias of those that came \
             back were {always} still the same bits as when they were dead ({}): {so}.",
            plain.join(", ")
        ));
    }
    let others: Vec<String> = of(INPUTS)
        .filter(|row| row.arm != "Plain SGD")
        .map(|row| format!("{} in {}", percent(row.value), row.layer))
        .collect();
    if !others.is_empty() {
        let arms: Vec<&String> = of(INPUTS)
            .filter(|row| row.arm != "Plain SGD")
            .map(|row| &row.arm)
            .collect();
        let mut names: Vec<&String> = arms.clone();
        names.sort();
        names.dedup();
        let parts = names.into_iter().map(|name| {
            let own = arms.iter().zip(&others).filter(|(arm, _)| **arm == name);
            let own: Vec<&str> = own.map(|(_, words)| words.as_str()).collect();
            format!("{name}: {}", own.join(", "))
        });
        let intro = "Of the revivals in the other arms, those in which the inputs carried at least \
                     half of the rise";
        sentences.push(listed(intro, parts));
    }
    sentences
}
