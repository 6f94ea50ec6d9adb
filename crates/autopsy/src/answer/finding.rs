//! Something that the files show, with what it rests on and what follows.

use std::collections::BTreeMap;

use serde::Serialize;

use super::code::Code;

/// Something that the files show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// The same in words.
    pub sentence: String,
    /// What it rests on, in sentences.
    pub evidence: Vec<String>,
    /// The tensors that it is about.
    pub tensors: Vec<String>,
    /// Rows, by tensor.
    pub rows: BTreeMap<String, Vec<usize>>,
    /// Units, by layer.
    pub units: BTreeMap<String, Vec<usize>>,
    /// Inputs, by layer.
    pub inputs: BTreeMap<String, Vec<usize>>,
    /// How many it is about.
    pub count: usize,
    /// How many of what: `units`, `rows`, `inputs`, `tensors`, `gains`, `weights`, `files`.
    pub of: &'static str,
    /// What follows.
    #[serde(rename = "do")]
    pub act: String,
}

impl Finding {
    /// Without any place.
    pub fn new(code: Code, sentence: impl Into<String>, act: impl Into<String>) -> Self {
        Self {
            code,
            sentence: sentence.into(),
            evidence: Vec::new(),
            tensors: Vec::new(),
            rows: BTreeMap::new(),
            units: BTreeMap::new(),
            inputs: BTreeMap::new(),
            count: 0,
            of: "tensors",
            act: act.into(),
        }
    }

    /// With the tensors that it is about.
    #[must_use]
    pub fn about(mut self, tensors: Vec<String>) -> Self {
        self.count = tensors.len();
        self.tensors = tensors;
        self
    }

    /// With one more sentence of evidence.
    #[must_use]
    pub fn because(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// With how many of what.
    #[must_use]
    pub const fn counting(mut self, count: usize, of: &'static str) -> Self {
        self.count = count;
        self.of = of;
        self
    }
}

/// Names in a sentence: the first few, and how many more there are.
pub fn names(all: &[String]) -> String {
    const SHOWN: usize = 4;
    let shown = &all[..all.len().min(SHOWN)];
    let rest = all.len() - shown.len();
    match (shown, rest) {
        ([], _) => String::new(),
        ([only], 0) => only.clone(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (shown, rest) => format!("{} and {rest} more", shown.join(", ")),
    }
}

/// A share in a sentence: `63%`, `99.8%`, `less than 1%`.
pub fn percent(share: f64) -> String {
    match 100.0 * share {
        own if own > 0.0 && own < 1.0 => "less than 1%".to_owned(),
        own if own > 99.0 && own < 100.0 => format!("{:.1}%", (own * 10.0).floor() / 10.0),
        own => format!("{own:.0}%"),
    }
}

/// `s` where a number is not 1.
pub const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_shares_in_words() {
        let all = ["a", "b", "c", "d", "e", "f"].map(str::to_owned);
        assert_eq!(names(&all[..1]), "a");
        assert_eq!(names(&all[..3]), "a, b and c");
        assert_eq!(names(&all), "a, b, c, d and 2 more");
        assert_eq!(percent(0.998), "99.8%");
        assert_eq!(percent(0.999_99), "99.9%");
        assert_eq!(percent(1.0), "100%");
        assert_eq!(percent(0.001), "less than 1%");
    }
}
