//! Queries whose answers depend on the order of the rows that they read: each is asked twice, once
//! with all rows reversed, and must give the same bits.

use std::collections::BTreeSet;

use super::Analysis;
use super::error::{AnalysisError, sql_error};
use super::measured::select;
use crate::frames::{FrameError, Tables, Value, generated_tables};
use crate::results::Results;

/// What was asked in both orders.
#[derive(Clone, Debug, Default)]
pub struct InBothOrders {
    /// The keys of the queries that gave the same bits.
    pub same: Vec<String>,
    /// Those that did not.
    pub differing: Vec<String>,
    /// Of those that gave the same, the ones that gave no row.
    pub empty: Vec<String>,
}

impl Analysis {
    /// Asks every query of the analysis twice.
    ///
    /// # Errors
    /// If one cannot be carried out.
    pub fn in_both_orders(&self, results: &Results) -> Result<InBothOrders, AnalysisError> {
        let mut catalog = self.catalog(results)?;
        let mut reversed = catalog.reversed();
        self.evaluate_views(&mut catalog)?;
        self.evaluate_views(&mut reversed)?;
        let mut found = InBothOrders::default();
        for (key, sql) in self.statements() {
            let one = catalog.query_of(&key, &sql).map_err(sql_error(&key))?;
            let other = reversed.query_of(&key, &sql).map_err(sql_error(&key))?;
            if !one.same(&other) {
                found.differing.push(key);
                continue;
            }
            if one.rows() == 0 {
                found.empty.push(key.clone());
            }
            found.same.push(key);
        }
        Ok(found)
    }

    /// Every statement by the key that it stands at.
    fn statements(&self) -> Vec<(String, String)> {
        let grammar = &self.grammar;
        let mut all = Vec::new();
        for (name, factor) in &grammar.factors {
            if let Some(sql) = &factor.sql {
                let sql = format!("SELECT trial, {sql} AS \"level\" FROM trials");
                all.push((format!("factors.{name}"), sql));
            }
        }
        for (name, condition) in self.populations() {
            let sql = format!(
                "SELECT trial, CASE WHEN {condition} THEN 1 ELSE 0 END AS \"in\" FROM trials"
            );
            all.push((format!("populations.{name}"), sql));
        }
        for name in self.measures() {
            if let Some(measure) = grammar.measures.get(&name) {
                all.push((format!("measures.{name}"), select(measure, grammar)));
            }
        }
        for (name, table) in &grammar.tables {
            all.extend(table.sql.clone().map(|sql| (format!("tables.{name}"), sql)));
        }
        for one in &grammar.estimates {
            let key = || format!("estimates: `{}`", one.name);
            all.extend(one.given.clone().map(|sql| (key(), sql)));
        }
        all
    }

    /// Small tables to try its queries on: of these networks, with the words that the queries
    /// compare columns with.
    ///
    /// # Errors
    /// If two columns share a name.
    pub fn generated(&self, networks: &[Vec<(String, Value)>]) -> Result<Tables, FrameError> {
        let views = self.grammar.views.values().cloned();
        let texts = views.chain(self.statements().into_iter().map(|(_, sql)| sql));
        let mut words: BTreeSet<String> = BTreeSet::new();
        for text in texts {
            let quoted = text.split('\'').skip(1).step_by(2);
            words.extend(quoted.filter(|word| !word.is_empty()).map(str::to_owned));
        }
        generated_tables(networks, &words.into_iter().collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Design;
    use crate::messages::Source;
    use crate::provenance::Provenance;

    fn networks() -> Vec<Vec<(String, Value)>> {
        let network = |trial: i64| {
            let whole = |name: &str, value: i64| (name.to_owned(), Value::Integer(Some(value)));
            vec![
                ("study".to_owned(), Value::from("s")),
                whole("trial", trial),
                ("arm".to_owned(), Value::from("a")),
                whole("cell", trial / 4),
                whole("replicate", trial % 4),
                ("seed".to_owned(), Value::from("1")),
            ]
        };
        (0..12).map(network).collect()
    }

    fn asked(text: &str) -> InBothOrders {
        let source = Source::new("analysis.toml", text);
        let analysis = Analysis::read(&source, &Design::default()).unwrap();
        let tables = analysis.generated(&networks()).unwrap();
        let results = Results::new(tables, Provenance::default());
        analysis.in_both_orders(&results).unwrap()
    }

    #[test]
    fn every_shipped_measure_gives_the_same_bits_in_both_orders() {
        let library = crate::analysis::read::library();
        let names: Vec<String> = library
            .measures
            .keys()
            .map(|name| format!("\"{name}\""))
            .collect();
        let found = asked(&format!(
            "grammar = 1\n[tables.all]\nwords = ''\nby = ['layer']\nmeasures = [{}]\n",
            names.join(", ")
        ));
        assert!(found.differing.is_empty(), "{:?}", found.differing);
        // Answers of nothing would show nothing.
        assert!(found.empty.is_empty(), "{:?}", found.empty);
        for measure in library.measures.keys() {
            assert!(
                found.same.contains(&format!("measures.{measure}")),
                "{measure}"
            );
        }
    }

    #[test]
    fn a_query_that_takes_whichever_row_comes_first_is_named() {
        let found = asked(
            "grammar = 1\n[tables.first]\nwords = ''\nsql = '''\n\
             SELECT trial, filter FROM (SELECT trial, filter, ROW_NUMBER() OVER (PARTITION BY trial \
             ORDER BY dead_at_end) AS n FROM filters) f WHERE n = 1'''\n",
        );
        assert_eq!(found.differing, ["tables.first"]);
    }
}
