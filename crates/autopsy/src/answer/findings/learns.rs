//! Everything that is trained moves.

use super::super::code::Code;
use super::super::facts::Facts;
use super::super::finding::{Finding, percent};
use super::cannot_tell::undecidable;
use super::dead_units;
use crate::verdict::Verdict;

/// Most numbers moved in the last interval, and no trained tensor stood still in all.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let moved = facts.last_moved();
    let open = facts.with(Verdict::Dead).count();
    if moved < 0.5 || open > 0 || facts.nothing_learns() || undecidable(facts).is_some() {
        return None;
    }
    let tensors = facts.trained().count();
    let learning = facts.learning().count();
    let units = facts.hidden().map(|layer| layer.units.len()).sum::<usize>();
    let quiet = tensors - learning;
    let what = if quiet == 0 {
        format!("all {tensors} tensors learn")
    } else {
        format!("{learning} of {tensors} tensors learn")
    };
    let sentence = if units > 0 {
        format!(
            "Everything that is trained moves: {what}, and none of {units} units has been without a \
             gradient for long."
        )
    } else {
        format!("Everything that is trained moves: {what}.")
    };
    let mut finding = Finding::new(Code::Learns, sentence, "nothing: what is trained learns");
    finding.evidence.extend(dead_units::others(facts));
    finding = finding.because(format!(
        "{} of the weights changed between the last two files",
        percent(moved)
    ));
    Some(finding)
}
