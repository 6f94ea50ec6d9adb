//! What is known of a value before a template runs.

use std::collections::BTreeMap;

use minijinja::Value;
use minijinja::value::ValueKind;

/// What is known of a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Known {
    /// Nothing.
    Nothing,
    /// It is one of these, each at some time.
    Each(Vec<Value>),
    /// A list of these.
    List(Vec<Known>),
    /// A row of a table, by its place among the shapes.
    Row(usize),
    /// Rows of it.
    Rows(usize),
    /// The interval of a row.
    Interval,
    /// A value of a row's column.
    Cell {
        /// Of which table.
        table: usize,
        /// Of which column.
        column: String,
    },
}

impl Known {
    /// What is known of a constant.
    pub(super) fn constant(value: &Value) -> Self {
        if matches!(value.kind(), ValueKind::Seq)
            && let Ok(items) = value.try_iter()
        {
            return Self::List(items.map(|item| Self::constant(&item)).collect());
        }
        Self::Each(vec![value.clone()])
    }

    /// What is known of a value that is one or the other.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Each(mut one), Self::Each(other)) => {
                for value in other {
                    if !one.contains(&value) {
                        one.push(value);
                    }
                }
                Self::Each(one)
            }
            _ => Self::Nothing,
        }
    }

    /// What is known of each item of a list.
    pub(super) fn item(&self) -> Self {
        match self {
            Self::Rows(table) => Self::Row(*table),
            Self::List(items) => {
                let mut items = items.iter().cloned();
                let first = items.next().unwrap_or(Self::Nothing);
                items.fold(first, Self::either)
            }
            _ => Self::Nothing,
        }
    }

    /// Like [`Self::or`], of lists place by place: the pairs of a loop over pairs.
    fn either(self, other: Self) -> Self {
        match (self, other) {
            (Self::List(one), Self::List(other)) if one.len() == other.len() => {
                let pairs = one.into_iter().zip(other);
                Self::List(pairs.map(|(one, other)| one.either(other)).collect())
            }
            (one, other) => one.or(other),
        }
    }

    /// The texts that it is, if it is surely text.
    pub(super) fn texts(&self) -> Option<Vec<&str>> {
        let Self::Each(values) = self else {
            return None;
        };
        values.iter().map(Value::as_str).collect()
    }
}

/// Names and what is known of them, the innermost last.
#[derive(Clone, Debug)]
pub(super) struct Scopes(Vec<BTreeMap<String, Known>>);

impl Default for Scopes {
    fn default() -> Self {
        Self(vec![BTreeMap::new()])
    }
}

impl Scopes {
    /// What is known of a name.
    pub(super) fn find(&self, name: &str) -> Known {
        let found = self.0.iter().rev().find_map(|scope| scope.get(name));
        found.cloned().unwrap_or(Known::Nothing)
    }

    /// Gives a name in the innermost scope.
    pub(super) fn give(&mut self, name: &str, known: Known) {
        if let Some(scope) = self.0.last_mut() {
            scope.insert(name.into(), known);
        }
    }

    pub(super) fn open(&mut self) {
        self.0.push(BTreeMap::new());
    }

    pub(super) fn close(&mut self) {
        self.0.pop();
    }

    /// What a macro sees: names given outside of all.
    pub(super) fn outermost(&self) -> Self {
        Self(vec![self.0[0].clone()])
    }

    /// What is known after one branch or the other.
    pub(super) fn or(self, other: &Self) -> Self {
        let scopes = self.0.into_iter().zip(&other.0);
        let join = |(mut one, other): (BTreeMap<String, Known>, &BTreeMap<String, Known>)| {
            for (name, known) in &mut one {
                let before = std::mem::replace(known, Known::Nothing);
                *known = before.or(other.get(name).cloned().unwrap_or(Known::Nothing));
            }
            one
        };
        Self(scopes.map(join).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each(values: &[&str]) -> Known {
        Known::Each(values.iter().map(|value| Value::from(*value)).collect())
    }

    #[test]
    fn branches_and_items_are_joined() {
        assert_eq!(each(&["a"]).or(each(&["b", "a"])), each(&["a", "b"]));
        assert_eq!(Known::Row(1).or(Known::Row(1)), Known::Row(1));
        assert_eq!(Known::Row(1).or(Known::Row(2)), Known::Nothing);
        let pairs = Value::from(vec![vec!["a", "x"], vec!["b", "y"]]);
        let item = Known::constant(&pairs).item();
        assert_eq!(
            item,
            Known::List(vec![each(&["a", "b"]), each(&["x", "y"])])
        );
        assert_eq!(Known::Rows(3).item(), Known::Row(3));
    }

    #[test]
    fn a_name_given_in_one_branch_only_is_not_known() {
        let mut one = Scopes::default();
        one.give("a", each(&["x"]));
        let mut other = one.clone();
        other.give("b", each(&["y"]));
        let both = other.or(&one);
        assert_eq!(both.find("a"), each(&["x"]));
        assert_eq!(both.find("b"), Known::Nothing);
    }
}
