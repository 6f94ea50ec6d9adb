//! Some units are dead.

use super::super::PRUNE;
use super::super::code::Code;
use super::super::facts::Facts;
use super::super::finding::{Finding, percent};
use crate::verdict::Verdict;

/// Units of hidden layers with that verdict.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let dead = facts.with(Verdict::Dead).count();
    if dead == 0 {
        return None;
    }
    let units = facts.hidden().map(|layer| layer.units.len()).sum::<usize>();
    let latest = facts.with(Verdict::Dead).filter_map(|unit| unit.since);
    let latest = latest.map(|[_, by]| by).max().flatten();
    let since = latest.map_or_else(String::new, |by| format!(", the last of them by step {by}"));
    let sentence = format!(
        "{dead} of {units} units ({}) are dead{since}: no gradient reaches them, and the weights that \
         read them stopped too, as their output is 0.",
        percent(dead as f64 / units.max(1) as f64)
    );
    let act = if facts.history.network.certain {
        format!(
            "dead units take memory and time and change no output on the training data; `{PRUNE}` \
             removes them. They are no reason to stop a training that goes well"
        )
    } else {
        "dead units take memory and time and change no output on the training data. They are no reason \
         to stop a training that goes well; a lower rate or a warm-up lets fewer die"
            .to_owned()
    };
    let mut finding = Finding::new(Code::DeadUnits, sentence, act);
    for layer in facts
        .hidden()
        .filter(|layer| layer.count(Verdict::Dead) > 0)
    {
        let own = layer
            .units
            .iter()
            .filter(|unit| unit.verdict == Verdict::Dead);
        finding
            .units
            .insert(layer.name.clone(), own.map(|unit| unit.unit).collect());
    }
    finding.evidence.extend(others(facts));
    Some(finding.counting(dead, "units"))
}

/// What is said of other units.
pub fn others(facts: &Facts<'_>) -> Vec<String> {
    let words = [
        (
            Verdict::PerhapsDead,
            "perhaps dead (without a gradient, but not for long, or with readers unknown)",
        ),
        (
            Verdict::CutOffOrDead,
            "cut off or dead (nothing that reads them learns, or they are read and get no gradient)",
        ),
        (Verdict::Starved, "starved (everything they read is dead)"),
        (
            Verdict::NotTrained,
            "not trained (their whole layer never moved)",
        ),
        (Verdict::Stalled, "stalled (their updates round away)"),
    ];
    let counted = words
        .into_iter()
        .map(|(verdict, words)| (facts.with(verdict).count(), words));
    let counted: Vec<String> = counted
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    let mut sentences = Vec::new();
    if !counted.is_empty() {
        sentences.push(format!("besides, {}", counted.join("; ")));
    }
    sentences.push(format!(
        "{} units learn",
        facts.with(Verdict::Learning).count()
    ));
    let revived = facts
        .hidden()
        .flat_map(|layer| &layer.units)
        .filter(|unit| unit.revived);
    match revived.count() {
        0 => {}
        revived => sentences.push(format!("{revived} looked dead for a while and came back")),
    }
    sentences
}
