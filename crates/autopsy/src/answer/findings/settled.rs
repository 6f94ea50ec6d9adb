//! The loss left next to no gradient.

use super::super::code::Code;
use super::super::facts::Facts;
use super::super::finding::{Finding, percent};
use crate::moments::Updates;

/// Things moved before, and by the last interval most stand still or only decay, in numbers long
/// enough, and no smaller rate explains it.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let moved = facts.last_moved();
    let total = |file: usize| {
        let lengths = facts.trained().filter_map(|own| own.seen.get(file));
        lengths
            .map(|seen| seen.distance * seen.distance)
            .sum::<f64>()
    };
    let intervals = facts.history.intervals.len();
    let decays = facts.trained().all(|own| {
        own.seen
            .last()
            .is_none_or(|seen| seen.moved == 0.0 || seen.alone.is_some())
    });
    if facts.nothing_learns() || !(decays || moved < 0.5) {
        return None;
    }
    let fell = intervals > 1 && libm::sqrt(total(intervals - 1)) < 0.1 * libm::sqrt(total(0));
    let learners = facts.learning().count();
    let updates: Vec<Updates> = facts
        .trained()
        .filter_map(|own| own.held.as_ref()?.updates)
        .collect();
    let small = !updates.is_empty()
        && updates.iter().map(|own| own.at_usual_rate).sum::<f64>() < 0.5 * updates.len() as f64;
    if !(small || fell && updates.is_empty()) || 2 * learners < facts.trained().count() {
        return None;
    }
    let sentence = format!(
        "The training has settled: {} of the weights kept their bits between the last two files{}.",
        percent(1.0 - moved),
        if decays {
            ", and decay alone moves the rest"
        } else {
            ""
        }
    );
    let mut finding = Finding::new(
        Code::Settled,
        sentence,
        if small {
            "the training is over: the gradients left are too small for any rate; more data, \
             augmentation or another loss would give new ones"
        } else {
            "see whether the loss is next to 0: then the training is over. If it is not, look at the \
             schedule of the rate, which the files do not hold"
        },
    );
    if small {
        finding = finding.because(
            "the gradients in the optimizer's state would not move most weights at a rate of 0.001 \
             either",
        );
    }
    if fell {
        finding = finding.because("the weights move less than a tenth as far as at the beginning");
    }
    Some(finding)
}
