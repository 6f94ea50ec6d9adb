//! The rate in force is so small that most updates round away.

use super::super::code::Code;
use super::super::facts::{Facts, named};
use super::super::finding::{Finding, percent};
use crate::census::TensorCensus;
use crate::moments::Updates;

/// Most numbers stand still, and the optimizer's state says that its next update would move few of
/// them, even in 32 bits, but most at a rate of 0.001.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let [first, last] = facts.clocks();
    let rate = facts.rates().in_force().filter(|_| last.rate.is_some())?;
    let moved = facts.last_moved();
    if moved >= 0.5 {
        return None;
    }
    let asked: Vec<(f64, Updates)> = facts
        .trained()
        .filter_map(|own| Some((own.size() as f64, own.held.as_ref()?.updates?)))
        .collect();
    let all: f64 = asked.iter().map(|(size, _)| size).sum();
    let mean = |part: fn(&Updates) -> f64| {
        asked
            .iter()
            .map(|(size, own)| size * part(own))
            .sum::<f64>()
            / all.max(1.0)
    };
    let too_small = mean(|own| own.in_f32) < 0.5 && mean(|own| own.at_usual_rate) >= 0.5;
    if !(too_small || rate == 0.0 && moved == 0.0) {
        return None;
    }
    let before = [last.initial_rate, first.rate];
    let before = before.into_iter().flatten().find(|own| *own > 10.0 * rate);
    let sentence = format!(
        "The learning rate in force is {}{}: {} of the weights kept their bits between the last two \
         files because of it.",
        number(rate),
        before.map_or_else(String::new, |own| format!(", after {}", number(own))),
        percent(1.0 - moved)
    );
    let still = |own: &&TensorCensus| own.last_moved() < 0.5;
    let mut finding = Finding::new(
        Code::RateTooSmall,
        sentence,
        "look at the schedule (milestones and gamma, a warm-up that never ends, steps counted in \
         batches where epochs were meant) and at what a resumed run loads; a log prints 0.000000 for \
         it",
    );
    if asked.is_empty() {
        finding = finding.because("the rate is in the optimizer's param_groups");
    } else {
        finding = finding.because(format!(
            "the optimizer's state holds gradients: one update changes {} of the weights at this \
             rate, and would change {} at 0.001",
            percent(mean(|own| own.own)),
            percent(mean(|own| own.at_usual_rate))
        ));
    }
    Some(finding.about(named(facts.trained().filter(still))))
}

/// A rate as people write it.
fn number(rate: f64) -> String {
    if rate != 0.0 && rate < 1e-3 {
        format!("{rate:.2e}").replace(".00e", "e")
    } else {
        format!("{rate}")
    }
}
