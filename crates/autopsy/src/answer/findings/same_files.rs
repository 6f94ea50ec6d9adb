//! All files hold the same weights, and nothing in them says why.

use super::super::code::Code;
use super::super::facts::{Facts, named};
use super::super::finding::Finding;
use crate::census::TensorCensus;
use crate::layers::Role;

/// Nothing moves in any interval.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    if !facts.nothing_moves() || super::rate_too_small::find(facts).is_some() {
        return None;
    }
    let [first, last] = facts.clocks();
    let statistics = facts.history.census.tensors.iter();
    let statistics = statistics.filter(|own| !own.is_trained() && !own.never_moved());
    let batches = last.batches_since(&first).filter(|own| *own > 0.0);
    let forward = batches.is_some() || statistics.count() > 0;
    let zero_biases = start(facts);
    let made = facts.steps_made();
    let count = facts.files().len();
    let sentence = format!(
        "All {count} files hold the same weights, bit for bit: {}.",
        if made == Some(0.0) {
            "the optimizer made no step between them"
        } else if forward {
            "batches went through the network, and no weight moved"
        } else {
            "nothing in them says why"
        }
    );
    let reference = "a state_dict() kept without a copy (copy.deepcopy) and saved later, so that all \
         files hold the last state";
    let gradient = "steps whose gradients are all exactly 0: a ReLU on the output that never fires, \
         a loss that does not depend on the weights";
    let steps = "no step: step() never called, or an optimizer made for other tensors";
    let mut finding = Finding::new(
        Code::SameFiles,
        sentence,
        "print one weight and its gradient's largest size before and after optimizer.step(): no \
         gradient at all (None) means that the loss does not reach it, exactly 0 that something cuts \
         it off, neither that the files are not what was trained. A small learning rate explains \
         none of it",
    );
    let reasons: Vec<&str> = if made == Some(0.0) {
        vec![steps]
    } else if forward || zero_biases {
        vec![gradient, steps]
    } else if beyond_default(facts) {
        vec![reference, gradient, steps]
    } else {
        vec![reference, steps, gradient]
    };
    finding = finding.because(format!("usual reasons: {}", reasons.join("; or ")));
    if let Some(steps) = made.filter(|own| *own > 0.0) {
        finding = finding.because(format!("the trainer counted {steps} steps meanwhile"));
    }
    if let Some(batches) = batches {
        finding = finding.because(format!("the norms counted {batches} batches meanwhile"));
    } else if zero_biases {
        finding = finding.because(
            "every bias is still exactly 0, as initialized: these are the weights of the start, so \
             that it is not the last state saved over and over",
        );
    } else if beyond_default(facts) {
        finding = finding.because(
            "the weights are beyond what PyTorch's default initialization draws from, so a \
             network that began with it did learn: the first reason fits best",
        );
    }
    Some(finding.about(named(facts.trained())))
}

fn biases<'a>(facts: &Facts<'a>) -> impl Iterator<Item = &'a TensorCensus> + Clone + use<'a> {
    facts.trained().filter(|own| own.role == Role::Bias)
}

/// Whether all biases are 0, which training does not leave them.
fn start(facts: &Facts<'_>) -> bool {
    biases(facts).next().is_some() && biases(facts).all(|own| own.zero[1])
}

/// Whether most layers have weights outside +-1/sqrt(inputs), the range of PyTorch's default.
fn beyond_default(facts: &Facts<'_>) -> bool {
    let layers = &facts.history.network.layers;
    let beyond = facts.trained().filter(|own| {
        own.layer.is_some_and(|layer| {
            let inputs = layers[layer].row().max(1) as f64;
            own.largest > 1.0 / libm::sqrt(inputs)
        })
    });
    2 * beyond.count() > layers.len()
}
