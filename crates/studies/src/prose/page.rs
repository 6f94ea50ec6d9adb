//! What a template may look at.

use std::sync::Arc;

use super::shape::Shape;
use crate::table::{ESTIMATES, Table, Values};

/// Everything that the templates of one study may look at. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The published tables, `estimates` and `predictions` among them.
    pub tables: Arc<[Table]>,
    /// The factors of the design.
    pub factors: Arc<[Factor]>,
    /// Names of all estimates of `analysis.toml`, whether or not this version has a row of them.
    pub estimates: Arc<[String]>,
    /// The names by which predictions call estimates.
    pub declared: Arc<[Declared]>,
    /// What is known of the tables before there are results; nothing where that was not asked.
    pub shapes: Arc<[Shape]>,
    /// Whether this version of the study is a smaller or changed one, which may lack any row.
    pub partial: bool,
}

/// A factor of the design and its levels as they stand in tables.
#[derive(Clone, Debug, Default)]
pub struct Factor {
    /// Column.
    pub name: String,
    /// All levels of the design, in its order.
    pub levels: Vec<String>,
    /// Those of this version of the study, in the same order.
    pub present: Vec<String>,
    /// Name and level: `edge`, `0.32`.
    pub names: Vec<(String, String)>,
    /// Level and how it prints: `4x He`, `4× He`.
    pub labels: Vec<(String, String)>,
}

/// The name by which a prediction calls an estimate of a family.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The prediction's word.
    pub name: String,
    /// The estimate's name.
    pub estimate: String,
    /// Its keys, as in the column `of`: `activation = GELU, learning_rate = 0.32`.
    pub of: String,
}

impl Page {
    /// The page with a column for each key of the estimates, so that they are chosen like the rows
    /// of any table.
    pub(super) fn prepared(&self) -> Self {
        let table = |table: &Table| {
            if table.name == ESTIMATES {
                with_keys(table)
            } else {
                table.clone()
            }
        };
        Self {
            tables: self.tables.iter().map(table).collect(),
            ..self.clone()
        }
    }

    /// What is known of a table.
    pub(super) fn shape(&self, table: &str) -> Option<&Shape> {
        self.shapes.iter().find(|shape| shape.name == table)
    }

    pub(super) fn factor(&self, name: &str) -> Option<&Factor> {
        self.factors.iter().find(|factor| factor.name == name)
    }

    /// Whether a column tells rows apart by words, even where they are numerals.
    pub(super) fn is_key(&self, column: &str) -> bool {
        column == "layer" || self.factor(column).is_some()
    }

    /// How a level prints; nothing if no factor has a label for it, or two have different ones.
    pub(super) fn label(&self, level: &str, factor: Option<&str>) -> Option<&str> {
        let factors = self.factors.iter();
        let asked = factors.filter(|own| factor.is_none_or(|name| own.name == name));
        let labels = asked.flat_map(|own| &own.labels);
        let mut found = labels
            .filter(|(own, _)| own == level)
            .map(|(_, label)| label);
        let first = found.next()?;
        found.all(|other| other == first).then_some(first.as_str())
    }
}

impl Factor {
    /// The level that is meant by itself or by its name.
    pub(super) fn resolve<'a>(&'a self, word: &'a str) -> &'a str {
        let named = self.names.iter().find(|(name, _)| name == word);
        named.map_or(word, |(_, level)| level)
    }

    /// Levels and names that may be asked for.
    pub(super) fn known(&self) -> Vec<&str> {
        let names = self.names.iter().map(|(name, _)| name.as_str());
        let levels = self.levels.iter().map(String::as_str);
        names.chain(levels).collect()
    }
}

/// The keys of a row of estimates, from its column `of`: `a = x, b = y`. A level may have a comma
/// of its own.
pub(super) fn keys(of: &str) -> Vec<(String, String)> {
    let mut keys: Vec<(String, String)> = Vec::new();
    for part in of.split(", ").filter(|part| !part.is_empty()) {
        match (part.split_once(" = "), keys.last_mut()) {
            (Some((key, level)), _) => keys.push((key.into(), level.into())),
            (None, Some((_, level))) => {
                level.push_str(", ");
                level.push_str(part);
            }
            (None, None) => {}
        }
    }
    keys
}

fn with_keys(table: &Table) -> Table {
    let rows: Vec<Vec<(String, String)>> = match table.words("of") {
        Ok(of) => of.iter().map(|of| keys(of)).collect(),
        Err(_) => return table.clone(),
    };
    let mut wide = table.clone();
    for (key, _) in rows.iter().flatten() {
        if wide.has(key) {
            continue;
        }
        let level = |row: &Vec<(String, String)>| {
            let own = row.iter().find(|(name, _)| name == key);
            own.map_or_else(String::new, |(_, level)| level.clone())
        };
        wide = wide.column(key, "Key.", Values::Text(rows.iter().map(level).collect()));
    }
    wide
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_an_estimate_are_columns() {
        let of = vec!["a = x, y, b = 1".to_owned(), String::new()];
        let table = Table::new(ESTIMATES, "")
            .text("name", "", vec!["e".into(), "f".into()])
            .text("of", "", of);
        let wide = with_keys(&table);
        assert_eq!(wide.words("a").unwrap(), ["x, y", ""]);
        assert_eq!(wide.words("b").unwrap(), ["1", ""]);
    }
}
