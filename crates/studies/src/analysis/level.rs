//! One level of a factor, or one value of a key.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

use crate::frames::Value;
use crate::table::Values;

/// A level as it prints in published tables; equal levels print alike, so that `0.32` in a text
/// file is the rate 0.32 of the design.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Level(String);

/// What stands where there is no level.
pub static NONE: Level = Level(String::new());

impl Level {
    /// The level that prints so.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// How it prints.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its number, if it is one.
    pub fn number(&self) -> Option<f64> {
        self.0
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
    }

    /// The order of levels in a table: numbers increase and come before words, which keep theirs.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self.number(), other.number()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&Value> for Level {
    fn from(value: &Value) -> Self {
        Self(value.to_string())
    }
}

impl Level {
    /// The levels of a whole column.
    pub fn column(values: &Values) -> Vec<Self> {
        let value = |row: usize| match values {
            Values::Real(values) => Value::Real(values[row]),
            Values::Integer(values) => Value::Integer(values[row]),
            Values::Text(values) => Value::Text(values[row].clone()),
            Values::Flag(values) => Value::Flag(values[row]),
        };
        (0..values.len())
            .map(|row| Self::from(&value(row)))
            .collect()
    }
}

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// What a level can be in a text file.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Whole(i64),
            Real(f64),
            Flag(bool),
            Text(String),
        }
        Ok(Self(match Written::deserialize(deserializer)? {
            Written::Whole(number) => number.to_string(),
            Written::Real(number) => number.to_string(),
            Written::Flag(flag) => flag.to_string(),
            Written::Text(text) => text,
        }))
    }
}

impl JsonSchema for Level {
    fn schema_name() -> Cow<'static, str> {
        "Level".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"], "description": "A level of a factor." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_design_and_of_a_text_file_are_the_same_level() {
        #[derive(Deserialize)]
        struct Written {
            levels: Vec<Level>,
        }
        let written: Written = toml::from_str("levels = [0.32, 2.0, 1, 'He', true]").unwrap();
        let values = [
            Value::Real(0.32),
            Value::Integer(Some(2)),
            Value::Real(1.0),
            Value::from("He"),
            Value::Flag(Some(true)),
        ];
        for (written, value) in written.levels.iter().zip(&values) {
            assert_eq!(*written, Level::from(value));
        }
    }

    #[test]
    fn numbers_increase_and_words_keep_their_order() {
        let mut levels = ["10", "b", "9", "a"].map(Level::new);
        levels.sort_by(Level::order);
        assert_eq!(levels.map(|level| level.0), ["9", "10", "b", "a"]);
    }
}
