//! Filters that faded to 0 together with the gain of their norm, under weight decay.

use super::super::code::Code;
use super::super::facts::Facts;
use super::super::finding::{Finding, names};
use crate::census::TensorCensus;
use crate::layers::Role;

/// How much smaller than the middle one of its layer a filter, and its gain, must be.
const FADED: f64 = 1e-3;

fn middle(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// Units whose filter and whose gain are both next to 0 at the end and were not at the start.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let mut finding = Finding::new(
        Code::Faded,
        "",
        "they are as good as removed and can be pruned; to keep them, leave the gains of norms out of \
         the weight decay",
    );
    let mut count = 0;
    for (index, layer) in facts.history.network.layers.iter().enumerate() {
        let tensor = |name: &String| facts.trained().find(|own| own.name == *name);
        let gain = layer.companions.iter().filter_map(tensor);
        let gain: Option<&TensorCensus> = gain.into_iter().find(|own| own.role == Role::NormGain);
        let (Some(weight), Some(gain)) = (tensor(&layer.weight), gain) else {
            continue;
        };
        let (weights, [before, gains]) = (&weight.sizes[1], &gain.sizes);
        if [weights, before, gains]
            .iter()
            .any(|own| own.len() != layer.units)
        {
            continue;
        }
        let small = |all: &[f64], unit: usize| all[unit] > 0.0 && all[unit] < FADED * middle(all);
        let fell = |unit: usize| gains[unit] < FADED * before[unit];
        let units: Vec<usize> = (0..layer.units)
            .filter(|&unit| small(weights, unit) && small(gains, unit) && fell(unit))
            .collect();
        if !units.is_empty() {
            count += units.len();
            finding
                .tensors
                .extend([weight.name.clone(), gain.name.clone()]);
            let largest = units.iter().map(|&unit| gains[unit]).fold(0.0, f64::max);
            finding = finding.because(format!(
                "{}: the gains of these units in {} are at most {largest:.1e}, that of the middle unit {:.1e}; \
                 none of them came back",
                facts.layers[index].name,
                gain.name,
                middle(gains)
            ));
            finding
                .units
                .insert(facts.layers[index].name.clone(), units);
        }
    }
    if count == 0 {
        return None;
    }
    let all: usize = facts
        .layers
        .iter()
        .filter(|own| finding.units.contains_key(&own.name))
        .map(|own| own.units.len())
        .sum();
    let layers: Vec<String> = finding.units.keys().cloned().collect();
    finding.sentence = format!(
        "{count} of {all} units of {} faded to next to 0 together with the gains of their norms, as \
         weight decay makes them: small filter and small gain shrink each other's gradient.",
        names(&layers)
    );
    Some(finding.counting(count, "units"))
}
