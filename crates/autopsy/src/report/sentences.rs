//! The answer in paragraphs: what happened, whether it is normal, what to do, what else there is.

use crate::answer::{Answer, Code, Finding, percent};
use crate::normal::{Advice, Normal};

/// Paragraphs, the most important first.
pub fn verdict(answer: &Answer, normal: Option<&Normal>, advice: &[Advice]) -> Vec<String> {
    let given = &answer.answer.finding;
    let mut paragraphs = vec![told(given)];
    if given.code > Code::SameFiles {
        paragraphs.extend(weights(answer));
    }
    let reference = match &answer.no_reference {
        Some(reason) => given.code.trains().then(|| capital(&format!("{reason}."))),
        None => normal.and_then(|normal| compared(answer, normal)),
    };
    paragraphs.extend(reference.map(|sentence| format!("Is this normal? {sentence}")));
    paragraphs.push(format!("What to do: {}.", given.act));
    if given.code == Code::DeadUnits && answer.no_reference.is_none() {
        paragraphs.extend(
            advice
                .iter()
                .map(|own| format!("{} ({}).", own.text.trim_end_matches('.'), own.study)),
        );
    }
    for finding in &answer.further {
        paragraphs.push(format!(
            "Also: {} What to do: {}.",
            told(finding),
            finding.act
        ));
    }
    paragraphs
}

/// What the studies say of the dead share. Where most weights stand still nothing is called normal:
/// how many do is known of small networks, by setting, and by no single number.
fn compared(answer: &Answer, normal: &Normal) -> Option<String> {
    let share = answer.summary.dead_share();
    if 2 * answer.weights.unchanged <= answer.weights.all {
        return normal.sentence(share);
    }
    let comparison = normal.comparison(share)?;
    Some(format!(
        "Of dead units something is known: {comparison} Of weights that stand still for other \
         reasons shares are known of small networks only: studies/answers."
    ))
}

/// A finding with what it rests on.
fn told(finding: &Finding) -> String {
    let evidence = finding
        .evidence
        .iter()
        .map(|own| capital(&format!("{own}.")));
    let sentences = std::iter::once(finding.sentence.clone()).chain(evidence);
    sentences.collect::<Vec<String>>().join(" ")
}

/// A sentence with a capital letter; names of tensors keep theirs.
fn capital(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default();
    let mut letters = text.chars();
    match letters.next() {
        Some(first)
            if word
                .trim_end_matches([',', ':'])
                .chars()
                .all(|own| own.is_ascii_lowercase()) =>
        {
            first.to_uppercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// Why weights have the same bits in the last two files.
fn weights(answer: &Answer) -> Option<String> {
    let weights = &answer.weights;
    if weights.unchanged == 0 {
        return None;
    }
    let known = weights.of_dead_units + weights.reading_dead_units + weights.not_trained;
    let parts = [
        (weights.of_dead_units, "belong to dead units"),
        (
            weights.reading_dead_units,
            "read a dead unit, whose output is 0",
        ),
        (weights.not_trained, "are in layers that never moved"),
        (
            weights.unchanged.saturating_sub(known),
            "got updates too small to change them, or none for a while",
        ),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    Some(format!(
        "{} of {} weights ({}) have the same bits in the last two files: {}.",
        weights.unchanged,
        weights.all,
        percent(weights.unchanged as f64 / weights.all.max(1) as f64),
        parts.join(", ")
    ))
}

/// The steps that are taken to lie between the files, and what says so.
pub fn steps(answer: &Answer) -> String {
    let mut steps: Vec<String> = answer
        .steps
        .iter()
        .map(|own| match own.count {
            Some(count) => format!("{count} ({})", own.source.words()),
            None => "not known".to_owned(),
        })
        .collect();
    steps.dedup();
    format!("steps from one file to the next: {}", steps.join(", "))
}
