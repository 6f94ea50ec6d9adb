//! The columns of settings that stand in front of every row of the results.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::assign::get;
use super::{Assignment, Cell};
use crate::frames::{FRONT, Value, schema};
use crate::messages::{At, Problem, Source};
use crate::spec::Spec;

/// Gives every cell one column for each key that an arm varies or sets, and for each that the
/// command line sets: its label, or the value of the settings, missing where they have none.
pub(super) fn fill(
    spec: &Spec,
    source: &Source,
    set: &[Assignment],
    cells: &mut [Cell],
) -> Result<(), Problem> {
    let keys = keys(spec, set);
    let settings: Vec<Json> = cells
        .iter()
        .map(|cell| serde_json::to_value(&cell.settings).unwrap_or_default())
        .collect();
    let taken: BTreeSet<&str> = schema()
        .iter()
        .flat_map(|table| table.columns.iter().map(|column| column.name))
        .chain(FRONT.iter().map(|column| column.name))
        .collect();
    for key in &keys {
        let name = name(key, &keys, &taken);
        if taken.contains(name.as_str()) {
            let problem = format!(
                "`{key}` would be a column `{name}` of the results, which there is already; give \
                 it another name, with `set` in each of its values"
            );
            return Err(source.error(&[At::Key("arms")], problem));
        }
        let values = values(key, cells, &settings);
        for (cell, value) in cells.iter_mut().zip(values) {
            cell.columns.push((name.clone(), value));
        }
    }
    Ok(())
}

/// The last part of the path; all of it where two keys share that, or a record has it.
fn name(key: &str, keys: &[String], taken: &BTreeSet<&str>) -> String {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let short = last(key);
    let shared = keys.iter().filter(|other| last(other) == short).count() > 1;
    if shared || taken.contains(short.as_str()) {
        return key.replace('.', "_");
    }
    short
}

/// What the grids vary, then what arms and the command line set, each once. A whole table or list
/// that an arm sets has no column: the arm's name tells it.
fn keys(spec: &Spec, set: &[Assignment]) -> Vec<String> {
    let plain = |value: &toml::Value| !value.is_table() && !value.is_array();
    let grids = spec.arms.iter().flat_map(|arm| arm.grid.keys());
    let sets = spec.arms.iter().flat_map(|arm| &arm.set);
    let sets = sets.filter_map(|(key, value)| plain(value).then_some(key));
    let options = set.iter().filter(|option| plain(&option.value));
    let options = options.map(|option| &option.path);
    let mut keys: Vec<String> = Vec::new();
    for key in grids.chain(sets).chain(options) {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    keys
}

fn label<'a>(cell: &'a Cell, key: &str) -> Option<&'a str> {
    let chosen = cell.labels.iter().find(|(own, _)| own == key);
    chosen.and_then(|(_, label)| label.as_deref())
}

fn values(key: &str, cells: &[Cell], settings: &[Json]) -> Vec<Value> {
    if cells.iter().any(|cell| label(cell, key).is_some()) {
        // An arm that does not vary it has the name of the value that is the same as its own.
        let same = |own: Option<&Json>| {
            let others = cells.iter().zip(settings);
            others
                .filter(|(_, other)| own.is_some() && get(other, key) == own)
                .find_map(|(other, _)| label(other, key))
        };
        let named = cells.iter().zip(settings).map(|(cell, settings)| {
            let name = label(cell, key).or_else(|| same(get(settings, key)));
            Value::Text(name.unwrap_or_default().into())
        });
        return named.collect();
    }
    let found: Vec<Option<&Json>> = settings
        .iter()
        .map(|settings| get(settings, key).filter(|value| !value.is_null()))
        .collect();
    let all = |test: fn(&Json) -> bool| found.iter().flatten().all(|value| test(value));
    let of = |value: Option<&Json>| -> Value {
        if all(Json::is_boolean) && found.iter().all(Option::is_some) {
            Value::Flag(value.and_then(Json::as_bool).unwrap_or(false))
        } else if all(Json::is_i64) && found.iter().any(Option::is_some) {
            Value::Integer(value.and_then(Json::as_i64))
        } else if all(Json::is_number) {
            Value::Real(value.and_then(Json::as_f64).unwrap_or(f64::NAN))
        } else {
            Value::Text(match value {
                Some(Json::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            })
        }
    };
    found.iter().copied().map(of).collect()
}
