//! What is wrong with published tables.

use super::{Checked, MADE};
use crate::analysis::grammar::{Networks, TableSpec};
use crate::messages::{At, hint};

impl Checked<'_> {
    pub(super) fn table(&mut self, name: &str, table: &TableSpec) {
        let at = [At::Key("tables"), At::Key(name)];
        let path = |c: char| c.is_control() || matches!(c, '/' | '\\');
        if name.is_empty() || name.starts_with('.') || name.contains(path) {
            self.wrong(
                &at,
                "a table's name is the name of its file: one line without `/`",
            );
        }
        if MADE.contains(&name) {
            self.wrong(
                &at,
                format!("`{name}` is published of every study: choose another name"),
            );
        }
        self.replicates(&at, table.replicates);
        if table.replicates.is_some() && !table.estimates.is_empty() {
            let problem =
                format!("table `{name}` is of estimates, which say their own `replicates`");
            self.wrong(&[at[0], at[1], At::Key("replicates")], problem);
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
        let key = |key| [at[0], at[1], At::Key(key)];
        for (index, column) in table.by.iter().enumerate() {
            let at = [&key("by")[..], &[At::Index(index)]].concat();
            self.column(&at, column);
            if table.by[..index].contains(column) {
                self.wrong(&at, format!("`{column}` stands in `by` twice"));
            }
        }
        for (index, column) in table.total.iter().enumerate() {
            if !table.by.contains(column) {
                let at = [&key("total")[..], &[At::Index(index)]].concat();
                let hint = hint(column, table.by.iter().map(String::as_str));
                self.wrong(
                    &at,
                    format!("`total` is over columns of `by`: no `{column}`{hint}"),
                );
            }
        }
        for (index, measure) in table.measures.iter().enumerate() {
            let at = [&key("measures")[..], &[At::Index(index)]].concat();
            self.named(&at, measure);
            if table.measures[..index].contains(measure) {
                self.wrong(&at, format!("`{measure}` stands in `measures` twice"));
            }
        }
        if let Networks::Of(names) = &table.networks {
            let known = || {
                table
                    .measures
                    .iter()
                    .chain(&table.estimates)
                    .map(String::as_str)
            };
            for (index, name) in names.iter().enumerate() {
                if !known().any(|known| known == name) {
                    let at = [&key("networks")[..], &[At::Index(index)]].concat();
                    let hint = hint(name, known().collect::<Vec<_>>());
                    self.wrong(&at, format!("the table has no `{name}`{hint}"));
                }
            }
        }
        for (factor, levels) in &table.filter {
            let at = [&key("where")[..], &[At::Key(factor)]].concat();
            self.column(&at, factor);
            for level in levels.all() {
                self.level(&at, factor, level);
            }
        }
        for (index, family) in table.estimates.iter().enumerate() {
            let names = self
                .own
                .estimates
                .iter()
                .map(|estimate| estimate.name.as_str());
            if !names.clone().any(|known| known == family) {
                let at = [&key("estimates")[..], &[At::Index(index)]].concat();
                let problem = format!("no estimate `{family}`{}", hint(family, names));
                self.wrong(&at, problem);
            }
        }
        for (word, pick) in [("picks", &table.picks), ("only", &table.only)] {
            if let Some(pick) = pick
                && !self.own.picks.contains_key(pick)
            {
                let names = self.own.picks.keys().map(String::as_str);
                let problem = format!("no pick `{pick}`{}", hint(pick, names));
                self.wrong(&key(word), problem);
            }
        }
    }
}
