//! Which rows of a table are meant.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Columns and the values that rows must have in them.
pub type Where = BTreeMap<String, OneOrMore>;

/// A value, or several of which one must hold.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One.
    One(Value),
    /// Several.
    More(Vec<Value>),
}

impl OneOrMore {
    /// All values.
    pub fn values(&self) -> &[Value] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::More(values) => values,
        }
    }
}

/// What a cell of a table may be compared with.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A word.
    Word(String),
}

impl Value {
    /// Whether it is what stands in a table: numbers are compared as numbers.
    pub fn is(&self, cell: &str) -> bool {
        match self {
            Self::Flag(flag) => cell == if *flag { "true" } else { "false" },
            Self::Number(number) => cell.parse() == Ok(*number),
            Self::Word(word) => cell == word,
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_as_numbers_and_words_as_words() {
        let read = |text: &str| -> Where { toml::from_str(text).unwrap() };
        let filter = read("a = 0.32\nb = [\"He\", 1]\nc = true");
        let holds = |column: &str, cell: &str| {
            let values = filter[column].values();
            values.iter().any(|value| value.is(cell))
        };
        assert!(holds("a", "0.32") && holds("a", "0.320") && !holds("a", "0.3"));
        assert!(holds("b", "He") && holds("b", "1") && !holds("b", "Xavier"));
        assert!(holds("c", "true") && !holds("c", "false"));
    }
}
