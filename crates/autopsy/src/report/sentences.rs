//! The verdict in sentences: what, whether it is normal, whether to do something.

use crate::answer::{Answer, Summary};
use crate::normal::{Advice, Normal};
use crate::verdict::{Unit, Verdict};

/// Paragraphs, the most important first.
pub fn verdict(answer: &Answer, normal: Option<&Normal>, advice: &[Advice]) -> Vec<String> {
    let summary = &answer.summary;
    let mut paragraphs = vec![headline(answer)];
    if let Some(weights) = weights(answer) {
        paragraphs.push(weights);
    }
    if summary.diverged > 0 {
        paragraphs.push(
            "What to do: go back to the last file before that and lower the learning rate; what \
             was saved later is lost."
                .to_owned(),
        );
        return paragraphs;
    }
    if let Some(normal) = normal.and_then(|normal| normal.sentence(summary.dead_share())) {
        paragraphs.push(format!("Is this normal? {normal}"));
    }
    if let Some(layer) = wholly_dead(answer) {
        paragraphs.push(format!(
            "What to do: start again with a lower learning rate; no gradient passes {layer} any \
             more, so nothing before it can recover."
        ));
        return paragraphs;
    }
    paragraphs.push(what_to_do(summary));
    if summary.dead > 0 {
        paragraphs.extend(
            advice
                .iter()
                .map(|own| format!("{} ({}).", own.text.trim_end_matches('.'), own.study)),
        );
    }
    paragraphs
}

fn percent(count: usize, whole: usize) -> String {
    let share = 100.0 * count as f64 / whole.max(1) as f64;
    if share > 0.0 && share < 1.0 {
        "less than 1%".to_owned()
    } else {
        format!("{share:.0}%")
    }
}

fn headline(answer: &Answer) -> String {
    let summary = &answer.summary;
    let units = summary.units;
    let hidden = || answer.layers.iter().filter(|layer| !layer.is_output);
    let with = |verdict: Verdict| {
        hidden()
            .flat_map(|layer| &layer.units)
            .filter(move |unit| unit.verdict == verdict)
    };
    if summary.diverged > 0 {
        let since = with(Verdict::Diverged).filter_map(|unit| unit.since).min();
        return format!(
            "The training diverged: weights of {} of {units} units are NaN or infinite{}.",
            summary.diverged,
            since.map(between).unwrap_or_default()
        );
    }
    let dead = match summary.dead {
        0 => format!(
            "No unit is dead: none of {units} has been without a gradient for long while the \
             weights that read it stopped too."
        ),
        dead => format!(
            "{dead} of {units} units ({}) are dead{}: no gradient reaches them, and the weights \
             that read them stopped too, as their output is 0.",
            percent(dead, units),
            latest(with(Verdict::Dead))
        ),
    };
    let others = [
        (
            summary.perhaps_dead,
            "perhaps dead (without a gradient, but not for long, or with readers unknown)",
        ),
        (
            summary.cut_off_or_dead,
            "cut off or dead (nothing that reads them learns, or they are read and get no gradient)",
        ),
        (summary.starved, "starved (everything they read is dead)"),
        (
            summary.not_trained,
            "not trained (their whole layer never moved)",
        ),
        (summary.stalled, "stalled (their updates round away)"),
    ];
    let others: Vec<String> = others
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    let mut sentences = vec![dead];
    if let Some(layer) = wholly_dead(answer) {
        sentences.insert(
            0,
            format!(
                "The network has collapsed: every unit of {layer} is dead, so that it answers the \
                 same to everything."
            ),
        );
    }
    if !others.is_empty() {
        sentences.push(format!("Besides, {}.", others.join("; ")));
    }
    sentences.push(format!("{} learn.", summary.learning));
    if summary.revived > 0 {
        let revived = summary.revived;
        sentences.push(format!("{revived} looked dead for a while and came back."));
    }
    sentences.join(" ")
}

/// A layer of which nothing is left, in a network without branches.
fn wholly_dead(answer: &Answer) -> Option<&str> {
    let dead = answer
        .layers
        .iter()
        .find(|layer| layer.read_by.is_some() && layer.count(Verdict::Dead) == layer.units.len());
    let chain = answer
        .layers
        .iter()
        .filter(|layer| layer.read_by.is_none())
        .count()
        == 1;
    dead.filter(|_| chain).map(|layer| &layer.name[..])
}

/// ` since ..` for units that share a verdict.
fn latest<'a>(units: impl Iterator<Item = &'a Unit>) -> String {
    let latest = units.filter_map(|unit| unit.since).map(|[_, by]| by).max();
    match latest.flatten() {
        Some(by) => format!(", the last of them by step {by}"),
        None => String::new(),
    }
}

fn between([after, by]: [Option<u64>; 2]) -> String {
    match (after, by) {
        (Some(after), Some(by)) => format!(", first between steps {after} and {by}"),
        (None, Some(by)) => format!(", already at step {by}"),
        _ => String::new(),
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
        (weights.not_trained, "are in layers that are not trained"),
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
        percent(weights.unchanged, weights.all),
        parts.join(", ")
    ))
}

fn what_to_do(summary: &Summary) -> String {
    let mut todo = Vec::new();
    if summary.dead > 0 {
        todo.push(
            "dead units take memory and time and change no output on the training data; \
             `mortality prune` removes them. They are no reason to stop a training that goes well",
        );
    }
    if summary.not_trained > 0 {
        todo.push(
            "if the layers that never moved were meant to learn, give their parameters to the \
             optimizer and see that requires_grad is true",
        );
    }
    if summary.stalled > summary.units / 10 {
        todo.push(
            "where updates round away, keep a copy of the weights in f32 (mixed precision) or \
             raise the learning rate",
        );
    }
    if todo.is_empty() {
        return "What to do: nothing.".to_owned();
    }
    format!("What to do: {}.", todo.join(". Also, "))
}
