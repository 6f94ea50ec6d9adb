//! Calls of functions and macros.

use std::collections::BTreeMap;
use std::ops::Range;

use minijinja::Value;
use minijinja::machinery::ast::{Call, CallArg, Expr, Spanned};

use super::value::Known;
use super::{Asked, bytes};
use crate::messages::nearest;
use crate::table::{ESTIMATES, PREDICTIONS};

/// What to say instead of a name: the nearest, or all.
pub(super) fn help(name: &str, known: Vec<&str>) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there is none".into(),
        None => {
            let etc = if known.len() > 12 { ", .." } else { "" };
            let first: Vec<&str> = known.into_iter().take(12).collect();
            format!("there are: {}{etc}", first.join(", "))
        }
    }
}

/// An argument with a name.
pub(super) struct Given<'a> {
    pub name: &'a str,
    /// Name and value.
    pub at: Range<usize>,
    pub known: Known,
}

impl<'a> Asked<'a> {
    pub(super) fn call(&mut self, call: &'a Spanned<Call<'a>>) -> Known {
        let mut positions: Vec<(&'a Expr<'a>, Known)> = Vec::new();
        let mut given: Vec<Given<'a>> = Vec::new();
        for argument in &call.args {
            match argument {
                CallArg::Kwarg(name, value) => given.push(Given {
                    name,
                    at: self.named(name, bytes(value.span())),
                    known: self.expression(value),
                }),
                CallArg::Pos(own) | CallArg::PosSplat(own) | CallArg::KwargSplat(own) => {
                    let known = self.expression(own);
                    positions.push((own, known));
                }
            }
        }
        let Expr::Var(function) = &call.expr else {
            return Known::Nothing;
        };
        if let Some(own) = self.macros.get(function.id).copied() {
            let names = own.args.iter().filter_map(|argument| match argument {
                Expr::Var(name) => Some(name.id),
                _ => None,
            });
            let first = names.zip(positions.into_iter().map(|(_, known)| known));
            let named = given.into_iter().map(|given| (given.name, given.known));
            let all: BTreeMap<&str, Known> = first.chain(named).collect();
            self.follow(own, &all);
            return Known::Nothing;
        }
        let whole = bytes(call.span());
        let first = positions.first().map(|(own, _)| bytes(own.span()));
        let first = first.unwrap_or_else(|| whole.clone());
        let words = positions.iter().map(|(_, known)| known.texts());
        let words: Vec<Option<Vec<&str>>> = words.collect();
        let Some(Some(names)) = words.first() else {
            return Known::Nothing;
        };
        let mut found: Option<Known> = None;
        for name in names {
            let known = match function.id {
                "estimate" => self.estimate(name, &given, (&first, &whole), true),
                "estimates" => self.estimate(name, &given, (&first, &whole), false),
                "cell" => self.table(name, &given, (&first, &whole), true),
                "rows" => self.table(name, &given, (&first, &whole), false),
                "levels" => {
                    self.factor(name, first.clone());
                    Known::Nothing
                }
                "level" => {
                    let word = positions.get(1).map(|(own, _)| bytes(own.span()));
                    let levels = words.get(1).cloned().flatten();
                    self.levels(name, first.clone(), levels, word)
                }
                "prediction" => self.prediction(name, first.clone()),
                "verdict" => match self.prediction(name, first.clone()) {
                    Known::Row(table) => Known::Cell {
                        table,
                        column: "outcome".into(),
                    },
                    other => other,
                },
                _ => Known::Nothing,
            };
            found = Some(match found {
                Some(before) => before.or(known),
                None => known,
            });
        }
        found.unwrap_or(Known::Nothing)
    }

    /// The bytes of a named argument, whose value stands there.
    fn named(&self, name: &str, value: Range<usize>) -> Range<usize> {
        let before = self.text.get(..value.start).unwrap_or_default().trim_end();
        let start = before.strip_suffix('=').map(str::trim_end);
        let start = start.and_then(|before| before.strip_suffix(name));
        start.map_or(value.start, str::len)..value.end
    }

