//! Is it normal? And on how many networks all numbers rest.

use super::rows::Causes;
use super::{phrase, share};
use crate::report::listed;
use crate::report::numbers::percent;
use crate::study::StudyError;
use crate::study::estimated::Estimates;
use crate::study::stopped_weights::{INTERVALS, LONG};
use crate::table::Table;

/// The answer.
pub(super) fn answer(causes: &Causes, estimates: &Estimates) -> String {
    let one = estimates.get("bit_equal_over_one_step");
    let any = estimates.get("networks_with_a_stopped_weight");
    let verdict = if any.value >= 0.5 {
        "Yes, it is normal: healthy networks have weights that do not change"
    } else {
        "No, it is not the rule: most healthy networks change all their weights"
    };
    let saves = causes.optimizers(LONG).into_iter().map(|optimizer| {
        let range = causes.range(LONG, &optimizer, INTERVALS[3], |row| row.stopped);
        format!("{range} of the weights with {}", phrase(&optimizer))
    });
    let saves: Vec<String> = saves.collect();
    format!(
        "{verdict}. After 900 steps with momentum, {with} of {n} healthy networks have some: on \
         average {share} of all weights and biases have the same bits before and after the last \
         step. In the regime of the question (20,000 steps, saved every 1,000; two networks an \
         optimizer, which show what happens and not how often), the last two files agree to the \
         bit in {saves}.",
        with = (any.value * any.n).round(),
        n = any.n,
        share = share(one),
        saves = saves.join(", "),
    )
}

/// How many networks the numbers rest on.
pub(super) fn outcomes(networks: &Table) -> Result<String, StudyError> {
    let (arm, optimizer) = (networks.words("arm")?, networks.words("optimizer")?);
    let number = |name: &str| networks.numbers(name);
    let (all, healthy) = (number("networks")?, number("healthy")?);
    let (collapsed, diverged) = (number("collapsed")?, number("diverged")?);
    let (dead, accuracy) = (number("dead_filters")?, number("held_out_accuracy")?);
    let parts = (0..arm.len()).map(|row| {
        format!(
            "{}, {}: {} of {} healthy ({} collapsed, {} diverged), {} of their filters dead at \
             the end, held-out accuracy {}",
            arm[row],
            phrase(&optimizer[row]),
            healthy[row],
            all[row],
            collapsed[row],
            diverged[row],
            percent(dead[row]),
            percent(accuracy[row])
        )
    });
    Ok(listed(
        "All numbers are of healthy networks (working, at least 97% training accuracy), arm by arm",
        parts,
    ))
}
