//! What the study found, in sentences whose numbers come from the published tables.

mod claims;

use super::REFERENCE;
use super::estimates::name;
use crate::report::listed;
use crate::study::StudyError;
use crate::study::arm::{printed, rate_words};
use crate::study::cells::{Cells, Share};
use crate::study::estimated::Estimates;
use crate::table::{Table, named};

/// The scheme that the primary prediction is about.
const LARGE: &str = "4x He";

/// One rate: as the table has it, and what it is.
struct Rate {
    text: String,
    word: String,
}

struct Findings {
    cells: Cells,
    estimates: Estimates,
    schemes: Vec<String>,
    rates: Vec<Rate>,
}

/// The sentences, the answer first.
///
/// # Errors
/// If a table or column is missing.
pub(super) fn findings(tables: &[Table]) -> Result<Vec<String>, StudyError> {
    let cells = Cells::read(
        named(tables, "cells")?,
        &["initialization", "learning_rate"],
    )?;
    let texts = cells.labels(1);
    let numbers: Vec<f64> = texts
        .iter()
        .map(|t| t.parse().unwrap_or(f64::NAN))
        .collect();
    let words = rate_words(&numbers);
    let rates = texts.into_iter().zip(words);
    let found = Findings {
        schemes: cells.labels(0),
        rates: rates.map(|(text, word)| Rate { text, word }).collect(),
        estimates: Estimates::read(named(tables, "estimates")?)?,
        cells,
    };
    let mut sentences = vec![found.answer()];
    sentences.extend(found.rates.iter().map(|rate| found.dead(rate)));
    sentences.extend(found.rates.iter().map(|rate| found.lost(rate)));
    sentences.extend(found.born());
    sentences.push(found.small_bias());
    sentences.push(found.revived());
    sentences.extend(found.rates.iter().filter_map(|rate| found.accuracy(rate)));
    Ok(sentences)
}

/// Networks behind a share of them.
fn count(share: Share) -> f64 {
    (share.mean * share.n).round()
}

impl Findings {
    fn share(&self, scheme: &str, rate: &Rate, quantity: &str) -> Share {
        let layer = if quantity.ends_with("filters") || quantity == "final_deaths" {
            "all"
        } else {
            ""
        };
        self.cells.get(&[scheme, &rate.text], quantity, layer)
    }

    /// Whether large weights kill, and which scheme leaves most and fewest dead.
    fn answer(&self) -> String {
        let Some(low) = self.rates.first() else {
            return "No trial.".into();
        };
        let difference = self.estimates.get(&name("dead_of_any", LARGE, &low.word));
        let verdict = if difference.low >= 0.05 {
            "A poor initialization kills filters even at a low rate"
        } else if difference.high < 0.05 {
            "At a low rate even weights four times too large kill few filters"
        } else {
            "Whether weights four times too large kill filters at a low rate is not decided"
        };
        let edge = self.rates.last().unwrap_or(low);
        format!(
            "{verdict}: at the low rate ({rate}) {large} leaves {points} more of the filters dead \
             than He, collapsed networks counted as they are ({collapsed} of {n} of its networks \
             collapse, of He's {he_collapsed}; in those that work {own} of the filters are dead, \
             against {he}). {range}",
            rate = low.text,
            large = printed(LARGE),
            points = difference.points(),
            collapsed = count(self.share(LARGE, low, "collapsed")),
            n = self.share(LARGE, low, "collapsed").n,
            he_collapsed = count(self.share(REFERENCE, low, "collapsed")),
            own = self.share(LARGE, low, "dead_filters").long(),
            he = self.share(REFERENCE, low, "dead_filters").long(),
            range = self.range(edge),
        )
    }

