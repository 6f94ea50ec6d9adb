//! The loss scaler skipped every step.

use super::super::code::Code;
use super::super::facts::{Facts, named};
use super::super::finding::Finding;

/// Nothing moves, there is a scaler, and its factor fell or the optimizer never made an entry.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let [first, last] = facts.clocks();
    let scale = last.scale?;
    let fell = first.scale.is_some_and(|before| scale < before);
    let stepped = facts.steps_made().is_some_and(|steps| steps > 0.0);
    if !facts.nothing_moves() || stepped || !(fell || last.no_entry || scale == 0.0) {
        return None;
    }
    let mut finding = Finding::new(
        Code::StepsSkipped,
        "Every step was skipped: the loss scaler found gradients that are infinite or NaN, so the \
         optimizer never changed a weight.",
        "find the infinities: a loss or an activation beyond 65,504 in float16, a division by 0, a \
         mask of -inf; try bfloat16, or float32 for the loss",
    );
    if let (true, Some(before)) = (fell, first.scale) {
        finding = finding.because(format!(
            "the scaler's factor fell from {before} to {scale}: it halves with every step that is skipped"
        ));
    }
    if last.no_entry {
        finding = finding.because("the optimizer has no state of any parameter: it never stepped");
    }
    Some(finding.about(named(facts.trained())))
}
