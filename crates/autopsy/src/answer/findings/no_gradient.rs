//! Steps were made and every gradient was exactly 0.

use super::super::code::Code;
use super::super::facts::{Facts, named};
use super::super::finding::Finding;

/// Nothing moves, or decay alone moves what moves, and steps were made.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    if !facts.nothing_learns() {
        return None;
    }
    let decays = !facts.nothing_moves();
    let mut held = facts
        .trained()
        .filter_map(|tensor| tensor.held.as_ref())
        .peekable();
    let states = held.peek().is_some();
    let silent = held.all(|own| own.silent || own.decay_only);
    if states && !silent || !states && !decays {
        return None;
    }
    let steps = facts.steps_made();
    let most = facts.clocks()[1].optimizer;
    if !decays && steps.or(most).is_none_or(|steps| steps == 0.0) && most.is_none() {
        return None;
    }
    let made = match (steps.filter(|own| *own > 0.0), most) {
        (Some(steps), _) => format!("{steps} steps were made between the files"),
        (None, Some(most)) => format!("{most} steps were made"),
        (None, None) => "steps were made, as decay shows".to_owned(),
    };
    let sentence = if decays {
        format!(
            "Nothing learns: weight decay alone moves the weights. {made}, and every gradient was exactly 0."
        )
    } else {
        format!("All files hold the same weights: {made}, and every gradient was exactly 0.")
    };
    let mut finding = Finding::new(
        Code::NoGradient,
        sentence,
        "look at the loss and at what cuts it off, not at the rate: a loss that does not depend on \
         these weights (labels all masked, detach(), no_grad(), an output that is constant) or \
         factors that are both 0",
    );
    if states {
        finding = finding.because(
            "in the optimizer's state both moments of every parameter are exactly 0 although it \
             was stepped: no gradient ever came",
        );
    }
    let zero = named(
        facts
            .trained()
            .filter(|own| own.zero[1] && own.shape.len() > 1),
    );
    if !zero.is_empty() {
        finding = finding.because(format!(
            "all 0 from the first file to the last: {}",
            super::super::finding::names(&zero)
        ));
    }
    Some(finding.about(named(facts.trained())))
}
