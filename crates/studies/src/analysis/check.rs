//! What is wrong with an `analysis.toml` that can be known without results.

mod estimates;

use super::grammar::{GRAMMAR, Grammar, Measure, TableSpec};
use super::level::Level;
use super::read::{Design, library};
use crate::messages::{At, Problems, Source, hint};
use crate::table::{AMENDMENTS, ESTIMATES, PREDICTIONS};

/// Names of the published tables that no analysis says.
const MADE: [&str; 3] = [AMENDMENTS, ESTIMATES, PREDICTIONS];

/// Everything that is wrong, each with its line.
pub(super) fn check(own: &Grammar, source: &Source, design: &Design) -> Problems {
    let mut checked = Checked {
        own,
        library: library(),
        source,
        design,
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
    checked.declared();
    checked.figures();
    checked.problems
}

pub(super) struct Checked<'a> {
    pub own: &'a Grammar,
    library: Grammar,
    source: &'a Source,
    design: &'a Design,
    problems: Problems,
}

impl Checked<'_> {
    pub fn wrong(&mut self, at: &[At<'_>], problem: impl Into<String>) {
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
            let known = &self.design.levels;
            if factor.sql.is_none() && !known.is_empty() && !known.contains_key(name) {
                let hint = hint(name, known.keys().map(String::as_str));
                let problem = format!(
                    "the design has no column `{name}`{hint}; a column that follows from others says `sql`"
                );
                self.wrong(&at, problem);
                continue;
            }
            let named = factor
                .reference
                .iter()
                .chain(factor.names.values())
                .chain(&factor.levels);
            for level in named {
                self.level(&at, name, level);
            }
        }
    }

    /// A level that the design does not have.
    pub fn level(&mut self, at: &[At<'_>], factor: &str, level: &Level) {
        if let Some(levels) = self.design.levels.get(factor)
            && !levels.contains(level)
        {
            let hint = hint(level.as_str(), levels.iter().map(Level::as_str));
            self.wrong(
                at,
                format!("the design has no `{factor}` = `{level}`{hint}"),
            );
        }
    }

    fn measure(&mut self, name: &str, measure: &Measure) {
        let at = [At::Key("measures"), At::Key(name)];
        let ratio = measure.numerator.is_some() || measure.denominator.is_some();
        let forms = [
            ratio,
            measure.value.is_some(),
            measure.event.is_some(),
            measure.sql.is_some(),
        ];
        if forms.iter().filter(|form| **form).count() != 1 {
            self.wrong(&at, format!("measure `{name}` is one of: `numerator` and `denominator`, `value`, `event`, `sql`"));
        }
        if ratio && (measure.numerator.is_none() || measure.denominator.is_none()) {
            self.wrong(
                &at,
                format!("measure `{name}` needs both `numerator` and `denominator`"),
            );
        }
        if let Some(population) = &measure.population {
            let names = || {
                self.own
                    .populations
                    .keys()
                    .chain(self.library.populations.keys())
            };
            if !names().any(|name| name == population) {
                let hint = hint(population, names().map(String::as_str));
                let problem = format!("population `{population}`{hint}");
                self.wrong(&[at[0], at[1], At::Key("population")], problem);
            }
        }
        for key in &measure.keys {
            if !self.own.keys.contains_key(key) && !self.library.keys.contains_key(key) {
                let names = self.own.keys.keys().chain(self.library.keys.keys());
                let problem = format!(
                    "key `{key}`{}; a new one stands under [keys]",
                    hint(key, names.map(String::as_str))
                );
                self.wrong(&[at[0], at[1], At::Key("keys")], problem);
            }
        }
    }

    fn picks(&mut self) {
        for (name, pick) in &self.own.picks {
            let at = [At::Key("picks"), At::Key(name)];
            for factor in pick.within.iter().chain([&pick.over]) {
                self.column(&at, factor);
            }
            for measure in pick.highest_with.keys() {
                self.named(&at, measure);
            }
        }
    }

    /// A measure that there is.
    fn named(&mut self, at: &[At<'_>], measure: &str) {
        let names = || self.own.measures.keys().chain(self.library.measures.keys());
        if !names().any(|name| name == measure) {
            let problem = format!(
                "measure `{measure}`{}",
                hint(measure, names().map(String::as_str))
            );
            self.wrong(at, problem);
        }
    }

    /// A factor, key or pick that there is.
    fn column(&mut self, at: &[At<'_>], name: &str) {
        let own = self
            .own
            .factors
            .keys()
            .chain(self.own.keys.keys())
            .chain(self.own.picks.keys());
        let names: Vec<String> = own.chain(self.library.keys.keys()).cloned().collect();
        if !names.iter().any(|known| known == name) {
            let hint = hint(name, names.iter().map(String::as_str));
            self.wrong(at, format!("factor or key `{name}`{hint}"));
        }
    }

    fn table(&mut self, name: &str, table: &TableSpec) {
        let at = [At::Key("tables"), At::Key(name)];
        let path = |c: char| c.is_control() || matches!(c, '/' | '\\');
        if name.is_empty() || name.starts_with('.') || name.contains(path) {
            self.wrong(
                &at,
                "a table's name is the name of its file: one line without `/`",
            );
        }
        if MADE.contains(&name) {
            let problem =
                format!("the program itself makes the table `{name}`: choose another name");
            self.wrong(&at, problem);
        }
        let summary = !table.measures.is_empty() || !table.by.is_empty();
        let forms = [
            summary,
            table.sql.is_some(),
            !table.estimates.is_empty(),
            table.picks.is_some(),
        ];
        if forms.iter().filter(|form| **form).count() != 1 {
            self.wrong(
                &at,
                format!(
                    "table `{name}` is one of: `by` and `measures`, `sql`, `estimates`, `picks`"
                ),
            );
        }
        for (index, column) in table.by.iter().enumerate() {
            self.column(&[at[0], at[1], At::Key("by"), At::Index(index)], column);
        }
        self.seeds(&at, table.replicates);
        if table.replicates.is_some() && !table.estimates.is_empty() {
            let problem =
                format!("table `{name}` is of estimates, which say their own `replicates`");
            self.wrong(&[at[0], at[1], At::Key("replicates")], problem);
        }
        if let Some(column) = &table.only {
            self.column(&[at[0], at[1], At::Key("only")], column);
        }
        for (index, measure) in table.measures.iter().enumerate() {
            self.named(
                &[at[0], at[1], At::Key("measures"), At::Index(index)],
                measure,
            );
        }
        for (factor, levels) in &table.filter {
            self.column(&at, factor);
            for level in levels.all() {
                self.level(&at, factor, level);
            }
        }
        for family in &table.estimates {
            let names = self
                .own
                .estimates
                .iter()
                .map(|estimate| estimate.name.as_str());
            if !names.clone().any(|known| known == family) {
                let problem = format!("estimate `{family}`{}", hint(family, names));
                self.wrong(&at, problem);
            }
        }
        if let Some(pick) = &table.picks
            && !self.own.picks.contains_key(pick)
        {
            let names = self.own.picks.keys().map(String::as_str);
            self.wrong(&at, format!("pick `{pick}`{}", hint(pick, names)));
        }
    }
}
