//! What is wrong with an `analysis.toml` that can be known without results.

mod declared;
mod estimates;
mod measures;
mod seeds;
mod tables;
mod words;

use std::collections::BTreeSet;

use super::design::Design;
use super::grammar::{GRAMMAR, Grammar};
use super::known::Known;
use super::level::Level;
use super::shapes::{Ahead, Columns};
use crate::messages::{At, Problems, Source, hint};
use crate::table::{AMENDMENTS, ESTIMATES, PREDICTIONS};

/// Names of the published tables that no analysis says.
const MADE: [&str; 3] = [AMENDMENTS, ESTIMATES, PREDICTIONS];

/// Everything that is wrong, each with its line. `all` is the file's own words (`own`) and the
/// library's together.
pub(super) fn check(
    (own, library, all): (&Grammar, &Grammar, &Grammar),
    source: &Source,
    design: &Design,
) -> Problems {
    let known = Known::of(all, design);
    let shipped: BTreeSet<String> = library.views.keys().cloned().collect();
    let columns = Columns::default();
    let mut checked = Checked {
        own,
        library,
        source,
        ahead: Ahead {
            grammar: all,
            known: &known,
            design,
            columns: &columns,
            shipped: &shipped,
        },
        problems: Problems::default(),
    };
    checked.version();
    checked.shipped();
    checked.factors();
    for (name, measure) in &own.measures {
        checked.measure(name, measure);
    }
    checked.picks();
    for (name, table) in &own.tables {
        checked.table(name, table);
    }
    for (index, estimate) in own.estimates.iter().enumerate() {
        checked.estimate(index, estimate);
    }
    checked.words();
    checked.seeds();
    checked.declared();
    checked.problems
}

struct Checked<'a> {
    own: &'a Grammar,
    library: &'a Grammar,
    source: &'a Source,
    ahead: Ahead<'a>,
    problems: Problems,
}

impl Checked<'_> {
    fn wrong(&mut self, at: &[At<'_>], problem: impl Into<String>) {
        self.problems.add(self.source.error(at, problem));
    }

    fn version(&mut self) {
        if self.own.grammar != GRAMMAR {
            let problem = format!(
                "grammar {}: this program reads grammar {GRAMMAR} (`grammar = {GRAMMAR}`)",
                self.own.grammar
            );
            self.wrong(&[At::Key("grammar")], problem);
        }
    }

    /// What the library has is not said again in other words.
    fn shipped(&mut self) {
        let shipped: [(&str, Vec<&String>, Vec<&String>); 3] = [
            (
                "measures",
                self.own.measures.keys().collect(),
                self.library.measures.keys().collect(),
            ),
            (
                "views",
                self.own.views.keys().collect(),
                self.library.views.keys().collect(),
            ),
            (
                "populations",
                self.own.populations.keys().collect(),
                self.library.populations.keys().collect(),
            ),
        ];
        let mut twice = Vec::new();
        for (section, own, library) in shipped {
            for name in own.into_iter().filter(|name| library.contains(name)) {
                twice.push((section, name.clone()));
            }
        }
        for (section, name) in twice {
            let problem = format!(
                "`{name}` is shipped and means the same in every study: choose another name"
            );
            self.wrong(&[At::Key(section), At::Key(&name)], problem);
        }
    }

    fn factors(&mut self) {
        for (name, factor) in &self.own.factors {
            let at = [At::Key("factors"), At::Key(name)];
            let columns = &self.ahead.design.levels;
            if factor.sql.is_none() && !columns.is_empty() && !columns.contains_key(name) {
                let hint = hint(name, columns.keys().map(String::as_str));
                let problem = format!(
                    "the design has no column `{name}`{hint}; a column that follows from others says `sql`"
                );
                self.wrong(&at, problem);
                continue;
            }
            if let Some(level) = &factor.reference {
                self.level(&[at[0], at[1], At::Key("reference")], name, level);
            }
            for (index, level) in factor.levels.iter().enumerate() {
                let at = [at[0], at[1], At::Key("levels"), At::Index(index)];
                self.level(&at, name, level);
            }
            for (word, level) in &factor.names {
                let at = [at[0], at[1], At::Key("names"), At::Key(word)];
                self.level(&at, name, level);
            }
            for level in factor.labels.keys() {
                let at = [at[0], at[1], At::Key("labels"), At::Key(level)];
                self.level(&at, name, &Level::new(level));
            }
        }
    }

    /// A level that the design does not have.
    fn level(&mut self, at: &[At<'_>], factor: &str, level: &Level) {
        if let Some(levels) = self.ahead.known.levels(factor)
            && !levels.contains(level)
        {
            let hint = hint(level.as_str(), levels.iter().map(Level::as_str));
            self.wrong(at, format!("`{factor}` has no level `{level}`{hint}"));
        }
    }

    fn picks(&mut self) {
        for (name, pick) in &self.own.picks {
            let at = [At::Key("picks"), At::Key(name)];
            for (index, factor) in pick.within.iter().enumerate() {
                self.factor(&[at[0], at[1], At::Key("within"), At::Index(index)], factor);
            }
            self.factor(&[at[0], at[1], At::Key("over")], &pick.over);
            for measure in pick.highest_with.keys() {
                let at = [at[0], at[1], At::Key("highest_with"), At::Key(measure)];
                self.named(&at, measure);
            }
        }
    }

    /// A measure that there is.
    fn named(&mut self, at: &[At<'_>], measure: &str) {
        let names = || self.own.measures.keys().chain(self.library.measures.keys());
        if !names().any(|name| name == measure) {
            let hint = hint(measure, names().map(String::as_str));
            self.wrong(at, format!("no measure `{measure}`{hint}"));
        }
    }

    /// A factor that there is.
    fn factor(&mut self, at: &[At<'_>], name: &str) {
        let names = self.own.factors.keys().map(String::as_str);
        if !names.clone().any(|known| known == name) {
            let hint = hint(name, names);
            self.wrong(at, format!("no factor `{name}`{hint}"));
        }
    }

    /// A factor, key or pick that there is.
    fn column(&mut self, at: &[At<'_>], name: &str) {
        if !self.is_column(name) {
            let hint = hint(name, self.columns());
            self.wrong(at, format!("no factor or key `{name}`{hint}"));
        }
    }

    fn is_column(&self, name: &str) -> bool {
        self.columns().contains(&name)
    }

    fn columns(&self) -> Vec<&str> {
        let own = self.own;
        let columns = own
            .factors
            .keys()
            .chain(own.keys.keys())
            .chain(own.picks.keys());
        let columns = columns.chain(self.library.keys.keys());
        columns.map(String::as_str).collect()
    }
}
