//! What a template may ask for.

use std::sync::Arc;

use minijinja::value::Kwargs;
use minijinja::{Error, ErrorKind, State, Value};

use super::language::{Entry, Word, names};
use super::page::{Factor, Page, keys};
use super::select::{Selection, hint};
use crate::table::{ESTIMATES, PREDICTIONS};

/// All of them.
pub(super) const ALL: [Entry; 8] = [
    Entry {
        word: Word {
            name: "estimate",
            written: "estimate(name, key=level, ..)",
            meaning: "an estimate of analysis.toml, also by a name of [declared]; of a family the one \
                      at these levels",
            example: r#"{{ estimate("dead", learning_rate="high") | percent }}"#,
        },
        register: |environment, name, page| {
            let estimate = move |state: &State, name: &str, given: Kwargs| {
                let (family, given) = family(&page, name, given)?;
                match families(state, &page, &family, &given)? {
                    Some(found) => found.only(),
                    None => missing(&page),
                }
            };
            environment.add_function(name, estimate);
        },
    },
    Entry {
        word: Word {
            name: "estimates",
            written: "estimates(name, key=level, ..)",
            meaning: "all estimates of a family that fit, in the order of the table",
            example: r#"{% for one in estimates("dead") %}{{ one.learning_rate }}: {{ one | percent }}; {% endfor %}"#,
        },
        register: |environment, name, page| {
            let estimates = move |state: &State, name: &str, given: Kwargs| {
                let found = families(state, &page, name, &given)?;
                let none = || Value::from(Vec::<Value>::new());
                Ok::<_, Error>(found.map_or_else(none, |own| own.all()))
            };
            environment.add_function(name, estimates);
        },
    },
    Entry {
        word: Word {
            name: "cell",
            written: "cell(table, column=value, ..)",
            meaning: "the only row of a published table that fits",
            example: r#"{{ cell("cells", measure="dead_filters", learning_rate="high", layer="all") | percent }}"#,
        },
        register: |environment, name, page| {
            let cell = move |state: &State, table: &str, given: Kwargs| {
                Selection::new(state, &page, table, &given)?.only()
            };
            environment.add_function(name, cell);
        },
    },
    Entry {
        word: Word {
            name: "rows",
            written: "rows(table, column=value or [values], ..)",
            meaning: "all rows that fit, in the order of the table; those of single networks only with \
                      `replicate=`",
            example: r#"{% for row in rows("cells", measure="working") %}{{ row.learning_rate }}: {{ row | percent }}; {% endfor %}"#,
        },
        register: |environment, name, page| {
            let rows = move |state: &State, table: &str, given: Kwargs| {
                Ok::<_, Error>(Selection::new(state, &page, table, &given)?.all())
            };
            environment.add_function(name, rows);
        },
    },
    Entry {
        word: Word {
            name: "levels",
            written: "levels(factor)",
            meaning: "the levels of a factor in this version of the study, as text",
            example: r#"{{ levels("learning_rate") | list }}"#,
        },
        register: |environment, name, page| {
            environment.add_function(name, move |name: &str| {
                Ok::<_, Error>(Value::from(factor(&page, name)?.present.clone()))
            });
        },
    },
    Entry {
        word: Word {
            name: "level",
            written: "level(factor, name)",
            meaning: "the level of that name, as [factors.F] `names` has it",
            example: r#"{{ level("learning_rate", "high") }}"#,
        },
        register: |environment, name, page| {
            environment.add_function(name, move |name: &str, word: &str| {
                let factor = factor(&page, name)?;
                let level = factor.resolve(word);
                if !factor.levels.iter().any(|own| own == level) {
                    let hint = hint(word, factor.known());
                    return Err(wrong(format!("`{name}` has no level `{word}`{hint}")));
                }
                Ok(Value::from(level))
            });
        },
    },
    Entry {
        word: Word {
            name: "prediction",
            written: "prediction(id)",
            meaning: "the row of a judged prediction: claim, value, outcome, reason",
            example: r#"{{ prediction("more-die").claim }}"#,
        },
        register: |environment, name, page| {
            environment.add_function(name, move |state: &State, id: &str| {
                prediction(state, &page, id)
            });
        },
    },
    Entry {
        word: Word {
            name: "verdict",
            written: "verdict(id)",
            meaning: "supported, refuted or undecided",
            example: r#"{{ "as predicted" if verdict("more-die") == "supported" else "not as predicted" }}"#,
        },
        register: |environment, name, page| {
            environment.add_function(name, move |state: &State, id: &str| {
                prediction(state, &page, id)?.get_attr("outcome")
            });
        },
    },
];

/// Their names.
pub(super) const NAMES: [&str; ALL.len()] = names(&ALL);

fn wrong(words: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, words)
}

fn factor<'a>(page: &'a Page, name: &str) -> Result<&'a Factor, Error> {
    page.factor(name).ok_or_else(|| {
        let names: Vec<&str> = page.factors.iter().map(|own| own.name.as_str()).collect();
        wrong(format!("there is no factor `{name}`{}", hint(name, names)))
    })
}

/// The name and keys of an estimate that may be called by a prediction's name for it.
fn family(page: &Page, name: &str, given: Kwargs) -> Result<(String, Kwargs), Error> {
    let Some(declared) = page.declared.iter().find(|own| own.name == name) else {
        return Ok((name.into(), given));
    };
    if given.args().next().is_some() {
        // A prediction may call one of a family by the family's name.
        if declared.estimate == name {
            return Ok((name.into(), given));
        }
        return Err(wrong(format!(
            "`{name}` is one estimate of the family `{}`: it takes no keys",
            declared.estimate
        )));
    }
    let keys = keys(&declared.of);
    let given = keys
        .into_iter()
        .map(|(key, level)| (key, Value::from(level)));
    Ok((declared.estimate.clone(), given.collect()))
}

/// The rows of an estimate; nothing if `analysis.toml` has it and this version of the study does
/// not.
fn families(
    state: &State,
    page: &Arc<Page>,
    name: &str,
    given: &Kwargs,
) -> Result<Option<Selection>, Error> {
    let table = page.tables.iter().find(|own| own.name == ESTIMATES);
    let names = table
        .and_then(|own| own.words("name").ok())
        .unwrap_or_default();
    if !names.iter().any(|own| own == name) {
        if page.estimates.iter().any(|own| own == name) {
            return Ok(None);
        }
        let declared = page.declared.iter().map(|own| &own.name);
        let known: Vec<&str> = names.iter().chain(declared).map(String::as_str).collect();
        return Err(wrong(format!(
            "there is no estimate `{name}`{}",
            hint(name, known)
        )));
    }
    let mut all = vec![("name".to_owned(), Value::from(name))];
    for key in given.args() {
        all.push((key.to_owned(), given.peek(key)?));
    }
    Selection::new(state, page, ESTIMATES, &all.into_iter().collect()).map(Some)
}

fn missing(page: &Arc<Page>) -> Result<Value, Error> {
    let table = page.tables.iter().position(|own| own.name == ESTIMATES);
    let table = table.ok_or_else(|| wrong("there is no table `estimates`".into()))?;
    Ok(Value::from_object(super::row::Row {
        page: page.clone(),
        table,
        index: None,
    }))
}

fn prediction(state: &State, page: &Arc<Page>, id: &str) -> Result<Value, Error> {
    let given = [("id", Value::from(id))].into_iter().collect();
    Selection::new(state, page, PREDICTIONS, &given)?.only()
}
