//! The library as a list: what every study may use by name, in words and in SQL.

use serde::Serialize;

use super::grammar::Statistic;
use super::measured::select;
use super::read::{LIBRARY, library};
use crate::special::SPECIAL;

/// Something that is shipped.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shipped {
    /// Its name.
    pub name: String,
    /// What it is.
    pub words: String,
    /// What it is in SQL.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sql: String,
    /// Of a measure: what its rows are told apart by, beside the network.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// Of a measure: which networks have a value, if not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// Of a measure: how networks are put together, if that does not follow from its form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistic: Option<Statistic>,
}

/// Everything that is shipped.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Library {
    /// What measures and tables are told apart by, beside factors.
    pub keys: Vec<Shipped>,
    /// Which networks have a value.
    pub populations: Vec<Shipped>,
    /// Tables made from the recorded ones.
    pub views: Vec<Shipped>,
    /// One number a network and key.
    pub measures: Vec<Shipped>,
    /// Tables that no SELECT can say, to be named under `special`.
    pub special: Vec<&'static str>,
}

impl Library {
    /// What `library.toml` says.
    pub fn new() -> Self {
        let all = library();
        let plain = |name: &String, words: String, sql: &str| Shipped {
            name: name.clone(),
            words,
            sql: sql.trim().into(),
            keys: Vec::new(),
            population: None,
            statistic: None,
        };
        let keys = all.keys.iter().map(|(name, key)| {
            let sql = key.sql.as_deref().unwrap_or(name);
            plain(name, key.words.clone(), sql)
        });
        let populations = all.populations.iter();
        let views = all.views.iter();
        let measures = all.measures.iter().map(|(name, measure)| Shipped {
            keys: measure.keys.clone(),
            population: measure.population.clone(),
            statistic: measure.statistic,
            ..plain(name, measure.words.clone(), &select(measure, all))
        });
        Self {
            keys: keys.collect(),
            populations: populations
                .map(|(name, sql)| plain(name, above(name), sql))
                .collect(),
            views: views
                .map(|(name, sql)| plain(name, above(name), sql))
                .collect(),
            measures: measures.collect(),
            special: SPECIAL.iter().map(|(name, _)| *name).collect(),
        }
    }
}

impl Default for Library {
    fn default() -> Self {
        Self::new()
    }
}

/// The comment above a name of the library.
fn above(name: &str) -> String {
    let mut comment: Vec<&str> = Vec::new();
    for line in LIBRARY.lines() {
        if let Some(words) = line.strip_prefix("# ") {
            comment.push(words);
        } else if line
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(" ="))
        {
            return comment.join(" ");
        } else {
            comment.clear();
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_shipped_has_words_and_sql() {
        let Library {
            keys,
            populations,
            views,
            measures,
            special,
        } = Library::new();
        let all = keys
            .iter()
            .chain(&populations)
            .chain(&views)
            .chain(&measures);
        for one in all {
            assert!(one.words.ends_with('.') && one.words.len() > 10, "{one:?}");
            assert!(!one.sql.is_empty(), "{one:?}");
        }
        assert_eq!((populations.len(), views.len()), (4, 7));
        assert_eq!(special.len(), SPECIAL.len());
        let dead = measures
            .iter()
            .find(|one| one.name == "dead_filters")
            .unwrap();
        assert!(
            dead.sql
                .starts_with("SELECT trial, layer + 1 AS \"layer\", SUM("),
            "{}",
            dead.sql
        );
    }
}
