//! Words in SQL that a column never holds: outcomes that are none, levels that the design lacks.

use super::Checked;
use crate::analysis::level::Level;
use crate::frames::sql::compared;
use crate::frames::{OUTCOMES, schema};
use crate::messages::{At, Problem, hint};

impl Checked<'_> {
    pub(super) fn words(&mut self) {
        let own = self.own;
        for (name, condition) in &own.populations {
            self.of_sql(&[At::Key("populations"), At::Key(name)], condition);
        }
        for (name, factor) in &own.factors {
            let at = [At::Key("factors"), At::Key(name), At::Key("sql")];
            if let Some(sql) = &factor.sql {
                self.of_sql(&at, sql);
            }
        }
        for (name, measure) in &own.measures {
            // What a view calls a column need not be what is recorded so.
            let table = measure.table.as_deref().unwrap_or("trials");
            if !schema().iter().any(|recorded| recorded.name == table) {
                continue;
            }
            for (key, text) in [
                ("where", &measure.filter),
                ("event", &measure.event),
                ("value", &measure.value),
                ("numerator", &measure.numerator),
                ("denominator", &measure.denominator),
            ] {
                let at = [At::Key("measures"), At::Key(name), At::Key(key)];
                if let Some(text) = text {
                    self.of_sql(&at, text);
                }
            }
        }
    }

    fn of_sql(&mut self, at: &[At<'_>], sql: &str) {
        for own in compared(sql) {
            let column = own.column.as_str();
            let known: Vec<&str> = if column.starts_with("outcome") {
                OUTCOMES.to_vec()
            } else if let Some(levels) = self.ahead.design.levels.get(column) {
                levels.iter().map(Level::as_str).collect()
            } else {
                continue;
            };
            if known.contains(&own.word.as_str()) {
                continue;
            }
            let title = format!(
                "`{column}` is never '{}'{}",
                own.word,
                hint(&own.word, known)
            );
            let inside = self.source.inside(at).filter(|inside| inside.text == sql);
            self.problems.add(match inside.zip(own.range) {
                Some((inside, range)) => Problem::at(self.source, inside.span(range), title),
                None => self.source.error(at, title),
            });
        }
    }
}
