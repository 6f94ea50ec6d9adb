//! What is wrong with figures that can be known before there are tables.

use super::check::Checked;
use super::grammar::{EstimateSpec, Grammar, TableSpec};
use super::level::Level;
use crate::figures::compose::check;
use crate::figures::spec::{FigureSpec, Value, Where};
use crate::messages::{At, hint};
use crate::table::{ALL, ESTIMATES};

/// What every row of a measure or estimate has beside what tells it from others.
const MEASURED: [&str; 9] = [
    "measure",
    "replicate",
    "value",
    "low95",
    "high95",
    "standard_deviation",
    "n",
    "numerator",
    "denominator",
];

impl Grammar {
    /// The columns that a table will have; none where only its SELECT knows them.
    fn columns<'a>(&'a self, table: &'a TableSpec) -> Option<Vec<&'a str>> {
        if table.sql.is_some() || table.picks.is_some() {
            return None;
        }
        let families = self.estimates.iter();
        let families = families.filter(|own| table.estimates.contains(&own.name));
        let keys = families.flat_map(EstimateSpec::family);
        let by = table.by.iter().chain(&table.only).map(String::as_str);
        Some(by.chain(keys).chain(MEASURED).collect())
    }
}

impl Checked<'_> {
    /// Columns, measures and levels that figures name and that are not there.
    pub fn figures(&mut self) {
        let own = self.own;
        let mut tables: Vec<(&str, Option<Vec<&str>>)> = own
            .tables
            .iter()
            .map(|(name, table)| (name.as_str(), own.columns(table)))
            .collect();
        tables.push((ESTIMATES, None));
        for (name, figure) in &own.figures {
            for problem in check(figure, &tables) {
                let mut at = vec![At::Key("figures"), At::Key(name)];
                at.extend(steps(&problem.key));
                self.wrong(&at, problem.reason);
            }
            self.rows(name, figure);
        }
    }

    /// What `where` asks for.
    fn rows(&mut self, name: &str, figure: &FigureSpec) {
        for (index, panel) in figure.panels.iter().enumerate() {
            let panel_at = [
                At::Key("figures"),
                At::Key(name),
                At::Key("panels"),
                At::Index(index),
            ];
            let Some(table) = self.own.tables.get(&panel.table) else {
                continue;
            };
            if table.sql.is_some() || table.picks.is_some() {
                continue;
            }
            self.filter(&panel_at, table, &panel.filter);
            for (index, layer) in panel.layers.iter().enumerate() {
                let at = [&panel_at[..], &[At::Key("layers"), At::Index(index)]].concat();
                self.filter(&at, table, &layer.filter);
            }
        }
    }

    fn filter(&mut self, at: &[At<'_>], table: &TableSpec, filter: &Where) {
        for (column, wanted) in filter {
            let at = [at, &[At::Key("where"), At::Key(column)]].concat();
            for value in wanted.values() {
                if column == "measure" {
                    let names = || table.measures.iter().chain(&table.estimates);
                    let word = value.to_string();
                    if !names().any(|name| *name == word) {
                        let hint = hint(&word, names().map(String::as_str));
                        self.wrong(&at, format!("the table has no measure `{word}`{hint}"));
                    }
                } else if *value != Value::Word(ALL.into()) {
                    self.level(&at, column, &Level::new(value.to_string()));
                }
            }
        }
    }
}

/// A key as it is written, `panels[1].encoding.x`, as steps.
fn steps(key: &str) -> Vec<At<'_>> {
    let parts = key.split(['.', '[', ']']).filter(|part| !part.is_empty());
    parts
        .map(|part| part.parse().map_or(At::Key(part), At::Index))
        .collect()
}
