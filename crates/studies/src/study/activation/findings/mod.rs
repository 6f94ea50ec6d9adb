//! What the study found, in sentences whose numbers come from the published tables.

mod accuracy;

use self::accuracy::interval_words;
use super::estimates::{accuracy_name, silent_name};
use super::{MARGIN, REFERENCE};
use crate::report::listed;
use crate::report::numbers::percent;
use crate::statistics::{Equivalence, Interval, equivalence};
use crate::study::StudyError;
use crate::study::arm::rate_words;
use crate::study::cells::{Cells, Share};
use crate::study::estimated::Estimates;
use crate::table::{Table, named};

/// The activation that the sentences under test are about.
const LEAKY: &str = "Leaky ReLU 0.01";

struct Findings {
    cells: Cells,
    estimates: Estimates,
    activations: Vec<String>,
    /// As the table has them.
    rates: Vec<String>,
    words: Vec<String>,
}

/// The sentences, the answer first.
///
/// # Errors
/// If a table or column is missing.
pub(super) fn findings(tables: &[Table]) -> Result<Vec<String>, StudyError> {
    let cells = Cells::read(named(tables, "cells")?, &["activation", "learning_rate"])?;
    let rates = cells.labels(1);
    let numbers: Vec<f64> = rates
        .iter()
        .map(|t| t.parse().unwrap_or(f64::NAN))
        .collect();
    let found = Findings {
        activations: cells.labels(0),
        words: rate_words(&numbers),
        estimates: Estimates::read(named(tables, "estimates")?)?,
        cells,
        rates,
    };
    let mut sentences = vec![found.answer()];
    for rate in 0..found.rates.len() {
        sentences.push(found.silent(rate));
    }
    sentences.push(found.dead());
    sentences.push(found.saturated());
    sentences.push(found.lost());
    sentences.push(found.accuracies());
    sentences.extend(found.at_edge(named(tables, "accuracy")?)?);
    sentences.push(found.order());
    sentences.push(found.gradients());
    Ok(sentences)
}

impl Findings {
    fn share(&self, activation: &str, rate: usize, quantity: &str) -> Share {
        let layer = if quantity.ends_with("filters") {
            "all"
        } else {
            ""
        };
        self.cells
            .get(&[activation, &self.rates[rate]], quantity, layer)
    }

    fn answer(&self) -> String {
        let Some(edge) = self.rates.len().checked_sub(1) else {
            return "No trial.".into();
        };
        let accuracy = self.estimates.get(&accuracy_name(LEAKY));
        let silent = self.estimates.get(&silent_name(LEAKY, &self.words[edge]));
        // The primary prediction: what its own interval says comes first.
        let (low, high) = accuracy.judging;
        let equivalent = match equivalence(Interval { low, high }, MARGIN) {
            Equivalence::Equivalent => "they are equivalent within 1 point",
            Equivalence::Different => "they differ by more than 1 point",
            Equivalence::Undecided => "whether they are equivalent within 1 point is not decided",
        };
        let below = edge.checked_sub(1).map_or_else(String::new, |below| {
            format!(
                " At {place} it is {own} against {relu}.",
                place = the(&self.words[below]),
                own = self.share(LEAKY, below, "silent_filters").long(),
                relu = self.share(REFERENCE, below, "silent_filters").long(),
            )
        });
        let fewer = if silent.high < 0.0 {
            "it leaves fewer filters silent"
        } else if silent.low > 0.0 {
            "it leaves more filters silent"
        } else {
            "whether it leaves fewer filters silent is not decided"
        };
        format!(
            "Leaky ReLU 0.01 has no dead filters by definition, and at the {word} {fewer}: there \
             (rate {rate}) {own} of its filters never act on any training image, against {relu} of \
             ReLU's, which are dead ({difference}, paired by seed, {n} pairs in which both \
             networks work).{below} In accuracy, each at its best rate, the two differ by \
             {accuracy}; by the interval that judges (99.7%: {judging}) {equivalent}.",
            n = silent.n,
            judging = interval_words(accuracy.judging),
            word = self.words[edge],
            rate = self.rates[edge],
            own = self.share(LEAKY, edge, "silent_filters").long(),
            relu = self.share(REFERENCE, edge, "silent_filters").long(),
            difference = silent.points(),
            accuracy = accuracy.points(),
        )
    }

