//! `--set path=value`.

use std::str::FromStr;

use toml::Value;

use super::dimension::Dimension;
use crate::messages::{Problem, Problems, hint};

/// A value that the command line sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// A path of a trial's settings, or a key of a grid.
    pub path: String,
    /// The value as TOML.
    pub value: Value,
    /// As it was written.
    pub text: String,
}

impl Assignment {
    /// As an option of the command line.
    pub fn option(&self) -> String {
        format!("--set {}", self.text)
    }
}

impl FromStr for Assignment {
    type Err = String;

    /// `path=value`; the value is TOML, or a word.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not of the form path=value");
        let (path, value) = text.split_once('=').ok_or_else(wrong)?;
        let (path, value) = (path.trim(), value.trim());
        if path.is_empty() || value.is_empty() || path.split('.').any(str::is_empty) {
            return Err(wrong());
        }
        let word = value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let value = match toml::from_str::<toml::Table>(&format!("value = {value}")) {
            Ok(mut table) if table.len() == 1 => table.remove("value").ok_or_else(wrong)?,
            _ if word => Value::String(value.into()),
            _ => return Err(format!("`{value}` is neither a TOML value nor a word")),
        };
        Ok(Self {
            path: path.into(),
            value,
            text: text.into(),
        })
    }
}

/// Replaces the values of the keys that are set: a list by its elements, anything else by itself.
pub(super) fn replace(dimensions: &mut [Dimension], set: &[Assignment]) -> Result<(), Problems> {
    let mut problems = Problems::default();
    for option in set {
        let wrong = |title: String| Problem::option(option.option(), title);
        for dimension in dimensions.iter_mut() {
            let key = &dimension.key;
            if *key == option.path {
                let kept = match &option.value {
                    // Named alternatives are chosen by their names.
                    Value::String(_) if dimension.choices.iter().any(|c| c.label.is_some()) => {
                        choose(dimension, &option.value)
                    }
                    Value::Array(_) => {
                        let read = Dimension::read(key, &option.value);
                        read.map(|read| dimension.choices = read.choices)
                    }
                    value => {
                        let one = Value::Array(vec![value.clone()]);
                        Dimension::read(key, &one).map(|read| dimension.choices = read.choices)
                    }
                };
                problems.take(kept.map_err(wrong));
            } else if key.starts_with(&format!("{}.", option.path)) {
                problems.add(wrong(format!(
                    "the study varies `{key}`, a part of it; set that, or give a changed \
                     specification with --spec"
                )));
            }
        }
    }
    problems.or(())
}

/// Keeps the alternative of that name.
fn choose(dimension: &mut Dimension, name: &Value) -> Result<(), String> {
    let labels: Vec<String> = dimension
        .choices
        .iter()
        .filter_map(|choice| choice.label.clone())
        .collect();
    dimension.keep(std::slice::from_ref(name));
    if dimension.choices.is_empty() {
        let name = name.as_str().unwrap_or_default();
        let hint = hint(name, labels.iter().map(String::as_str));
        return Err(format!("`{}` is set to `{name}`{hint}", dimension.key));
    }
    Ok(())
}

/// What is set and no key of the grid.
pub(super) fn others<'a>(
    dimensions: &'a [Dimension],
    set: &'a [Assignment],
) -> impl Iterator<Item = &'a Assignment> {
    set.iter()
        .filter(|option| dimensions.iter().all(|d| d.key != option.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Assignment {
        text.parse().unwrap()
    }

    #[test]
    fn values_are_toml_or_words() {
        assert_eq!(read("schedule.epochs=2").value, Value::Integer(2));
        assert_eq!(read("a = 0.5").value, Value::Float(0.5));
        assert_eq!(read("data.pixels=raw").value, Value::String("raw".into()));
        assert!(matches!(read("a=[1, 2]").value, Value::Array(_)));
        assert!(matches!(
            read("a={ kind = \"sgd\" }").value,
            Value::Table(_)
        ));
        for wrong in ["a", "=1", "a=", "a..b=1", "a=[1", "a=1\nb=2"] {
            assert!(wrong.parse::<Assignment>().is_err(), "{wrong}");
        }
    }
}
