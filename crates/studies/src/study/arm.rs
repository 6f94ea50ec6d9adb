//! Studies that compare arms at several learning rates: the cell of a network, and words for it.

use super::networks::Networks;
use super::{Results, StudyError};

/// The cell of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Label of what is compared.
    pub name: String,
    /// Learning rate before annealing.
    pub rate: f64,
}

/// Reads the trials of a study whose grid has `column` (labels) and the learning rate.
///
/// # Errors
/// If a column is missing.
pub fn read(results: &Results, column: &str) -> Result<Networks<Arm>, StudyError> {
    Networks::read(results, |trials| {
        let (names, rates) = (trials.texts(column)?, trials.reals("learning_rate")?);
        let arm = |(name, rate)| Arm { name, rate };
        Ok(names.into_iter().zip(rates).map(arm).collect())
    })
}

/// Names of the arms in the order of the specification.
pub fn names(networks: &Networks<Arm>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for arm in networks.cells() {
        if !names.contains(&arm.name) {
            names.push(arm.name);
        }
    }
    names
}

/// The learning rates, increasing.
pub fn rates(networks: &Networks<Arm>) -> Vec<f64> {
    increasing(networks.cells().into_iter().map(|arm| arm.rate).collect())
}

/// Each value once, increasing.
pub fn increasing(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

/// What each of the increasing rates of a study is: two are low and edge, three low, half the edge
/// and edge; of another number, themselves.
pub fn rate_words(rates: &[f64]) -> Vec<String> {
    let words: &[&str] = match rates.len() {
        2 => &["low", "edge"],
        3 => &["low", "half the edge", "edge"],
        _ => return rates.iter().map(|rate| format!("rate {rate}")).collect(),
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The same as headings of panels: `Edge: rate 0.32`.
pub fn rate_headings(rates: &[f64]) -> Vec<String> {
    let words = rate_words(rates);
    let heading = |(word, rate): (&String, &f64)| match word.as_str() {
        "low" => format!("Low: rate {rate}"),
        "half the edge" => format!("Half the edge: rate {rate}"),
        "edge" => format!("Edge: rate {rate}"),
        _ => format!("Rate {rate}"),
    };
    words.iter().zip(rates).map(heading).collect()
}

/// The heading of the panel of each arm, for a figure with one panel a rate.
pub fn panel_headings(networks: &Networks<Arm>) -> impl Fn(&Arm) -> String + use<> {
    let rates = rates(networks);
    let headings = rate_headings(&rates);
    move |arm| {
        let index = rates.iter().position(|rate| *rate == arm.rate);
        index.map_or_else(String::new, |index| headings[index].clone())
    }
}

/// A label as part of an estimate's name: small letters, underscores for spaces and commas.
pub fn slug(label: &str) -> String {
    let words: Vec<&str> = label
        .split([' ', ','])
        .filter(|word| !word.is_empty())
        .collect();
    words.join("_").to_lowercase()
}

/// A label as it stands in figures and sentences: with a typesetter's signs.
pub fn printed(label: &str) -> String {
    label.replace('-', "\u{2212}").replace("4x", "4\u{d7}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_the_names_of_their_number() {
        assert_eq!(rate_words(&[0.02, 0.32]), ["low", "edge"]);
        assert_eq!(
            rate_headings(&[0.02, 0.125, 0.32])[1],
            "Half the edge: rate 0.125"
        );
        assert_eq!(rate_headings(&[0.1]), ["Rate 0.1"]);
    }

    #[test]
    fn labels_become_names_and_print() {
        assert_eq!(slug("He, bias -0.1"), "he_bias_-0.1");
        assert_eq!(slug("Leaky ReLU 0.01"), "leaky_relu_0.01");
        assert_eq!(printed("He, bias -0.1"), "He, bias \u{2212}0.1");
    }
}
