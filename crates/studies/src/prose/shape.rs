//! What is known of a published table before there are results.

use std::collections::BTreeMap;

/// A table as it will be: its columns, and of its rows over networks what follows from
/// `analysis.toml` and the design.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Its name.
    pub name: String,
    /// Every column that it may have.
    pub columns: Vec<String>,
    /// All values of a column, where they are known.
    pub values: BTreeMap<String, Vec<String>>,
    /// The rows that it may have, told apart by the columns that are known.
    pub lines: Vec<Line>,
    /// Whether every row is one of these lines.
    pub complete: bool,
    /// Whether it may have other columns too, because a mistake stands in what makes it.
    pub open: bool,
}

/// A row, or the rows of a table that are alike in what is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// What stands in each column that tells rows apart; `None` where only the results know it.
    pub cells: BTreeMap<String, Option<String>>,
    /// Whether the full design surely has such a row.
    pub certain: bool,
}

/// What is asked of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// One of these values.
    Any(Vec<String>),
    /// A single value that is not known before.
    One,
}

impl Shape {
    /// Whether its rows may have this column.
    pub fn has(&self, column: &str) -> bool {
        self.open || self.columns.iter().any(|known| known == column)
    }

    /// Gives it all values of the columns that every line knows.
    #[must_use]
    pub fn with_values(mut self) -> Self {
        let columns = self.columns.iter();
        let known = columns.filter(|column| {
            let known = |line: &Line| matches!(line.cells.get(*column), Some(Some(_)));
            self.complete && !self.lines.is_empty() && self.lines.iter().all(known)
        });
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for column in known {
            let own = values.entry(column.clone()).or_default();
            for level in self
                .lines
                .iter()
                .filter_map(|line| line.cells[column].as_ref())
            {
                if !own.contains(level) {
                    own.push(level.clone());
                }
            }
        }
        values.extend(std::mem::take(&mut self.values));
        self.values = values;
        self
    }

    /// Whether some row may be as asked.
    pub fn may_have(&self, asked: &BTreeMap<String, Wanted>) -> bool {
        !self.complete || self.lines.iter().any(|line| line.fits(asked))
    }

    /// The columns that tell apart two rows which there surely are and which are both as asked;
    /// nothing if there are no such rows.
    pub fn apart(&self, asked: &BTreeMap<String, Wanted>) -> Option<Vec<String>> {
        // Rows that are alike in what is asked for by a single value.
        let mut groups: BTreeMap<Vec<&Option<String>>, &Line> = BTreeMap::new();
        let single = asked.iter().filter(|(_, wanted)| **wanted == Wanted::One);
        let single: Vec<&String> = single.map(|(column, _)| column).collect();
        let mut apart: Vec<String> = Vec::new();
        for line in self.lines.iter().filter(|line| line.surely_fits(asked)) {
            let key = single.iter().filter_map(|column| line.cells.get(*column));
            let key: Vec<&Option<String>> = key.collect();
            let Some(other) = groups.insert(key, line) else {
                continue;
            };
            for (column, level) in &line.cells {
                let differs = other.cells.get(column) != Some(level);
                if differs && !apart.contains(column) {
                    apart.push(column.clone());
                }
            }
        }
        (!apart.is_empty()).then_some(apart)
    }

    /// The values of a column among the rows that may be as asked.
    pub fn levels(&self, column: &str, asked: &BTreeMap<String, Wanted>) -> Vec<&str> {
        let lines = self.lines.iter().filter(|line| line.fits(asked));
        let mut levels: Vec<&str> = Vec::new();
        for level in lines.filter_map(|line| line.cells.get(column)?.as_deref()) {
            if !levels.contains(&level) {
                levels.push(level);
            }
        }
        levels
    }
}

impl Line {
    /// Whether it may be as asked.
    fn fits(&self, asked: &BTreeMap<String, Wanted>) -> bool {
        asked.iter().all(|(column, wanted)| {
            let (Some(Some(level)), Wanted::Any(any)) = (self.cells.get(column), wanted) else {
                return true;
            };
            any.contains(level)
        })
    }

    /// Whether there is such a row, and it is as asked.
    fn surely_fits(&self, asked: &BTreeMap<String, Wanted>) -> bool {
        let known = |column: &String| matches!(self.cells.get(column), Some(Some(_)));
        self.certain && self.fits(asked) && asked.keys().all(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> Shape {
        let line = |activation: &str, layer: Option<&str>| Line {
            cells: BTreeMap::from([
                ("activation".to_owned(), Some(activation.to_owned())),
                ("layer".to_owned(), layer.map(str::to_owned)),
            ]),
            certain: true,
        };
        Shape {
            name: "cells".into(),
            columns: ["activation", "layer", "value"].map(Into::into).to_vec(),
            lines: vec![
                line("ReLU", Some("1")),
                line("ReLU", Some("2")),
                line("GELU", None),
            ],
            complete: true,
            ..Shape::default()
        }
        .with_values()
    }

    fn asked(of: &[(&str, Wanted)]) -> BTreeMap<String, Wanted> {
        of.iter()
            .map(|(column, wanted)| ((*column).to_owned(), wanted.clone()))
            .collect()
    }

    fn any(value: &str) -> Wanted {
        Wanted::Any(vec![value.into()])
    }

    #[test]
    fn values_are_known_where_every_line_knows_them() {
        let shape = shape();
        assert_eq!(shape.values["activation"], ["ReLU", "GELU"]);
        assert!(!shape.values.contains_key("layer"));
    }

    #[test]
    fn only_rows_that_there_surely_are_are_too_many() {
        let shape = shape();
        let relu = asked(&[("activation", any("ReLU"))]);
        assert_eq!(shape.apart(&relu), Some(vec!["layer".to_owned()]));
        assert_eq!(shape.levels("layer", &relu), ["1", "2"]);
        for one in [
            asked(&[("activation", any("ReLU")), ("layer", any("1"))]),
            asked(&[("activation", any("ReLU")), ("layer", Wanted::One)]),
            asked(&[("activation", any("GELU"))]),
            // Of another column nothing is known.
            asked(&[("activation", any("ReLU")), ("n", any("3"))]),
        ] {
            assert_eq!(shape.apart(&one), None, "{one:?}");
        }
        let single = asked(&[("activation", Wanted::One)]);
        assert_eq!(shape.apart(&single), Some(vec!["layer".to_owned()]));
    }

    #[test]
    fn what_no_line_is_like_cannot_be() {
        let shape = shape();
        assert!(!shape.may_have(&asked(&[("activation", any("Tanh"))])));
        assert!(!shape.may_have(&asked(&[("activation", any("ReLU")), ("layer", any("4"))])));
        assert!(shape.may_have(&asked(&[("activation", any("GELU")), ("layer", any("4"))])));
        let open = Shape {
            complete: false,
            ..shape
        };
        assert!(open.may_have(&asked(&[("activation", any("Tanh"))])));
    }
}
