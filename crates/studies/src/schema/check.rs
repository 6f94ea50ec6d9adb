//! A TOML file beside its schema: every key that is missing or not known, every value of another
//! type or not among the words that there are, at once and each at its place.

use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::node::Node;
use crate::messages::{Problem, Problems, Source, hint, nearest};

/// What is wrong with a TOML file by its schema. What a schema cannot say (that two values fit each
/// other) is left to whoever reads the file.
pub fn problems(source: &Source, schema: &Value) -> Problems {
    let mut found = Problems::default();
    match DeTable::parse(&source.text) {
        Ok(document) => {
            let at = document.span();
            let mut check = Check {
                source,
                found: &mut found,
            };
            check.table(
                document.get_ref(),
                at.start..at.start,
                Node::new(schema).resolved(),
                "",
            );
        }
        Err(error) => found.add(source.refused(&error)),
    }
    found.sort();
    found
}

struct Check<'a> {
    source: &'a Source,
    found: &'a mut Problems,
}

impl Check<'_> {
    fn wrong(&mut self, at: Range<usize>, title: String) {
        self.found.add(Problem::at(self.source, at, title));
    }

    /// `at` is where the table is named, `path` its name.
    fn table(&mut self, table: &DeTable<'_>, at: Range<usize>, node: Node<'_>, path: &str) {
        let of = if path.is_empty() {
            String::new()
        } else {
            format!(" in `{path}`")
        };
        let known = node.names();
        let missing: Vec<&str> = node
            .required()
            .into_iter()
            .filter(|name| !table.contains_key(*name))
            .collect();
        for (name, value) in table {
            let key: &str = name.get_ref();
            let below = if path.is_empty() {
                key.to_owned()
            } else {
                format!("{path}.{key}")
            };
            if let Some(inside) = node.property(key).or_else(|| node.additional()) {
                self.value(value, name.span(), inside, &below);
            } else if node.is_closed() {
                // A slip in a required key is one mistake, not two.
                let free = known
                    .iter()
                    .copied()
                    .filter(|own| !table.contains_key(*own));
                let free: Vec<&str> = free.collect();
                let title = match nearest(key, free.iter().copied()) {
                    Some(nearest) => {
                        format!("no key `{key}`{of}; did you mean `{nearest}`?")
                    }
                    None if free.is_empty() => format!("no key `{key}`{of}; leave it out"),
                    None => format!("no key `{key}`{of}; there are `{}`", known.join("`, `")),
                };
                self.wrong(name.span(), title);
            }
        }
        let meant = |name: &&str| {
            let unknown = table.keys().map(|key| key.get_ref().as_ref());
            let mut unknown = unknown.filter(|key: &&str| node.is_closed() && !known.contains(key));
            !unknown.any(|key| nearest(key, known.iter().copied()) == Some(*name))
        };
        let missing: Vec<&str> = missing.into_iter().filter(meant).collect();
        if !missing.is_empty() {
            let (verb, names) = (if missing.len() == 1 { "is" } else { "are" }, missing);
            let title = format!("`{}` {verb} missing{of}", names.join("`, `"));
            self.wrong(at, title);
        }
    }

    /// `at` is the key of the value, or the value itself where it stands in a list.
    fn value(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        at: Range<usize>,
        node: Node<'_>,
        path: &str,
    ) {
        let node = node.resolved();
        let alternatives = node.alternatives();
        if !alternatives.is_empty() {
            self.choose(value, at, &alternatives, path);
            return;
        }
        let inside = value.get_ref();
        let kind = kind(inside);
        if kind != "date" && !node.allows(kind) {
            let title = format!("`{path}` must be {}", node.expected());
            self.wrong(value.span(), title);
            return;
        }
        match inside {
            DeValue::Table(table) => self.table(table, at, node, path),
            DeValue::Array(items) => {
                for item in items {
                    if let Some(inside) = node.items() {
                        self.value(item, item.span(), inside, path);
                    }
                }
            }
            DeValue::String(text) => {
                let words = node.words();
                if !words.is_empty() && !words.contains(&text.as_ref()) {
                    self.word(value.span(), path, text, &words);
                }
            }
            _ => {}
        }
    }

    fn word(&mut self, at: Range<usize>, path: &str, text: &str, words: &[&str]) {
        let hint = hint(text, words.iter().copied());
        self.wrong(at, format!("`{path}` is `{text}`{hint}"));
    }

    /// A value that may have one of several forms: the one that its type and its tag belong to.
    fn choose(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        at: Range<usize>,
        forms: &[Node<'_>],
        path: &str,
    ) {
        let kind = kind(value.get_ref());
        let of_kind: Vec<Node<'_>> = forms
            .iter()
            .map(|form| form.resolved())
            .filter(|form| form.allows(kind))
            .collect();
        match (value.get_ref(), of_kind.as_slice()) {
            (_, [only]) => self.value(value, at, *only, path),
            (_, []) => {
                let mut expected: Vec<String> = forms.iter().map(|form| form.expected()).collect();
                expected.retain(|words| words != "nothing");
                expected.dedup();
                let title = format!("`{path}` must be {}", expected.join(" or "));
                self.wrong(value.span(), title);
            }
            (DeValue::String(text), several) => {
                let words: Vec<&str> = several.iter().flat_map(|form| form.words()).collect();
                if several.iter().all(|form| !form.words().is_empty())
                    && !words.contains(&text.as_ref())
                {
                    self.word(value.span(), path, text, &words);
                }
            }
            (DeValue::Table(table), several) => self.tagged(table, at, several, path),
            _ => {}
        }
    }

    /// Forms that a key tells apart: one that holds a word (`kind = "sgd"`), or the only one
    /// (`at_least = 0.4`).
    fn tagged(&mut self, table: &DeTable<'_>, at: Range<usize>, forms: &[Node<'_>], path: &str) {
        let tag = forms[0].names().into_iter().find(|name| {
            let holds = |form: &Node<'_>| form.property(name).map_or(0, |p| p.words().len());
            forms.iter().all(|form| holds(form) == 1)
        });
        let word = |form: &Node<'_>, tag: &str| {
            let words = form.property(tag).map(Node::words);
            words.and_then(|words| words.first().copied().map(str::to_owned))
        };
        let Some(tag) = tag else {
            let fits = |form: &&Node<'_>| {
                let required = form.required();
                required.iter().all(|name| table.contains_key(*name)) && !required.is_empty()
            };
            if let Some(form) = forms.iter().find(fits) {
                self.table(table, at, *form, path);
                return;
            }
            let all: Vec<&str> = forms.iter().flat_map(|form| form.names()).collect();
            let given = table.keys().next();
            let (at, title) = match given {
                Some(key) => {
                    let name: &str = key.get_ref();
                    let hint = hint(name, all.iter().copied());
                    (key.span(), format!("no key `{name}` in `{path}`{hint}"))
                }
                None => (
                    at,
                    format!("`{path}` must have one of `{}`", all.join("`, `")),
                ),
            };
            self.wrong(at, title);
            return;
        };
        let words: Vec<String> = forms.iter().filter_map(|form| word(form, tag)).collect();
        let all: Vec<&str> = words.iter().map(String::as_str).collect();
        match table.get(tag) {
            None => {
                let title = format!("`{tag}` is missing in `{path}`: `{}`", all.join("` or `"));
                self.wrong(at, title);
            }
            Some(given) => match given.get_ref().as_str() {
                Some(name) if all.contains(&name) => {
                    let own = |form: &&Node<'_>| word(form, tag).as_deref() == Some(name);
                    if let Some(form) = forms.iter().find(own) {
                        self.table(table, at, *form, path);
                    }
                }
                Some(name) => self.word(given.span(), &format!("{path}.{tag}"), name, &all),
                None => self.wrong(
                    given.span(),
                    format!("`{path}.{tag}` must be `{}`", all.join("` or `")),
                ),
            },
        }
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "string",
        DeValue::Integer(_) => "integer",
        DeValue::Float(_) => "number",
        DeValue::Boolean(_) => "boolean",
        DeValue::Array(_) => "array",
        DeValue::Table(_) => "object",
        DeValue::Datetime(_) => "date",
    }
}
