//! A layer is dead, or nearly, as a whole.

use super::super::code::Code;
use super::super::facts::Facts;
use super::super::finding::Finding;
use crate::verdict::{LayerVerdicts, Verdict};

/// The share of its units from which a layer counts as dead.
const NEARLY: f64 = 0.9;

/// A layer of which next to nothing is left, in a network without branches.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    if !facts.history.network.certain {
        return None;
    }
    let share =
        |layer: &LayerVerdicts| layer.count(Verdict::Dead) as f64 / layer.units.len().max(1) as f64;
    let layer = facts.hidden().find(|layer| share(layer) >= NEARLY)?;
    let (dead, all) = (layer.count(Verdict::Dead), layer.units.len());
    let sentence = if dead == all {
        format!(
            "The network has collapsed: every unit of {} is dead, so that it answers the same to \
             everything.",
            layer.name
        )
    } else {
        format!(
            "The network has nearly collapsed: {dead} of {all} units of {} are dead, so that next to \
             nothing passes it.",
            layer.name
        )
    };
    let mut finding = Finding::new(
        Code::Collapsed,
        sentence,
        format!(
            "start again with a lower learning rate, or from a file before this; no gradient passes \
             {} any more, so nothing before it can recover",
            layer.name
        ),
    );
    let dead_units = layer
        .units
        .iter()
        .filter(|unit| unit.verdict == Verdict::Dead);
    let dead_units = dead_units.map(|unit| unit.unit).collect();
    finding.units.insert(layer.name.clone(), dead_units);
    Some(finding.counting(dead, "units"))
}
