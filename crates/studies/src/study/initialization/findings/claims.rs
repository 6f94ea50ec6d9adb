//! What is said of dead starts and of initializations that are to help.

use super::Findings;
use crate::report::numbers::percent;
use crate::study::arm::printed;
use crate::study::initialization::estimates::name;

impl Findings {
    /// What is dead before any update. It does not depend on the rate.
    pub(super) fn born(&self) -> Option<String> {
        let rate = self.rates.first()?;
        let born = self.list(rate, "born_dead_filters", |share| share.mean > 0.0);
        let born = born.join("; ");
        let none = self.named(rate, "born_dead_filters", |share| share.mean == 0.0);
        let none = if none.is_empty() {
            String::new()
        } else {
            format!(" None is with {}.", none.join("; "))
        };
        if born.is_empty() {
            return Some(format!("No filter is born dead (dead at step 0).{none}"));
        }
        Some(format!(
            "Born dead (dead at step 0; of networks that work at the end of the {} rate): {born}.\
             {none}",
            rate.word
        ))
    }

    /// The claims about helpful initializations, at the edge.
    pub(super) fn small_bias(&self) -> String {
        let Some(edge) = self.rates.last() else {
            return String::new();
        };
        let part = |scheme: &str| {
            let difference = self.estimates.get(&name("dead", scheme, &edge.word));
            let verdict = if difference.high < 0.0 {
                "fewer"
            } else if difference.low > 0.0 {
                "more"
            } else if difference.low.is_nan() {
                "too few pairs where both work"
            } else {
                "not clearly more or fewer"
            };
            format!("{} {} ({verdict})", printed(scheme), difference.points())
        };
        format!(
            "Initializations that are said to help, dead filters at the {word} minus He's, paired \
             by seed: {bias}; {larger}; {rai}. Biases that begin below 0: {below}.",
            word = edge.word,
            bias = part("He, bias 0.01"),
            larger = part("He, bias 0.1"),
            rai = part("RAI"),
            below = part("He, bias -0.1"),
        )
    }

    pub(super) fn revived(&self) -> String {
        let parts: Vec<String> = self
            .rates
            .iter()
            .map(|rate| {
                let mut shares: Vec<(f64, &String)> = self
                    .schemes
                    .iter()
                    .map(|scheme| (self.share(scheme, rate, "revived_filters").mean, scheme))
                    .filter(|(share, _)| share.is_finite())
                    .collect();
                shares.sort_by(|a, b| b.0.total_cmp(&a.0));
                let most = shares.first().map_or_else(
                    || "no network works".into(),
                    |(share, scheme)| format!("at most {} ({})", percent(*share), printed(scheme)),
                );
                format!("at the {} rate {most}", rate.word)
            })
            .collect();
        format!(
            "Filters that were dead at one census and alive at a later one: {}.",
            parts.join(", ")
        )
    }
}
