//! Tensors that stand still because the optimizer does not hold them.

use super::super::code::Code;
use super::super::facts::{Facts, module, named};
use super::super::finding::{Finding, names, plural};
use super::rounds_away::may_round_away;
use crate::census::TensorCensus;
use crate::layers::Role;
use crate::moments::Held;
use crate::verdict::Verdict;

/// Tensors that never moved while others learn, and what the optimizer's state says of them; where
/// there is none, those of which no other reason is left.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let learning = facts.learning().count();
    if learning == 0 {
        return None;
    }
    let adapters = facts.has_adapters();
    let still = facts
        .trained()
        .filter(|own| own.never_moved() && (!adapters || own.is_adapter()));
    let says = |own: &&TensorCensus, holds: fn(&Held) -> bool| own.held.as_ref().is_some_and(holds);
    let outside: Vec<&TensorCensus> = still
        .clone()
        .filter(|own| says(own, |held| held.in_a_group == Some(false)))
        .collect();
    let empty: Vec<&TensorCensus> = still
        .clone()
        .filter(|own| {
            says(own, |held| {
                held.has_state == Some(false) || held.other_shape.is_some()
            })
        })
        .collect();
    let all = facts.trained().count();
    let tell = |tensors: Vec<&TensorCensus>, reason: &str| {
        let tensors = named(tensors.into_iter());
        let act = if tensors.len() == all - learning && 2 * tensors.len() > all {
            "if they were meant to learn, give their parameters to the optimizer; if they are \
             frozen on purpose, nothing"
        } else {
            "give their parameters to the optimizer, after the last resizing or replacing of \
             modules, and see that requires_grad is true"
        };
        let sentence = format!(
            "{} tensor{} never moved while {learning} learn{}: {} ({reason}).",
            tensors.len(),
            plural(tensors.len()),
            if learning == 1 { "s" } else { "" },
            names(&tensors),
        );
        Finding::new(Code::NotInOptimizer, sentence, act).about(tensors)
    };
    if !outside.is_empty() {
        let mut finding = tell(outside, "no group of the optimizer holds them");
        finding = finding.because(
            "the optimizer's groups were set against the model's tensors by order, shapes and \
             movements, and leave no place for these",
        );
        return Some(finding);
    }
    if !empty.is_empty() {
        let resized = empty.iter().find_map(|own| {
            let shape = own.held.as_ref()?.other_shape.as_ref()?;
            Some(format!(
                "the optimizer's state of {} has the shape {shape:?}, the tensor {:?}: it holds the \
                 tensor as it was before it was resized",
                own.name, own.shape
            ))
        });
        let mut finding = tell(empty, "the optimizer has a state of others only");
        finding = finding.because(resized.unwrap_or_else(|| {
            "the optimizer has a state of every other parameter and none in this place, so what it \
             holds there never got a gradient: an old copy of the tensor (resized or replaced after \
             the optimizer was made), or one whose requires_grad is false"
                .to_owned()
        }));
        return Some(finding);
    }
    let inferred = inferred(facts);
    (!inferred.is_empty()).then(|| {
        tell(
            inferred,
            "no group of the optimizer holds them, or requires_grad is false; its state is not in \
             the files",
        )
        .because(
            "neither rounding nor a dead or saturated output explains it; only a gradient that is \
             exactly 0 for another reason would look the same",
        )
    })
}

/// Modules that never moved, where nothing in the files says what the optimizer holds. Where most
/// tensors never moved, that is what somebody wanted.
fn inferred<'a>(facts: &Facts<'a>) -> Vec<&'a TensorCensus> {
    if facts.has_adapters() || facts.has_state() {
        return Vec::new();
    }
    let unexplained = |own: &&TensorCensus| {
        let layer = facts.layer_of(own);
        let dead = layer.is_some_and(|layer| layer.count(Verdict::NotTrained) == 0);
        let zero = own.zero[1] && !matches!(own.role, Role::NormShift | Role::Bias);
        let saturated = own.seen.iter().any(|seen| seen.saturated);
        own.never_moved() && !dead && !zero && !saturated && !may_round_away(facts, own)
    };
    let of_module = |own: &TensorCensus| {
        let name = module(&own.name).to_owned();
        facts
            .trained()
            .filter(move |other| module(&other.name) == name && !name.is_empty())
    };
    // A module is left out as a whole.
    let found: Vec<&TensorCensus> = facts
        .trained()
        .filter(unexplained)
        .filter(|own| of_module(own).all(|other| unexplained(&other)))
        .filter(|own| own.size() > 1)
        .collect();
    if 2 * found.len() > facts.trained().count() {
        return Vec::new();
    }
    found
}
