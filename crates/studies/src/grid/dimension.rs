//! One key of a grid and its values.

use toml::{Table, Value};

use crate::messages::fault_of_name;

/// One key of a grid.
#[derive(Clone, Debug)]
pub(super) struct Dimension {
    /// A path, or a name if every choice sets paths of its own.
    pub key: String,
    /// Its values.
    pub choices: Vec<Choice>,
}

/// One value of a key.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Choice {
    /// Its name, if it has one.
    pub label: Option<String>,
    /// Paths and the values to set.
    pub sets: Vec<(String, Value)>,
}

const NAMED: &str = "a table or list in a grid needs a name: { label = \"...\", value = ... } or \
     { label = \"...\", set = { \"path\" = value } }";

impl Dimension {
    pub fn read(key: &str, values: &Value) -> Result<Self, String> {
        let Value::Array(values) = values else {
            return Err(format!(
                "`{key}` in a grid must be a list of values (a path with a dot stands in quotes)"
            ));
        };
        if values.is_empty() {
            return Err(format!("`{key}` has no values"));
        }
        let mut choices: Vec<Choice> = Vec::new();
        for value in values {
            let choice = choice(key, value).map_err(|problem| format!("`{key}`: {problem}"))?;
            let twice = |other: &Choice| {
                let same = match (&other.label, &choice.label) {
                    (None, None) => other.is(value),
                    (one, two) => one == two,
                };
                *other == choice || same
            };
            if choices.iter().any(twice) {
                return Err(format!("`{key}` has `{}` twice", choice.name()));
            }
            choices.push(choice);
        }
        Ok(Self {
            key: key.into(),
            choices,
        })
    }

    /// Keeps the choices that are among these values, named ones by their label.
    pub fn keep(&mut self, kept: &[Value]) {
        self.choices
            .retain(|choice| kept.iter().any(|value| choice.is(value)));
    }

    /// Whether one of the choices is this value, or has this label.
    pub fn has(&self, value: &Value) -> bool {
        self.choices.iter().any(|choice| choice.is(value))
    }
}

impl Choice {
    /// Its label, or its value as it is written.
    pub fn name(&self) -> String {
        match (&self.label, self.sets.first()) {
            (Some(label), _) => label.clone(),
            (None, Some((_, value))) => value.to_string(),
            (None, None) => String::new(),
        }
    }

    fn is(&self, value: &Value) -> bool {
        match (&self.label, value) {
            (Some(label), Value::String(name)) => label == name,
            (None, value) => self.sets.iter().all(|(_, own)| equal(own, value)),
            _ => false,
        }
    }
}

fn choice(key: &str, value: &Value) -> Result<Choice, String> {
    let unnamed = |value: &Value| Choice {
        label: None,
        sets: vec![(key.into(), value.clone())],
    };
    let table = match value {
        Value::Table(table) => table,
        Value::Array(_) => return Err(NAMED.into()),
        _ => return Ok(unnamed(value)),
    };
    let Some(Value::String(label)) = table.get("label") else {
        return Err(NAMED.into());
    };
    if let Some(fault) = fault_of_name(label) {
        return Err(format!("the label {label:?} {fault}"));
    }
    let sets = match (table.get("value"), table.get("set"), table.len()) {
        (Some(value), None, 2) => vec![(key.into(), value.clone())],
        (None, Some(Value::Table(set)), 2) if !set.is_empty() => pairs(set),
        _ => return Err(NAMED.into()),
    };
    Ok(Choice {
        label: Some(label.clone()),
        sets,
    })
}

fn pairs(table: &Table) -> Vec<(String, Value)> {
    table
        .iter()
        .map(|(path, value)| (path.clone(), value.clone()))
        .collect()
}

/// Equal as settings: 1 and 1.0 are.
fn equal(one: &Value, other: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Integer(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    };
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// Every combination, the last dimension varying fastest; one empty one of no dimensions.
pub(super) fn product(dimensions: &[Dimension]) -> Vec<Vec<&Choice>> {
    let mut all: Vec<Vec<&Choice>> = vec![Vec::new()];
    for dimension in dimensions {
        let mut longer = Vec::with_capacity(all.len() * dimension.choices.len());
        for chosen in &all {
            for choice in &dimension.choices {
                let mut chosen = chosen.clone();
                chosen.push(choice);
                longer.push(chosen);
            }
        }
        all = longer;
    }
    all
}
