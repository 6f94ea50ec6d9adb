//! Only the last layer learns.

use super::super::code::Code;
use super::super::facts::{Facts, module, named};
use super::super::finding::{Finding, names};
use crate::census::TensorCensus;
use crate::layers::Role;

/// All that learns is in one module that can be the last, and at least two others do not.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let learning: Vec<&TensorCensus> = facts.learning().collect();
    let first = learning.first()?;
    let last = module(&first.name);
    let one = learning
        .iter()
        .all(|own| module(&own.name) == last && (own.role.is_weight() || own.role == Role::Bias));
    let rest: Vec<&TensorCensus> = facts.trained().filter(|own| !own.learns()).collect();
    let others = rest.iter().filter(|own| own.role.is_weight()).count();
    if !one || others < 2 || !is_last(facts, last) {
        return None;
    }
    let silent = |own: &&&TensorCensus| own.held.as_ref().is_some_and(|held| held.silent);
    let proven = rest.iter().filter(silent).count();
    let decays = rest.iter().filter(|own| own.only_decays()).count();
    let zero = named(
        rest.iter()
            .copied()
            .filter(|own| own.zero[1] && own.role.is_weight()),
    );
    let learners = named(learning.into_iter());
    let sentence = format!(
        "Only {} learn{}: {} of {} tensors get no gradient{}.",
        names(&learners),
        if learners.len() == 1 { "s" } else { "" },
        rest.len(),
        facts.trained().count(),
        if decays > 0 {
            ", weight decay alone moves what moves of them"
        } else {
            ""
        }
    );
    let act = if zero.len() > 1 {
        "give one of the layers that are all 0 other weights: a product of two zeros has no gradient \
         in either factor"
    } else if zero.len() == 1 {
        "give the layer that is all 0 other weights, or wait: it gets gradients if what it reads is \
         not 0"
    } else if proven + decays > 0 {
        "look for what cuts the gradient off before the last layer: detach(), no_grad(), a factor \
         that is 0, a dead or saturated layer"
    } else {
        "if the rest is frozen on purpose, nothing; else look for detach(), no_grad() or \
         requires_grad = False before the last layer, and at what the optimizer was given"
    };
    let mut finding = Finding::new(Code::OnlyLastLearns, sentence, act);
    if proven > 0 {
        finding = finding.because(format!(
            "{proven} of them are in the optimizer with moments of exactly 0: no gradient ever came"
        ));
    }
    if !zero.is_empty() {
        finding = finding.because(format!(
            "all 0: {}. The gradient of a weight is a product with what it reads, that of what it \
             reads a product with the weight",
            names(&zero)
        ));
    }
    Some(finding.about(learners))
}

/// Whether a module can be the network's last, as far as the files tell.
fn is_last(facts: &Facts<'_>, last: &str) -> bool {
    let network = &facts.history.network;
    let name = facts.layers.iter().find(|layer| layer.name == last);
    if network.certain {
        return name.is_some_and(|layer| layer.is_output);
    }
    let mut rest = facts.trained().filter(|own| !own.learns());
    let proven =
        rest.any(|own| own.only_decays() || own.held.as_ref().is_some_and(|held| held.silent));
    let words = ["head", "classifier", "fc", "out", "logits", "last", "final"];
    let by_name = words.iter().any(|word| last.to_lowercase().contains(word));
    let by_order = facts
        .trained()
        .last()
        .is_some_and(|own| module(&own.name) == last);
    proven || by_name || by_order
}
