//! Which rows are asked for: columns that there are, values that they may have, one row or several.

use std::collections::BTreeMap;
use std::ops::Range;

use minijinja::machinery::ast::Expr;

use super::super::select::word;
use super::super::shape::Wanted;
use super::calls::{Given, help};
use super::value::Known;
use super::{Asked, bytes};
use crate::table::ALL;
use crate::table::ESTIMATES;

/// This value and no other.
pub(super) fn any(value: &str) -> Wanted {
    Wanted::Any(vec![value.into()])
}

impl<'a> Asked<'a> {
    /// Whether a table will have a column.
    pub(super) fn column(&mut self, table: usize, name: &str, at: Range<usize>) -> bool {
        let shape = &self.page.shapes[table];
        if !shape.has(name) {
            let known = shape.columns.iter().map(String::as_str);
            let (help, table) = (help(name, known.collect()), &shape.name);
            self.fault(
                at,
                format!("table `{table}` has no column `{name}`"),
                Some(help),
            );
            return false;
        }
        true
    }

    /// What is asked of each column, beside what is asked already.
    pub(super) fn asked(
        &mut self,
        table: usize,
        given: &[Given<'a>],
        mut asked: BTreeMap<String, Wanted>,
    ) -> BTreeMap<String, Wanted> {
        for own in given {
            if !self.column(table, own.name, own.at.clone()) {
                continue;
            }
            let wanted = match &own.known {
                Known::Each(_) => self.values(table, own, &own.known).map(|mut each| {
                    // Several are asked for one after the other.
                    if each.len() == 1 {
                        any(&each.remove(0))
                    } else {
                        Wanted::One
                    }
                }),
                Known::List(items) => {
                    let items = items.iter().map(|item| self.values(table, own, item));
                    let items: Option<Vec<Vec<String>>> = items.collect();
                    items.map(|items| Wanted::Any(items.concat()))
                }
                _ => None,
            };
            asked.insert(own.name.into(), wanted.unwrap_or(Wanted::One));
        }
        asked
    }

    /// The values as they stand in tables, each of which the column may have.
    fn values(&mut self, table: usize, given: &Given<'a>, known: &Known) -> Option<Vec<String>> {
        let Known::Each(values) = known else {
            return None;
        };
        let mut all = Vec::new();
        for value in values {
            let written = word(given.name, value).ok()?;
            all.push(self.level(table, given.name, &written, given.at.clone()));
        }
        Some(all)
    }

    /// The level that is meant; told if the column never has it.
    fn level(&mut self, table: usize, column: &str, word: &str, at: Range<usize>) -> String {
        let page = self.page;
        let factor = page.factor(column);
        let level = factor
            .map_or(word, |factor| factor.resolve(word))
            .to_owned();
        let shape = &page.shapes[table];
        let over_all = level.is_empty() || level == ALL;
        let (there, mut known): (bool, Vec<&str>) = match (shape.values.get(column), factor) {
            (Some(values), _) => {
                let known = values.iter().map(String::as_str);
                (values.contains(&level), known.collect())
            }
            (None, Some(factor)) if !factor.levels.is_empty() => (
                over_all || factor.levels.contains(&level),
                factor.levels.iter().map(String::as_str).collect(),
            ),
            _ => (true, Vec::new()),
        };
        if !there {
            let names = factor.into_iter().flat_map(|factor| &factor.names);
            known.extend(names.map(|(name, _)| name.as_str()));
            known.retain(|known| !known.is_empty());
            let in_design = factor.is_some_and(|factor| factor.levels.contains(&level));
            let words = if factor.is_some() && !in_design {
                format!("`{column}` has no level `{word}`")
            } else {
                format!("table `{}` has no `{column}` = \"{word}\"", shape.name)
            };
            let help = help(word, known);
            self.fault(at, words, Some(help));
        }
        level
    }

    /// Whether exactly one row can be meant.
    pub(super) fn only(
        &mut self,
        table: usize,
        asked: &BTreeMap<String, Wanted>,
        at: &Range<usize>,
    ) {
        let shape = &self.page.shapes[table];
        // Single networks are told apart by their seed.
        if asked.contains_key("replicate") {
            return;
        }
        let written: Vec<String> = asked
            .iter()
            .filter_map(|(column, wanted)| match wanted {
                Wanted::Any(values) => Some(format!("{column} = \"{}\"", values.join("\" or \""))),
                Wanted::One => None,
            })
            .collect();
        let mistaken = self.faults.iter().any(|fault| within(&fault.at, at));
        if !shape.may_have(asked) {
            // What is told of a single value need not be told of the row.
            if !mistaken {
                let words = format!("no row of `{}` has {}", shape.name, written.join(", "));
                self.fault(at.clone(), words, None);
            }
            return;
        }
        let Some(apart) = shape.apart(asked) else {
            return;
        };
        let levels = |column: &String| {
            let all = shape.levels(column, asked);
            let etc = if all.len() > 8 { ", .." } else { "" };
            let first: Vec<&str> = all
                .into_iter()
                .filter(|level| !level.is_empty())
                .take(8)
                .collect();
            format!("`{column}` ({}{etc})", first.join(", "))
        };
        let levels: Vec<String> = apart.iter().map(levels).collect();
        let which = format!("say which {}", levels.join(" and "));
        let words = match asked.get("name") {
            Some(Wanted::Any(names)) if shape.name == ESTIMATES => {
                format!("`{}` is a family of estimates", names.join("` or `"))
            }
            _ if written.is_empty() => format!("several rows of `{}` fit", shape.name),
            _ => format!(
                "several rows of `{}` have {}",
                shape.name,
                written.join(", ")
            ),
        };
        self.fault(at.clone(), words, Some(which));
    }

    /// A value of a column beside constants: a word that the column never has equals nothing.
    pub(super) fn compared(&mut self, left: (&'a Expr<'a>, &Known), right: (&'a Expr<'a>, &Known)) {
        for ((_, cell), (constant, known)) in [(left, right), (right, left)] {
            let Known::Cell { table, column } = cell else {
                continue;
            };
            let shape = &self.page.shapes[*table];
            let Some(values) = shape.values.get(column) else {
                continue;
            };
            let items = match known {
                Known::List(items) => items.as_slice(),
                other => std::slice::from_ref(other),
            };
            let words: Vec<&str> = items.iter().filter_map(Known::texts).flatten().collect();
            let never = words.iter().filter(|word| {
                // Whether a row has no level is asked so.
                !word.is_empty() && **word != ALL && !values.iter().any(|known| known == **word)
            });
            let faults: Vec<(String, String)> = never
                .map(|word| {
                    let known = values
                        .iter()
                        .map(String::as_str)
                        .filter(|known| !known.is_empty());
                    let words = format!("`{column}` is never \"{word}\" in table `{}`", shape.name);
                    (words, help(word, known.collect()))
                })
                .collect();
            for (words, help) in faults {
                self.fault(bytes(constant.span()), words, Some(help));
            }
        }
    }
}

fn within(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
