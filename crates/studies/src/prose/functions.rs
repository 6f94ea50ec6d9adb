//! What a template may ask for.

use std::sync::Arc;

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::page::{Factor, Page, keys};
use super::select::{Selection, hint};
use crate::table::{ESTIMATES, PREDICTIONS};

/// Their names.
pub(super) const NAMES: [&str; 8] = [
    "estimate",
    "estimates",
    "cell",
    "rows",
    "levels",
    "level",
    "prediction",
    "verdict",
];

/// Makes them known.
pub(super) fn register(environment: &mut Environment, page: &Arc<Page>) {
    let own = page.clone();
    environment.add_function(
        "estimate",
        move |state: &State, name: &str, given: Kwargs| {
            let (family, given) = family(&own, name, given)?;
            match families(state, &own, &family, &given)? {
                Some(found) => found.only(false),
                None => missing(&own),
            }
        },
    );
    let own = page.clone();
    environment.add_function(
        "estimates",
        move |state: &State, name: &str, given: Kwargs| {
            let found = families(state, &own, name, &given)?;
            Ok::<_, Error>(found.map_or_else(|| Value::from(Vec::<Value>::new()), |own| own.all()))
        },
    );
    let own = page.clone();
    environment.add_function("cell", move |state: &State, table: &str, given: Kwargs| {
        Selection::new(state, &own, table, &given)?.only(false)
    });
    let own = page.clone();
    environment.add_function("rows", move |state: &State, table: &str, given: Kwargs| {
        Ok::<_, Error>(Selection::new(state, &own, table, &given)?.all())
    });
    let own = page.clone();
    environment.add_function("levels", move |name: &str| {
        Ok::<_, Error>(Value::from(factor(&own, name)?.present.clone()))
    });
    let own = page.clone();
    environment.add_function("level", move |name: &str, word: &str| {
        let factor = factor(&own, name)?;
        let level = factor.resolve(word);
        if !factor.levels.iter().any(|own| own == level) {
            let hint = hint(word, factor.known());
            return Err(wrong(format!("`{name}` has no level `{word}`{hint}")));
        }
        Ok(Value::from(level))
    });
    let own = page.clone();
    environment.add_function("prediction", move |state: &State, id: &str| {
        prediction(state, &own, id)
    });
    let own = page.clone();
    environment.add_function("verdict", move |state: &State, id: &str| {
        prediction(state, &own, id)?.get_attr("outcome")
    });
}

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
    Selection::new(state, page, PREDICTIONS, &given)?.only(false)
}
