//! What is wrong with figures that can be known before there are results: tables, columns, levels,
//! and rows that would stand at one place.

use std::collections::BTreeMap;

use super::Analysis;
use crate::figures::compose::{check, places};
use crate::figures::spec::{Channel, FigureSpec, PanelSpec, Sort, Value, Where};
use crate::messages::{At, Problems, Source, hint};
use crate::prose::{Shape, Wanted};
use crate::table::{ALL, PREDICTIONS};

impl Analysis {
    /// What figures name and that will not be there, held against the tables as they will be.
    pub fn check_figures(&self, source: &Source, shapes: &[Shape]) -> Problems {
        let own = |shape: &&Shape| shape.name != PREDICTIONS;
        let shapes: Vec<&Shape> = shapes.iter().filter(own).collect();
        let tables: Vec<(&str, Option<Vec<&str>>)> = shapes
            .iter()
            .map(|shape| {
                let columns = shape.columns.iter().map(String::as_str);
                let columns = (!shape.open).then(|| columns.collect());
                (shape.name.as_str(), columns)
            })
            .collect();
        let mut checked = Checked {
            source,
            problems: Problems::default(),
        };
        for (name, figure) in &self.grammar.figures {
            let at = [At::Key("figures"), At::Key(name)];
            if !is_name_of_files(name) {
                let title = format!(
                    "`{name}` is the name of the figure's files: letters, digits, `-` and `_` only"
                );
                checked.wrong(&at, title);
            }
            for problem in check(figure, &tables) {
                let at = [&at[..], &steps(&problem.key)].concat();
                checked.wrong(&at, problem.reason);
            }
            checked.figure(&at, figure, &shapes);
        }
        checked.problems
    }
}

/// Whether files, labels and links can have the name.
fn is_name_of_files(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.len() <= 100 && name.chars().all(plain)
}

struct Checked<'a> {
    source: &'a Source,
    problems: Problems,
}

impl Checked<'_> {
    fn wrong(&mut self, at: &[At<'_>], problem: impl Into<String>) {
        self.problems.add(self.source.error(at, problem));
    }

    fn figure(&mut self, at: &[At<'_>], figure: &FigureSpec, shapes: &[&Shape]) {
        for (index, panel) in figure.panels.iter().enumerate() {
            let at = [at, &[At::Key("panels"), At::Index(index)]].concat();
            let Some(shape) = shapes.iter().find(|shape| shape.name == panel.table) else {
                continue;
            };
            let mut there = self.rows(&at, shape, &panel.filter);
            for (index, layer) in panel.layers.iter().enumerate() {
                let at = [&at[..], &[At::Key("layers"), At::Index(index)]].concat();
                there &= self.rows(&at, shape, &layer.filter);
            }
            for (name, channel) in panel.encoding.channels() {
                let at = [&at[..], &[At::Key("encoding"), At::Key(name)]].concat();
                self.levels(&at, shape, channel);
            }
            if there {
                self.one_row_a_place(&at, shape, panel);
            }
        }
    }

    /// What `where` asks for; whether all of it may be.
    fn rows(&mut self, at: &[At<'_>], shape: &Shape, filter: &Where) -> bool {
        let mut there = true;
        for (column, wanted) in filter {
            let Some(known) = shape.values.get(column) else {
                continue;
            };
            let at = [at, &[At::Key("where"), At::Key(column)]].concat();
            for value in wanted.values() {
                if known.iter().any(|known| value.is(known)) {
                    continue;
                }
                there = false;
                let word = value.to_string();
                let table = &shape.name;
                let title = if *value == Value::Word(ALL.into()) {
                    format!(
                        "table `{table}` has no row over all of `{column}`; `total` in the table makes one"
                    )
                } else {
                    let known = known.iter().filter(|known| !known.is_empty());
                    let hint = hint(&word, known.map(String::as_str));
                    format!("table `{table}` has no `{column}` = `{word}`{hint}")
                };
                self.wrong(&at, title);
            }
        }
        there
    }

    /// Levels that a channel labels or sorts.
    fn levels(&mut self, at: &[At<'_>], shape: &Shape, channel: &Channel) {
        let fields = channel.field.names().iter();
        let fields: Option<Vec<&Vec<String>>> =
            fields.map(|field| shape.values.get(field)).collect();
        let Some(fields) = fields else { return };
        let sorted: &[Value] = match &channel.sort {
            Sort::Levels(levels) => levels,
            Sort::By(_) => &[],
        };
        let labels = channel.labels.keys().map(|level| ("labels", level.clone()));
        let all = labels.chain(sorted.iter().map(|level| ("sort", level.to_string())));
        for (key, level) in all {
            let alone = fields.iter().any(|levels| levels.contains(&level));
            if alone || joined(&level, &fields) {
                continue;
            }
            let at = [at, &[At::Key(key), At::Key(&level)]].concat();
            let known = fields.iter().flat_map(|levels| levels.iter());
            let hint = hint(&level, known.map(String::as_str));
            let names = channel.field.names().join("`, `");
            self.wrong(
                &at,
                format!("no level `{level}` of `{names}` for `{key}`{hint}"),
            );
        }
    }

    /// Two rows at one place are a column that neither `where` nor `encoding` names.
    fn one_row_a_place(&mut self, at: &[At<'_>], shape: &Shape, panel: &PanelSpec) {
        let Some(places) = places(panel) else { return };
        let mut asked: BTreeMap<String, Wanted> = BTreeMap::new();
        for (column, wanted) in &panel.filter {
            let words = wanted.values().iter().map(ToString::to_string);
            asked.insert(column.clone(), Wanted::Any(words.collect()));
        }
        // What is shown apart is looked at one by one.
        let shown = |line: &&crate::prose::Line| {
            let wanted =
                |(column, wanted): (&String, &Wanted)| match (wanted, line.cells.get(column)) {
                    (Wanted::Any(any), Some(Some(level))) => any.contains(level),
                    _ => true,
                };
            asked.iter().all(wanted)
        };
        let lines = shape.lines.iter().filter(shown).cloned().collect();
        let shown = Shape {
            lines,
            ..shape.clone()
        };
        for place in places {
            asked.insert(place.into(), Wanted::One);
        }
        if let Some(apart) = shown.apart(&asked) {
            let levels = |column: &String| {
                let levels = shown.levels(column, &asked);
                let levels: Vec<&str> = levels
                    .into_iter()
                    .filter(|level| !level.is_empty())
                    .collect();
                format!("`{column}` ({})", levels.join(", "))
            };
            let apart: Vec<String> = apart.iter().map(levels).collect();
            let at = [at, &[At::Key("encoding")]].concat();
            self.wrong(&at, format!(
                "two rows of table `{}` would stand at one place; they differ in {}: name that in \
                 `where` or `encoding`",
                shape.name,
                apart.join(", ")
            ));
        }
    }
}

/// Whether a text is a level of each field with `, ` between.
fn joined(text: &str, fields: &[&Vec<String>]) -> bool {
    let Some((first, rest)) = fields.split_first() else {
        return text.is_empty();
    };
    first.iter().any(|level| {
        let after = text.strip_prefix(level.as_str());
        after.is_some_and(|after| match (rest, after.strip_prefix(", ")) {
            ([], _) => after.is_empty(),
            (_, Some(after)) => joined(after, rest),
            _ => false,
        })
    })
}

/// A key as it is written, `panels[1].encoding.x`, as steps.
fn steps(key: &str) -> Vec<At<'_>> {
    let parts = key.split(['.', '[', ']']).filter(|part| !part.is_empty());
    parts
        .map(|part| part.parse().map_or(At::Key(part), At::Index))
        .collect()
}