    fn list(&self, rate: usize, quantity: &str, keep: fn(Share) -> bool) -> Vec<String> {
        self.activations
            .iter()
            .map(|activation| (activation, self.share(activation, rate, quantity)))
            .filter(|(_, share)| keep(*share))
            .map(|(activation, share)| format!("{activation} {}", share.long()))
            .collect()
    }

    fn place(&self, rate: usize) -> String {
        format!("at {} (rate {})", the(&self.words[rate]), self.rates[rate])
    }

    fn silent(&self, rate: usize) -> String {
        let mut parts = self.list(rate, "silent_filters", |share| share.mean > 0.0);
        let named = |keep: fn(Share) -> bool| -> Vec<&str> {
            let names = self.activations.iter().map(String::as_str);
            names
                .filter(|name| keep(self.share(name, rate, "silent_filters")))
                .collect()
        };
        let none = named(|share| share.mean == 0.0);
        if !none.is_empty() {
            let share = self.share(none[0], rate, "silent_filters");
            parts.push(format!(
                "none in any of {} networks each (95% limit: {} of networks) with {}",
                share.n,
                percent(share.high),
                none.join(", ")
            ));
        }
        let lost = named(|share| share.mean.is_nan());
        if !lost.is_empty() {
            parts.push(format!("no network works with {}", lost.join(", ")));
        }
        let intro = format!(
            "Silent on the whole training set {}, of the filters of working networks",
            self.place(rate)
        );
        listed(&intro, parts)
    }

    /// Numerically dead filters of other activations than ReLU.
    fn dead(&self) -> String {
        let mut parts = Vec::new();
        for rate in 0..self.rates.len() {
            for activation in self.activations.iter().filter(|name| *name != REFERENCE) {
                let share = self.share(activation, rate, "dead_filters");
                if share.mean > 0.0 {
                    parts.push(format!(
                        "{activation} {} {}",
                        share.long(),
                        self.place(rate)
                    ));
                }
            }
        }
        if parts.is_empty() {
            "No filter of any activation but ReLU is dead at the end of a network that works: no \
             smooth one is numerically dead."
                .into()
        } else {
            format!(
                "Numerically dead (silent so deep that f32 rounds the derivative to 0): {}; of no \
                 other activation but ReLU.",
                parts.join("; ")
            )
        }
    }

    fn saturated(&self) -> String {
        let parts: Vec<String> = (0..self.rates.len())
            .flat_map(|rate| {
                let list = self.list(rate, "saturated_filters", |share| share.mean > 0.0);
                let place = self.place(rate);
                list.into_iter().map(move |part| format!("{part} {place}"))
            })
            .collect();
        if parts.is_empty() {
            "No tanh filter is saturated on the whole training set (beyond \u{b1}9.01 at every \
             position of every image) at the end of a network that works."
                .into()
        } else {
            format!(
                "Saturated on the whole training set (beyond \u{b1}9.01 at every position of every \
                 image): {}.",
                parts.join("; ")
            )
        }
    }

    /// Collapsed and diverged networks.
    fn lost(&self) -> String {
        let mut parts = Vec::new();
        for rate in 0..self.rates.len() {
            let mut here = Vec::new();
            for activation in &self.activations {
                let collapsed = self.share(activation, rate, "collapsed");
                let diverged = self.share(activation, rate, "diverged");
                let count = |share: Share| (share.mean * share.n).round();
                if collapsed.mean + diverged.mean > 0.0 {
                    here.push(format!(
                        "{activation} {} + {} of {}",
                        count(collapsed),
                        count(diverged),
                        collapsed.n,
                    ));
                }
            }
            if !here.is_empty() {
                parts.push(format!("{}: {}", self.place(rate), here.join("; ")));
            }
        }
        if parts.is_empty() {
            "No network collapses or diverges at any of the rates.".into()
        } else {
            listed(
                "Lost networks, collapsed + diverged of all (none with the others)",
                parts,
            )
        }
    }

    fn gradients(&self) -> String {
        let counted = self.estimates.get("dead_steps_with_gradient");
        format!(
            "While a filter was dead throughout the interval between two censuses, numerically \
             dead ones included, its gradient was not exactly 0 at {} of {} steps.",
            counted.events, counted.opportunities
        )
    }
}

/// `the low rate`, `half the edge`, `the edge`.
fn the(word: &str) -> String {
    match word {
        "low" => "the low rate".into(),
        "edge" => "the edge".into(),
        other => other.into(),
    }
}
