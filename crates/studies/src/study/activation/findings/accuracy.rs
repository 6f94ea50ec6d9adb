//! What is said of accuracies: against ReLU's, at the edge, and in the order of Xu et al.

use super::Findings;
use crate::report::listed;
use crate::report::numbers::{points_with_interval, significant};
use crate::statistics::{Equivalence, Interval, equivalence};
use crate::study::StudyError;
use crate::study::activation::estimates::accuracy_name;
use crate::study::activation::{AT_BEST, MARGIN, REFERENCE};
use crate::study::estimated::Estimated;
use crate::table::Table;

/// A difference of accuracies in words, by its 95% interval.
fn verdict(difference: Estimated) -> &'static str {
    let (low, high) = (difference.low, difference.high);
    match equivalence(Interval { low, high }, MARGIN) {
        Equivalence::Equivalent => "equivalent within 1 point",
        Equivalence::Different if difference.value > 0.0 => "better by more than 1 point",
        Equivalence::Different => "worse by more than 1 point",
        Equivalence::Undecided if difference.low > 0.0 => "better, by how much is not decided",
        Equivalence::Undecided if difference.high < 0.0 => "worse, by how much is not decided",
        Equivalence::Undecided => "undecided",
    }
}

impl Findings {
    pub(super) fn accuracies(&self) -> String {
        let mut parts: Vec<(f64, String)> = self
            .activations
            .iter()
            .filter(|name| *name != REFERENCE)
            .map(|name| {
                let difference = self.estimates.get(&accuracy_name(name));
                let words = format!("{name} {} ({})", difference.points(), verdict(difference));
                (difference.value, words)
            })
            .filter(|(value, _)| value.is_finite())
            .collect();
        parts.sort_by(|a, b| b.0.total_cmp(&a.0));
        let words: Vec<String> = parts.into_iter().map(|(_, words)| words).collect();
        listed(
            "Held-out accuracy after annealing minus ReLU's, each at its own best rate (95% \
             intervals, and what they say of the margin of 1 point)",
            words,
        )
    }

    /// What avoiding death is worth where ReLU dies: accuracy at equal rate, at the edge.
    pub(super) fn at_edge(&self, table: &Table) -> Result<Option<String>, StudyError> {
        let (facet, row) = (table.words("facet")?, table.words("row")?);
        let replicate = table.numbers("replicate")?;
        let [value, low, high] = ["value", "low95", "high95"].map(|name| table.numbers(name));
        let (value, low, high) = (value?, low?, high?);
        let last = facet.iter().rfind(|facet| *facet != AT_BEST).cloned();
        let Some((last, rate)) = last.zip(self.rates.len().checked_sub(1)) else {
            return Ok(None);
        };
        let rows = (0..facet.len()).filter(|&i| facet[i] == last && replicate[i].is_nan());
        let parts: Vec<String> = rows
            .filter(|&i| value[i].is_finite())
            .map(|i| {
                format!(
                    "{} {}",
                    row[i],
                    points_with_interval(value[i], low[i], high[i])
                )
            })
            .collect();
        Ok((!parts.is_empty()).then(|| {
            let intro = format!(
                "The same at equal rate {}, where ReLU has {}",
                self.place(rate),
                self.share(REFERENCE, rate, "held_out_accuracy").long(),
            );
            listed(&intro, parts)
        }))
    }

    pub(super) fn order(&self) -> String {
        let tau = self.estimates.get("tau_with_xu");
        let verdict = if tau.low > 0.0 {
            "agree with"
        } else if tau.high < 0.0 {
            "are the reverse of"
        } else {
            "neither confirm nor contradict"
        };
        format!(
            "The accuracies of RReLU, Leaky ReLU 1/5.5, PReLU, ReLU and Leaky ReLU 1/100 {verdict} \
             the order of Xu et al. on CIFAR-10: Kendall's tau {} ({} to {}).",
            significant(tau.value),
            significant(tau.low),
            significant(tau.high)
        )
    }
}

/// `-9.1 to 0.6 points`
pub(super) fn interval_words((low, high): (f64, f64)) -> String {
    let points = |value: f64| {
        let words = points_with_interval(value, f64::NAN, f64::NAN);
        words.trim_end_matches(" points").to_owned()
    };
    format!("{} to {} points", points(low), points(high))
}
