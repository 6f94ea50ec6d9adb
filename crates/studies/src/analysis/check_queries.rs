//! Every SELECT of an analysis, tried on the recorded tables: what they cannot answer, and what it
//! does not give.

use super::Analysis;
use super::closure::names;
use super::grammar::Measure;
use super::measured::select;
use super::shapes::Columns;
use crate::frames::Kind;
use crate::frames::sql::{Catalog, SqlError};
use crate::messages::{At, Problem, Problems, Source, hint};
use crate::results::Results;

/// What the SELECT of `given` must have.
const GIVEN: [&str; 6] = ["value", "low95", "high95", "low997", "high997", "n"];

impl Analysis {
    /// Every query that the recorded tables cannot answer, tried on tables without rows, and the
    /// columns of those that they can.
    pub fn check_queries(&self, source: &Source, blank: &Results) -> (Columns, Problems) {
        let (catalog, errors) = super::catalog(&self.grammar, blank);
        let made = self.grammar.views.keys().chain(&self.grammar.special);
        let made: Vec<&String> = made.collect();
        let mut tried = Tried {
            source,
            lacking: made
                .into_iter()
                .filter(|name| catalog.names().iter().all(|known| known != name))
                .cloned()
                .collect(),
            catalog,
            columns: Columns::default(),
            problems: Problems::default(),
        };
        for error in errors {
            let key = error.key().unwrap_or_default().to_owned();
            match key.strip_prefix("views.") {
                Some(name) => tried.view(name, &error.sql()),
                None => tried
                    .problems
                    .add(source.error(&[At::Key(&key)], error.to_string())),
            }
        }
        let own = |section: &str, name: &str| source.has(&[At::Key(section), At::Key(name)]);
        let known: Vec<String> = tried
            .catalog
            .names()
            .into_iter()
            .map(str::to_owned)
            .collect();
        for name in self.grammar.views.keys().filter(|name| own("views", name)) {
            if known.contains(name) {
                let error = tried.catalog.check(&format!("SELECT * FROM {name}")).err();
                let own = error.filter(|error| error.view.as_ref() == Some(name));
                if let Some(error) = own {
                    tried.view(name, &error);
                }
            }
        }
        for (name, factor) in &self.grammar.factors {
            let column = format!("\"{name}\"");
            let sql = factor.sql.as_ref().unwrap_or(&column);
            let at = [At::Key("factors"), At::Key(name)];
            let asked = format!("SELECT {sql} AS \"level\" FROM trials");
            tried.ask(&at, &[("sql", sql)], &asked);
        }
        let populations = self.populations();
        for (name, condition) in &self.grammar.populations {
            if !populations.contains_key(name) && !own("populations", name) {
                continue;
            }
            let asked =
                format!("SELECT CASE WHEN {condition} THEN 1 ELSE 0 END AS \"in\" FROM trials");
            tried.ask(&[At::Key("populations")], &[(name, condition)], &asked);
        }
        let asked = self.measures();
        for (name, measure) in &self.grammar.measures {
            if asked.contains(name) || own("measures", name) {
                tried.measure(name, measure, &select(measure, &self.grammar));
            }
        }
        for (name, table) in &self.grammar.tables {
            if let Some(sql) = &table.sql {
                tried.listing(name, sql, &table.columns);
            }
        }
        for (index, estimate) in self.grammar.estimates.iter().enumerate() {
            if let Some(sql) = &estimate.given {
                tried.given(index, sql);
            }
        }
        (tried.columns, tried.problems)
    }
}

struct Tried<'a> {
    source: &'a Source,
    catalog: Catalog,
    /// Views and special tables that could not be made, which is told of themselves.
    lacking: Vec<String>,
    columns: Columns,
    problems: Problems,
}

