//! What is wrong with measures: their form, names, and rows that are no number a network and key.

use super::Checked;
use crate::analysis::closure::names;
use crate::analysis::grammar::{Measure, Statistic};
use crate::frames::schema;
use crate::frames::sql::{Apart, apart};
use crate::messages::{At, hint};

impl Checked<'_> {
    pub(super) fn measure(&mut self, name: &str, measure: &Measure) {
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
            let own = self.own.populations.keys();
            let names = own
                .chain(self.library.populations.keys())
                .map(String::as_str);
            if !names.clone().any(|name| name == population) {
                let problem = format!("no population `{population}`{}", hint(population, names));
                self.wrong(&[at[0], at[1], At::Key("population")], problem);
            }
        }
        for (index, key) in measure.keys.iter().enumerate() {
            let names = self.own.keys.keys().chain(self.library.keys.keys());
            let names = names.map(String::as_str);
            if !names.clone().any(|name| name == key) {
                let hint = hint(key, names);
                let problem = format!("no key `{key}`{hint}; a new one stands under [keys]");
                self.wrong(&[at[0], at[1], At::Key("keys"), At::Index(index)], problem);
            }
        }
        self.one_row(&at, measure);
    }

    /// A number that is not counted or added up stands in one row a network and key.
    fn one_row(&mut self, at: &[At<'_>], measure: &Measure) {
        let alone = measure.value.is_some() || measure.event.is_some() || measure.sql.is_some();
        if !alone || measure.statistic == Some(Statistic::Median) {
            return;
        }
        let of = measure.table.as_deref().unwrap_or("trials");
        let (what, Apart { shown, hidden }) = match (&measure.sql, self.ahead.grammar.views.get(of))
        {
            (Some(sql), _) => match apart(sql) {
                Some(found) => (
                    "its SELECT".to_owned(),
                    Apart {
                        shown: Vec::new(),
                        ..found
                    },
                ),
                None => return,
            },
            (None, Some(view)) => match apart(view) {
                Some(found) => (format!("view `{of}`"), found),
                None => return,
            },
            (None, None) => (format!("table `{of}`"), recorded(of)),
        };
        let keys = &self.ahead.grammar.keys;
        let is_key = |name: &str| {
            measure.keys.iter().any(|key| {
                let sql = keys.get(key).and_then(|key| key.sql.as_ref());
                sql.map_or(key == name, |sql| names(sql, name))
            })
        };
        let chosen = |name: &str| {
            measure
                .filter
                .as_ref()
                .is_some_and(|filter| names(filter, name))
        };
        let open = shown
            .into_iter()
            .filter(|(name, _)| !is_key(name) && !chosen(name));
        let mut open: Vec<(String, String)> = open.collect();
        open.extend(hidden.into_iter().map(|name| (name.clone(), name)));
        let design = self.ahead.design;
        open.retain(|(_, recorded)| match recorded.as_str() {
            "layer" => design.layers.is_some_and(|(_, most)| most > 1),
            "step" => design.trained,
            _ => design.layers.is_some(),
        });
        if open.is_empty() || design.recorded {
            return;
        }
        let open: Vec<&str> = open.iter().map(|(name, _)| name.as_str()).collect();
        let remedy = if measure.sql.is_some() {
            "give that column, choose one of its values in WHERE, or count with GROUP BY trial"
        } else {
            "name it in `keys`, choose one in `where`, or count with `numerator` and `denominator`"
        };
        let title = format!(
            "{what} has several rows for one network, one for each `{}`: {remedy}",
            open.join("` and `")
        );
        self.wrong(at, title);
    }
}

/// What tells rows of a recorded table apart within a network.
fn recorded(table: &str) -> Apart {
    let keys = schema().into_iter().find(|own| own.name == table);
    let keys = keys.filter(|own| own.name != "probes").map(|own| own.key);
    let keys = keys.into_iter().flatten().filter(|key| **key != "trial");
    Apart {
        shown: keys
            .map(|key| ((*key).to_owned(), (*key).to_owned()))
            .collect(),
        hidden: Vec::new(),
    }
}
