//! Updates are smaller than half a unit in the last place.

use super::super::code::Code;
use super::super::facts::{Facts, named, share};
use super::super::finding::{Finding, names, percent};
use crate::Format;
use crate::census::{Rounding, TensorCensus};
use crate::layers::Role;

fn is_short(own: &TensorCensus) -> bool {
    matches!(own.format, Format::Bf16 | Format::F16)
}

/// Whether a tensor that never moved can have stood still by rounding: among numbers of its size
/// in other tensors most keep their bits from file to file.
pub fn may_round_away(facts: &Facts<'_>, own: &TensorCensus) -> bool {
    let alike = facts.history.census.rounding.share(own.smallest);
    is_short(own) && own.never_moved() && alike.is_some_and(|still| still >= 0.5)
}

/// Numbers of 16 bits most of which stand still by rounding, or whole tensors of them.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let short = facts.trained().filter(|own| is_short(own));
    let census = &facts.history.census;
    let [ever, at_the_end] = [&census.rounding, &census.last_rounding].map(Rounding::decides);
    if facts.learning().next().is_none() || !(ever || at_the_end) {
        return None;
    }
    let outside = |own: &&TensorCensus| {
        let held = own.held.as_ref();
        held.is_some_and(|held| held.in_a_group == Some(false) || held.silent)
    };
    let whole: Vec<&TensorCensus> = short
        .clone()
        .filter(|own| ever && may_round_away(facts, own) && !outside(own))
        .collect();
    let still = 1.0 - share(short.clone());
    let most = still >= 0.5 && facts.unexplained() >= 0.5;
    if whole.is_empty() && !most {
        return None;
    }
    let format = short.clone().next().map_or(Format::Bf16, |own| own.format);
    let (word, digits) = match format {
        Format::F16 => ("float16", 11),
        _ => ("bfloat16", 8),
    };
    let act = "keep a copy of the weights in float32 for the optimizer (mixed precision), or round \
         stochastically; a higher rate only hides it";
    let rule = format!(
        "{word} has {digits} binary digits: near 1 its numbers are 2^-{} apart, so a step below half of \
         that leaves 1.0 as it is",
        digits - 1
    );
    let zero = named(
        facts
            .trained()
            .filter(|own| own.never_moved() && own.zero[1] && own.role.is_gate()),
    );
    let mut finding = if most {
        let all: usize = short.clone().map(TensorCensus::size).sum();
        let kept = (still * all as f64).round() as usize;
        let sentence = format!(
            "Updates round away: {} of the {word} weights kept their bits between the last two \
             files, although gradients come.",
            percent(still)
        );
        Finding::new(Code::RoundsAway, sentence, act)
            .about(named(short.filter(|own| own.last_moved() < 0.5)))
            .counting(kept, "weights")
    } else {
        let gains = whole.iter().all(|own| own.role == Role::NormGain);
        let count: usize = whole.iter().map(|own| own.size()).sum();
        let of = if gains { "gains" } else { "weights" };
        let tensors = named(whole.into_iter());
        let sentence = format!(
            "Updates round away: {count} {of} of {} ({}) never left their {word} values, while \
             smaller numbers move.",
            if tensors.len() == 1 {
                "one tensor".to_owned()
            } else {
                format!("{} tensors", tensors.len())
            },
            names(&tensors)
        );
        Finding::new(Code::RoundsAway, sentence, act)
            .about(tensors)
            .counting(count, of)
    };
    finding = finding.because(rule);
    if !ever {
        finding = finding.because(
            "it began during the run: earlier updates were longer. If the files are copies of float32 \
             weights, only the copies stand still",
        );
    }
    if !zero.is_empty() {
        finding = finding.because(format!(
            "{} {} exactly 0 in every file, which no rounding does: no gradient reaches \
             {}, or the optimizer does not hold {}",
            names(&zero),
            if zero.len() == 1 { "is" } else { "are" },
            if zero.len() == 1 { "it" } else { "them" },
            if zero.len() == 1 { "it" } else { "them" },
        ));
    }
    Some(finding)
}