impl Tried<'_> {
    fn wrong(&mut self, at: &[At<'_>], title: String) {
        self.problems.add(self.source.error(at, title));
    }

    /// What is wrong with a view, in its text.
    fn view(&mut self, name: &str, error: &SqlError) {
        let at = [At::Key("views")];
        let problem = placed(self.source, &at, &[(name, &error.sql)], error);
        self.problems.add(problem);
    }

    /// The columns that a statement gives; what is wrong with it is told at the part of the file
    /// that it was made of.
    fn ask(
        &mut self,
        at: &[At<'_>],
        parts: &[(&str, &str)],
        sql: &str,
    ) -> Option<Vec<(String, Kind)>> {
        match self.catalog.check(sql) {
            Ok(columns) => Some(columns),
            Err(error) => {
                let view = error.view.as_ref();
                let told =
                    view.is_some_and(|view| self.source.has(&[At::Key("views"), At::Key(view)]));
                let lacks = self.lacking.iter().any(|view| names(sql, view));
                if !told && !lacks {
                    self.problems.add(placed(self.source, at, parts, &error));
                }
                None
            }
        }
    }

    fn measure(&mut self, name: &str, measure: &Measure, sql: &str) {
        let at = [At::Key("measures"), At::Key(name)];
        let parts = [
            ("sql", &measure.sql),
            ("numerator", &measure.numerator),
            ("denominator", &measure.denominator),
            ("value", &measure.value),
            ("event", &measure.event),
            ("where", &measure.filter),
            ("table", &measure.table),
        ];
        let parts = parts
            .iter()
            .filter_map(|(key, text)| Some((*key, text.as_deref()?)));
        let Some(columns) = self.ask(&at, &parts.collect::<Vec<_>>(), sql) else {
            return;
        };
        let kind = |name: &str| {
            columns
                .iter()
                .find(|(own, _)| own == name)
                .map(|(_, kind)| *kind)
        };
        let numbers: &[&str] = if kind("numerator").is_some() && kind("denominator").is_some() {
            &["numerator", "denominator"]
        } else if kind("value").is_some() {
            &["value"]
        } else {
            let title = format!(
                "measure `{name}` gives neither a column `value` nor `numerator` and `denominator`"
            );
            self.wrong(&at, title);
            &[]
        };
        match kind("trial") {
            Some(Kind::Integer) => {}
            Some(_) => self.wrong(
                &at,
                format!("column `trial` of measure `{name}` is no whole number"),
            ),
            None => {
                let title =
                    format!("measure `{name}` gives no column `trial`, which says the network");
                self.wrong(&at, title);
            }
        }
        for number in numbers {
            if kind(number) == Some(Kind::Text) {
                let at = [&at[..], &[At::Key(number)]].concat();
                self.wrong(
                    &at,
                    format!("`{number}` of measure `{name}` is text, not a number"),
                );
            }
        }
        if measure.sql.is_some() {
            let names = columns.into_iter().map(|(name, _)| name);
            self.columns.measures.insert(name.into(), names.collect());
        }
    }

    fn listing(
        &mut self,
        name: &str,
        sql: &str,
        words: &std::collections::BTreeMap<String, String>,
    ) {
        let at = [At::Key("tables"), At::Key(name)];
        let Some(columns) = self.ask(&at, &[("sql", sql)], sql) else {
            return;
        };
        let columns: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
        for column in words.keys().filter(|column| !columns.contains(column)) {
            let at = [at[0], at[1], At::Key("columns"), At::Key(column)];
            let hint = hint(column, columns.iter().map(String::as_str));
            self.wrong(&at, format!("the table has no column `{column}`{hint}"));
        }
        self.columns.tables.insert(name.into(), columns);
    }

    fn given(&mut self, index: usize, sql: &str) {
        let at = [At::Key("estimates"), At::Index(index)];
        let Some(columns) = self.ask(&at, &[("given", sql)], sql) else {
            return;
        };
        let lacks = |name: &&&str| {
            !columns
                .iter()
                .any(|(own, kind)| own == **name && *kind != Kind::Text)
        };
        let lacking: Vec<&str> = GIVEN.iter().filter(lacks).copied().collect();
        if !lacking.is_empty() {
            let at = [at[0], at[1], At::Key("given")];
            let title = format!("`given` gives no number `{}`", lacking.join("`, `"));
            self.wrong(&at, title);
        }
    }
}

/// An error of a statement at the place of the file that it comes from: `parts` are the keys that
/// the statement was made of, with their texts.
fn placed(source: &Source, at: &[At<'_>], parts: &[(&str, &str)], error: &SqlError) -> Problem {
    for (key, text) in parts {
        let place = [at, &[At::Key(key)]].concat();
        let found = error.range.as_ref().zip(error.sql.find(text));
        let Some((range, start)) = found else {
            continue;
        };
        if range.start < start || range.end > start + text.len() {
            continue;
        }
        if let Some(inside) = source.inside(&place).filter(|inside| inside.text == *text) {
            let span = inside.span(range.start - start..range.end - start);
            return Problem::at(source, span, error.problem.clone());
        }
    }
    let mark = error
        .marked()
        .map_or_else(String::new, |marked| format!("\n{marked}"));
    // Of a view the text is the statement itself.
    let place = match parts {
        [(key, _)] if at.len() == 1 => [at, &[At::Key(key)]].concat(),
        _ => at.to_vec(),
    };
    source.error(&place, format!("{error}{mark}"))
}
