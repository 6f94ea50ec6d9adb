//! Inputs that are 0 in all the data: their weights never moved.

use super::super::code::Code;
use super::super::facts::Facts;
use super::super::finding::{Finding, percent, plural};
use crate::census::TensorCensus;

/// Columns that never moved, of a layer that no other layer feeds.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let network = &facts.history.network;
    let first = |own: &&TensorCensus| {
        let fed = |layer: usize| {
            let mut readers = network.readers.iter().flatten();
            readers.any(|(reader, _)| *reader == layer)
        };
        // Where nobody knows who reads whom, an input is one that has no layer's width.
        let width = |layer: usize| {
            let inputs = network.layers[layer].inputs;
            network.layers.iter().any(|other| other.units == inputs)
        };
        own.learns()
            && own
                .layer
                .is_some_and(|layer| !fed(layer) && (network.certain || !width(layer)))
    };
    for tensor in facts.trained().filter(first) {
        let still: Vec<usize> = tensor
            .columns
            .still()
            .iter()
            .map(|&own| own as usize)
            .collect();
        let Some(layer) = tensor.layer.map(|layer| &network.layers[layer]) else {
            continue;
        };
        if still.is_empty() || still.len() == layer.inputs {
            continue;
        }
        let kept = still.len() * layer.units * layer.taps;
        let sentence = format!(
            "{} of {} inputs ({}) never reach any unit of {}: their {kept} weights never moved, so the \
             input{} {} 0 in all the data. The units learn.",
            still.len(),
            layer.inputs,
            percent(still.len() as f64 / layer.inputs as f64),
            layer.name,
            plural(still.len()),
            if still.len() == 1 { "is" } else { "are" },
        );
        let mut finding = Finding::new(
            Code::InputsNeverRead,
            sentence,
            "nothing, or leave these inputs out (the edge of images, words that never occur): their \
             weights keep what they were initialized with and change no answer on such data",
        );
        finding.tensors.push(tensor.name.clone());
        let count = still.len();
        finding.inputs.insert(layer.name.clone(), still);
        return Some(finding.counting(count, "inputs"));
    }
    None
}
