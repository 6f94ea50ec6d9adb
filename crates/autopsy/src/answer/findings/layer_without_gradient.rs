//! A whole layer is trained and every gradient of it is exactly 0.

use super::super::code::Code;
use super::super::facts::{Facts, named};
use super::super::finding::{Finding, names};
use crate::census::TensorCensus;

/// Why a layer gets no gradient.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    Saturated,
    Zero,
    State,
}

/// Whether a tensor is looked at: what is added to units, or multiplies them, follows its weight.
fn can_lack(own: &TensorCensus) -> bool {
    own.shape.len() > 1 || own.role.is_gate()
}

fn reason(own: &TensorCensus) -> Option<Reason> {
    if own.learns() {
        return None;
    }
    let silent = own
        .held
        .as_ref()
        .is_some_and(|held| held.silent || held.decay_only);
    let elsewhere = own
        .held
        .as_ref()
        .is_some_and(|held| held.in_a_group == Some(false) || held.has_state == Some(false));
    if elsewhere {
        None
    } else if own.seen.iter().any(|seen| seen.saturated) {
        Some(Reason::Saturated)
    } else if own.zero == [true, true] && can_lack(own) {
        Some(Reason::Zero)
    } else {
        silent.then_some(Reason::State)
    }
}

/// Weights that never moved, or only decay, with a proof that it is for want of a gradient.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    facts.learning().next()?;
    let found: Vec<(&TensorCensus, Reason)> = facts
        .trained()
        .filter(|own| can_lack(own))
        .filter_map(|own| Some((own, reason(own)?)))
        .collect();
    let (_, first) = *found.first()?;
    let learning = facts.learning().count();
    let tensors = named(found.iter().map(|(own, _)| *own));
    let sentence = format!(
        "No gradient reaches {}: every one was exactly 0 in all files, while {learning} other tensors \
         learn.",
        names(&tensors)
    );
    let act = match first {
        Reason::Saturated => {
            "scale the inputs (to a mean of 0 and a deviation of 1) or initialize smaller, so that tanh \
             or sigmoid leaves its ends; the optimizer is not to blame"
        }
        Reason::Zero => {
            "change the initialization: weights that are all 0, before a ReLU or beside another factor \
             that is 0, never get a gradient and nothing can wake them"
        }
        Reason::State => {
            "look at what lies behind it: a dead or saturated output, a factor that is 0, a graph cut \
             by detach(); the optimizer holds it, so nothing is to be added there"
        }
    };
    let mut finding = Finding::new(Code::LayerWithoutGradient, sentence, act);
    let with = |reason: Reason| {
        named(
            found
                .iter()
                .filter(|(_, own)| *own == reason)
                .map(|(own, _)| *own),
        )
    };
    let saturated = with(Reason::Saturated);
    if !saturated.is_empty() {
        finding = finding.because(format!(
            "what reads {} moves by exactly what its biases move, plus or minus: every output is \
             constant at 1 or -1, so it is saturated (large inputs into tanh or sigmoid)",
            names(&saturated)
        ));
    }
    let zero = with(Reason::Zero);
    if !zero.is_empty() {
        finding = finding.because(format!(
            "all 0 from the first file to the last: {}",
            names(&zero)
        ));
    }
    let steps = found
        .iter()
        .filter_map(|(own, _)| own.held.as_ref().filter(|held| held.silent));
    let mut steps = steps.filter_map(|held| held.step);
    if let Some(steps) = steps.next() {
        finding = finding.because(format!(
            "it is in the optimizer, which stepped it {steps} times with moments of exactly 0"
        ));
    }
    Some(finding.about(tensors))
}
