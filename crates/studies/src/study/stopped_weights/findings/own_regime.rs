//! Why weights stop in the regime of the question: 20,000 steps, saved every 1,000.

use super::phrase;
use super::rows::{CAUSES, Causes, Row};
use crate::report::listed;
use crate::report::numbers::{percent, significant};
use crate::study::stopped_weights::{INTERVALS, LONG};

/// Causes with less than this part of the stopped weights are not named.
const NAMED: f64 = 0.01;

/// The causes at the end, largest first: over one step, and between two saves.
pub(super) fn why(causes: &Causes) -> Vec<String> {
    let mut sentences = Vec::new();
    for (interval, words) in [(1, "one step"), (INTERVALS[3], "1,000 steps")] {
        let optimizers = causes.optimizers(LONG);
        let rows = optimizers
            .iter()
            .filter_map(|name| Some((name, causes.last(LONG, name, interval)?)));
        let parts: Vec<String> = rows
            .map(|(optimizer, last)| {
                let loss = significant(last.loss);
                format!("{} (loss {loss}): {}", phrase(optimizer), of(last))
            })
            .collect();
        if !parts.is_empty() {
            let intro = format!(
                "Why, at the end of the 20,000 steps: of the weights that are bit-equal over \
                 {words}, mean of the two networks"
            );
            sentences.push(listed(&intro, parts));
        }
    }
    sentences
}

fn of(row: &Row) -> String {
    if row.stopped == 0.0 {
        return "none are".into();
    }
    let mut own: Vec<(f64, &str)> = row
        .causes
        .iter()
        .zip(CAUSES)
        .map(|(&cause, (_, words))| (cause / row.stopped, words))
        .filter(|(part, _)| *part >= NAMED)
        .collect();
    own.sort_by(|a, b| b.0.total_cmp(&a.0));
    let own: Vec<String> = own
        .into_iter()
        .map(|(part, words)| format!("{} {words}", percent(part)))
        .collect();
    format!(
        "{} of all weights, because: {}",
        percent_small(row.stopped),
        own.join("; ")
    )
}

/// A share with one decimal, or that it is smaller.
fn percent_small(share: f64) -> String {
    if share < 0.0005 {
        "less than 0.1%".into()
    } else {
        percent(share)
    }
}
