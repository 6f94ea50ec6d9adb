//! The findings in order of precedence: the run as a whole, then tensors, then units.
//!
//! A finding is one file with one function, and one line here.

mod cannot_tell;
mod collapsed;
mod dead_units;
mod decay_only;
mod diverged;
mod faded;
mod frozen_base;
mod inputs_never_read;
mod layer_without_gradient;
mod learns;
mod moved_without_gradient;
mod no_gradient;
mod not_in_optimizer;
mod only_last_learns;
mod rate_too_small;
mod rounds_away;
mod same_files;
mod settled;
mod steps_skipped;
mod went_back;

use super::facts::Facts;
use super::finding::Finding;

/// What a finding is: derived from the facts, or not there.
type Find = fn(&Facts<'_>) -> Option<Finding>;

/// All of them, the first that holds being what happened.
const FINDINGS: [Find; 16] = [
    diverged::find,
    went_back::find,
    no_gradient::find,
    steps_skipped::find,
    same_files::find,
    not_in_optimizer::find,
    rate_too_small::find,
    rounds_away::find,
    only_last_learns::find,
    layer_without_gradient::find,
    moved_without_gradient::find,
    decay_only::find,
    faded::find,
    collapsed::find,
    dead_units::find,
    inputs_never_read::find,
];

/// What is asked only where none of these holds.
const ELSE: [Find; 4] = [
    frozen_base::find,
    settled::find,
    learns::find,
    cannot_tell::find,
];

/// All that hold, in order.
pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = FINDINGS.iter().filter_map(|find| find(facts)).collect();
    if found.is_empty() {
        let otherwise = ELSE.iter().find_map(|find| find(facts));
        found.push(otherwise.unwrap_or_else(|| cannot_tell::unknown(facts)));
    }
    // Where the run as a whole stands still, no part of it tells more.
    if found[0].code <= super::code::Code::SameFiles {
        found.truncate(1);
    }
    found
}