    /// The place of a table among the shapes.
    pub(super) fn shape(&self, name: &str) -> Option<usize> {
        self.page.shapes.iter().position(|shape| shape.name == name)
    }

    fn table(
        &mut self,
        name: &str,
        given: &[Given<'a>],
        (first, whole): (&Range<usize>, &Range<usize>),
        only: bool,
    ) -> Known {
        let Some(table) = self.shape(name) else {
            let known = self.page.shapes.iter().map(|shape| shape.name.as_str());
            let help = help(name, known.collect());
            self.fault(
                first.clone(),
                format!("there is no table `{name}`"),
                Some(help),
            );
            return Known::Nothing;
        };
        let asked = self.asked(table, given, BTreeMap::new());
        if !only {
            return Known::Rows(table);
        }
        self.only(table, &asked, whole);
        Known::Row(table)
    }

    fn estimate(
        &mut self,
        name: &str,
        given: &[Given<'a>],
        (first, whole): (&Range<usize>, &Range<usize>),
        only: bool,
    ) -> Known {
        let Some(table) = self.shape(ESTIMATES) else {
            return Known::Nothing;
        };
        let known = if only {
            Known::Row(table)
        } else {
            Known::Rows(table)
        };
        let page = self.page;
        let declared = page.declared.iter().find(|own| own.name == name);
        if let Some(own) = declared.filter(|_| only) {
            if own.estimate != name && !given.is_empty() {
                let words = format!("`{name}` is one estimate of the family `{}`", own.estimate);
                self.fault(whole.clone(), words, Some("it takes no keys".into()));
            }
            if given.is_empty() || own.estimate != name {
                return known;
            }
        }
        if !page.estimates.iter().any(|own| own == name) {
            let declared = page.declared.iter().filter(|_| only).map(|own| &own.name);
            let names = page.estimates.iter().chain(declared);
            let help = help(name, names.map(String::as_str).collect());
            self.fault(
                first.clone(),
                format!("there is no estimate `{name}`"),
                Some(help),
            );
            return known;
        }
        let own = super::rows::any(name);
        let asked = self.asked(table, given, BTreeMap::from([("name".to_owned(), own)]));
        if only {
            self.only(table, &asked, whole);
        }
        known
    }

    fn prediction(&mut self, id: &str, at: Range<usize>) -> Known {
        let Some(table) = self.shape(PREDICTIONS) else {
            return Known::Nothing;
        };
        let known = self.page.shapes[table].values.get("id");
        if let Some(known) = known.filter(|known| !known.iter().any(|known| known == id)) {
            let help = help(id, known.iter().map(String::as_str).collect());
            self.fault(at, format!("there is no prediction `{id}`"), Some(help));
        }
        Known::Row(table)
    }

    fn factor(&mut self, name: &str, at: Range<usize>) -> Option<&'a super::super::page::Factor> {
        let found = self.page.factor(name);
        if found.is_none() {
            let names = self.page.factors.iter().map(|own| own.name.as_str());
            let help = help(name, names.collect());
            self.fault(at, format!("there is no factor `{name}`"), Some(help));
        }
        found
    }

    /// The levels of these names.
    fn levels(
        &mut self,
        name: &str,
        at: Range<usize>,
        words: Option<Vec<&str>>,
        place: Option<Range<usize>>,
    ) -> Known {
        let factor = self.factor(name, at);
        let (Some(factor), Some(words), Some(place)) = (factor, words, place) else {
            return Known::Nothing;
        };
        let mut levels = Vec::new();
        for word in words {
            let level = factor.resolve(word);
            if !factor.levels.is_empty() && !factor.levels.iter().any(|own| own == level) {
                let help = help(word, factor.known());
                let words = format!("`{name}` has no level `{word}`");
                self.fault(place.clone(), words, Some(help));
            }
            levels.push(Value::from(level));
        }
        Known::Each(levels)
    }
}