    /// Fewest and most dead at a rate, and how far He is from either.
    fn range(&self, rate: &Rate) -> String {
        let mut known: Vec<(&str, Share)> = self
            .schemes
            .iter()
            .map(|scheme| (scheme.as_str(), self.share(scheme, rate, "dead_filters")))
            .filter(|(_, share)| share.mean.is_finite())
            .collect();
        known.sort_by(|a, b| a.1.mean.total_cmp(&b.1.mean));
        let (Some(least), Some(most)) = (known.first(), known.last()) else {
            return format!(
                "At the {} rate ({}) no network works.",
                rate.word, rate.text
            );
        };
        format!(
            "At the {word} ({text}) the scheme with fewest dead filters is {least} with {few}, the \
             one with most {most} with {many}; He has {he}.",
            word = rate.word,
            text = rate.text,
            least = printed(least.0),
            few = least.1.long(),
            most = printed(most.0),
            many = most.1.long(),
            he = self.share(REFERENCE, rate, "dead_filters").long(),
        )
    }

    fn dead(&self, rate: &Rate) -> String {
        let mut parts = self.list(rate, "dead_filters", |share| share.mean > 0.0);
        let none = self.named(rate, "dead_filters", |share| share.mean == 0.0);
        if !none.is_empty() {
            parts.push(format!("none in any network with {}", none.join("; ")));
        }
        let lost = self.named(rate, "dead_filters", |share| share.mean.is_nan());
        if !lost.is_empty() {
            parts.push(format!("no network works with {}", lost.join("; ")));
        }
        let intro = format!(
            "Dead at the end at the {} rate ({}), of the filters of working networks",
            rate.word, rate.text
        );
        listed(&intro, parts)
    }

    /// The schemes whose share is as asked for.
    fn named(&self, rate: &Rate, quantity: &str, keep: fn(Share) -> bool) -> Vec<String> {
        let schemes = self.schemes.iter();
        schemes
            .filter(|scheme| keep(self.share(scheme, rate, quantity)))
            .map(|scheme| printed(scheme))
            .collect()
    }

    fn list(&self, rate: &Rate, quantity: &str, keep: fn(Share) -> bool) -> Vec<String> {
        self.schemes
            .iter()
            .map(|scheme| (scheme, self.share(scheme, rate, quantity)))
            .filter(|(_, share)| keep(*share))
            .map(|(scheme, share)| format!("{} {}", printed(scheme), share.long()))
            .collect()
    }

    /// Networks that collapse or diverge, scheme by scheme.
    fn lost(&self, rate: &Rate) -> String {
        let parts: Vec<String> = self
            .schemes
            .iter()
            .filter_map(|scheme| {
                let collapsed = self.share(scheme, rate, "collapsed");
                let diverged = self.share(scheme, rate, "diverged");
                (collapsed.mean + diverged.mean > 0.0).then(|| {
                    let diverged = count(diverged);
                    let also = if diverged > 0.0 {
                        format!(" and {diverged} diverge")
                    } else {
                        String::new()
                    };
                    let (scheme, collapsed, n) = (printed(scheme), count(collapsed), collapsed.n);
                    format!("{scheme} {collapsed} of {n}{also}")
                })
            })
            .collect();
        if parts.is_empty() {
            return format!(
                "At the {} rate ({}) no network collapses or diverges.",
                rate.word, rate.text
            );
        }
        let none = if parts.len() < self.schemes.len() {
            "; none with the other schemes"
        } else {
            ""
        };
        format!(
            "Networks that collapse at the {} rate ({}): {}{none}.",
            rate.word,
            rate.text,
            parts.join("; ")
        )
    }

    /// What it costs: accuracy beside He's.
    fn accuracy(&self, rate: &Rate) -> Option<String> {
        let he = self.share(REFERENCE, rate, "held_out_accuracy");
        let mut parts: Vec<(f64, String)> = self
            .schemes
            .iter()
            .filter(|scheme| *scheme != REFERENCE)
            .map(|scheme| {
                let difference = self.estimates.get(&name("accuracy", scheme, &rate.word));
                let words = format!("{} {}", printed(scheme), difference.points());
                (difference.value, words)
            })
            .filter(|(value, _)| value.is_finite())
            .collect();
        parts.sort_by(|a, b| b.0.total_cmp(&a.0));
        let words: Vec<String> = parts.into_iter().map(|(_, words)| words).collect();
        (!words.is_empty()).then(|| {
            let intro = format!(
                "Held-out accuracy after annealing at the {} rate is {} with He; minus that, over \
                 all networks",
                rate.word,
                he.long(),
            );
            listed(&intro, words)
        })
    }
}
