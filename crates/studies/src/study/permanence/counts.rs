//! What the probe counted, one network and layer at a time.

use std::collections::BTreeMap;

use crate::study::{Results, StudyError};

/// Dead filters of one layer of one network, from epoch to epoch.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Counts {
    /// Arm: optimizer and data.
    pub arm: String,
    /// Learning rate.
    pub rate: f64,
    /// Number of the seed.
    pub replicate: u32,
    /// Layer, counted from 1.
    pub layer: u32,
    /// Pairs of neighbouring censuses: filters dead at the first, the network working.
    pub dead: f64,
    /// Of these, alive at the second.
    pub revived: f64,
    /// Of these, own parameters the same bits when they woke.
    pub revived_unchanged: f64,
    /// Dead at both, own parameters not the same bits.
    pub changed: f64,
    /// Dead at the first, in a collapsed network.
    pub dead_in_collapse: f64,
    /// Filters dead at the end of some epoch.
    pub filters_dead: f64,
    /// Filters that came back at least once.
    pub filters_revived: f64,
    /// Filters whose own parameters changed while they were dead.
    pub filters_changed: f64,
    /// Own and inputs' part of the rise of revivals that were split.
    pub splits: Vec<(f64, f64)>,
}

impl Counts {
    /// Revivals of which the inputs carried at least half of the rise: all with own parameters
    /// unchanged, and of the others the share that the split ones say.
    pub fn revived_by_inputs(&self) -> f64 {
        let others = self.revived - self.revived_unchanged;
        let by_inputs = self.splits.iter().filter(|(own, inputs)| inputs >= own);
        let share = if self.splits.is_empty() {
            0.0
        } else {
            by_inputs.count() as f64 / self.splits.len() as f64
        };
        self.revived_unchanged + others * share
    }
}

/// Reads the counts, in the order of trials and layers.
///
/// # Errors
/// If a column is missing.
pub(super) fn read(results: &Results) -> Result<Vec<Counts>, StudyError> {
    let rows = &results.probes;
    if rows.rows() == 0 {
        return Ok(Vec::new());
    }
    let (trial, layer) = (rows.integers("trial")?, rows.integers("layer")?);
    let (arm, rate) = (rows.texts("arm")?, rows.reals("learning_rate")?);
    let replicate = rows.reals("replicate")?;
    let (quantity, value) = (rows.texts("quantity")?, rows.reals("value")?);
    let mut all: BTreeMap<(Option<i64>, Option<i64>), Counts> = BTreeMap::new();
    for row in 0..rows.rows() {
        let Some(index) = layer[row] else { continue };
        let counts = all
            .entry((trial[row], layer[row]))
            .or_insert_with(|| Counts {
                arm: arm[row].clone(),
                rate: rate[row],
                replicate: replicate[row] as u32,
                layer: index as u32 + 1,
                dead: 0.0,
                revived: 0.0,
                revived_unchanged: 0.0,
                changed: 0.0,
                dead_in_collapse: 0.0,
                filters_dead: 0.0,
                filters_revived: 0.0,
                filters_changed: 0.0,
                splits: Vec::new(),
            });
        let count = match quantity[row].as_str() {
            "dead" => &mut counts.dead,
            "revived" => &mut counts.revived,
            "revived_unchanged" => &mut counts.revived_unchanged,
            "changed" => &mut counts.changed,
            "dead_in_collapse" => &mut counts.dead_in_collapse,
            "filters_dead" => &mut counts.filters_dead,
            "filters_revived" => &mut counts.filters_revived,
            "filters_changed" => &mut counts.filters_changed,
            "own" => {
                counts.splits.push((value[row], f64::NAN));
                continue;
            }
            "inputs" => {
                // Stands behind `own` of the same revival.
                if let Some(split) = counts.splits.last_mut() {
                    split.1 = value[row];
                }
                continue;
            }
            _ => continue,
        };
        *count += value[row];
    }
    Ok(all.into_values().collect())
}
