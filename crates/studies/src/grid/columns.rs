//! The columns of settings that stand in front of every row of the results.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::assign::get;
use super::{Assignment, Cell};
use crate::frames::{FRONT, Value, schema};
use crate::messages::{At, Problem};
use crate::spec::{Arm, Written};

/// A key with its column.
pub(super) struct Column {
    key: String,
    name: String,
    form: Form,
}

/// What stands in a column.
#[derive(Clone, Copy)]
enum Form {
    Label,
    Flag,
    Integer,
    Real,
    Text,
}

/// Gives every cell one column for each key that an arm varies or sets, and for each that the
/// command line sets: its label, or the value of the settings, missing where they have none.
///
/// What stands in the columns of a study's cells is not changed by an amendment: it may add columns,
/// for all cells, and its own cells have those that there are.
pub(super) fn fill(
    written: &Written,
    set: &[Assignment],
    cells: &mut [Cell],
) -> Result<(), Problem> {
    let settings: Vec<Json> = cells
        .iter()
        .map(|cell| serde_json::to_value(&cell.settings).unwrap_or_default())
        .collect();
    let mut taken = taken();
    let mut columns: Vec<Column> = Vec::new();
    let (mut arms, mut first) = (0, 0);
    for file in &written.files {
        // Of this file and those before it: the others' cells come later.
        let cells = {
            let end = cells.partition_point(|cell| cell.arm_index < file.replicates.len());
            &mut cells[..end]
        };
        let refused = |problem: String| Err(file.source.error(&[At::Key("arms")], problem));
        for column in &columns {
            for at in first..cells.len() {
                let Some(value) = column.value(at, cells, &settings) else {
                    let cell = &cells[at];
                    return Err(written.wrong_arm(cell.arm_index, column.refusal(cell)));
                };
                cells[at].columns.push((column.name.clone(), value));
            }
        }
        let mut keys = keys(&written.spec.arms[arms..file.replicates.len()], set);
        keys.retain(|key| columns.iter().all(|column| column.key != *key));
        for key in &keys {
            let name = name(key, &keys, &taken);
            if taken.contains(&name) {
                return refused(format!(
                    "`{key}` would be a column `{name}` of the results, which there is already; \
                     give it another name, with `set` in each of its values"
                ));
            }
            let form = form(key, cells, &settings);
            let key = key.clone();
            columns.push(Column { key, name, form });
        }
        let added = &columns[columns.len() - keys.len()..];
        for column in added {
            let values = (0..cells.len()).map(|at| column.value(at, cells, &settings));
            let values: Vec<Option<Value>> = values.collect();
            for (cell, value) in cells.iter_mut().zip(values) {
                // The form is that of these very values.
                cell.columns
                    .extend(value.map(|value| (column.name.clone(), value)));
            }
        }
        taken.extend(added.iter().map(|column| column.name.clone()));
        (arms, first) = (file.replicates.len(), cells.len());
    }
    Ok(())
}

/// The columns that results have whatever the design.
pub(super) fn taken() -> BTreeSet<String> {
    let recorded = schema().into_iter().flat_map(|table| table.columns);
    let recorded = recorded.map(|column| column.name.to_owned());
    let front = FRONT.iter().map(|column| column.name.to_owned());
    recorded.chain(front).collect()
}

/// The last part of the path; all of it where two keys share that, or a column has it.
fn name(key: &str, keys: &[String], taken: &BTreeSet<String>) -> String {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let short = last(key);
    let shared = keys.iter().filter(|other| last(other) == short).count() > 1;
    if shared || taken.contains(&short) {
        return key.replace('.', "_");
    }
    short
}

/// What the grids vary, then what arms and the command line set, each once. A whole table or list
/// that an arm sets has no column: the arm's name tells it.
fn keys(arms: &[Arm], set: &[Assignment]) -> Vec<String> {
    let plain = |value: &toml::Value| !value.is_table() && !value.is_array();
    let grids = arms.iter().flat_map(|arm| arm.grid.keys());
    let sets = arms.iter().flat_map(|arm| &arm.set);
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

/// The value of a setting; a missing one is none.
fn setting<'a>(key: &str, settings: &'a Json) -> Option<&'a Json> {
    get(settings, key).filter(|value| !value.is_null())
}

/// What all these cells have of a key.
fn form(key: &str, cells: &[Cell], settings: &[Json]) -> Form {
    if cells.iter().any(|cell| label(cell, key).is_some()) {
        return Form::Label;
    }
    let settings = settings[..cells.len()].iter();
    let found: Vec<Option<&Json>> = settings.map(|settings| setting(key, settings)).collect();
    let all = |test: fn(&Json) -> bool| found.iter().flatten().all(|value| test(value));
    if all(Json::is_boolean) && found.iter().all(Option::is_some) {
        Form::Flag
    } else if all(Json::is_i64) && found.iter().any(Option::is_some) {
        Form::Integer
    } else if all(Json::is_number) {
        Form::Real
    } else {
        Form::Text
    }
}

impl Column {
    /// A column of a setting, for cells without labels.
    pub(super) fn of_setting(name: &str, path: &str, cells: &[Cell], settings: &[Json]) -> Self {
        Self {
            key: path.to_owned(),
            name: name.to_owned(),
            form: form(path, cells, settings),
        }
    }

    /// Whether some cell has a plain value there.
    pub(super) fn is_somewhere(&self, settings: &[Json]) -> bool {
        let mut found = settings.iter().filter_map(|own| setting(&self.key, own));
        found.any(|value| !value.is_object() && !value.is_array())
    }

    /// The value of the cell at a place among some; nothing if it does not fit the others.
    pub(super) fn value(&self, at: usize, cells: &[Cell], settings: &[Json]) -> Option<Value> {
        let found = setting(&self.key, &settings[at]);
        Some(match self.form {
            Form::Label => {
                // An arm that does not vary it has the name of the value that is the same as its
                // own.
                let own = get(&settings[at], &self.key);
                let same = || {
                    let others = cells.iter().zip(settings);
                    others
                        .filter(|(_, other)| own.is_some() && get(other, &self.key) == own)
                        .find_map(|(other, _)| label(other, &self.key))
                };
                let name = label(&cells[at], &self.key).or_else(same);
                Value::Text(name.unwrap_or_default().into())
            }
            Form::Flag => Value::Flag(Some(found?.as_bool()?)),
            Form::Integer => match found {
                Some(value) => Value::Integer(Some(value.as_i64()?)),
                None => Value::Integer(None),
            },
            Form::Real => match found {
                Some(value) => Value::Real(value.as_f64()?),
                None => Value::Real(f64::NAN),
            },
            Form::Text => Value::Text(match found {
                Some(Json::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            }),
        })
    }

    fn refusal(&self, cell: &Cell) -> String {
        let held = match self.form {
            Form::Flag => "true or false",
            Form::Integer => "whole numbers",
            Form::Real => "numbers",
            Form::Label | Form::Text => "words",
        };
        format!(
            "the column `{}` of the study's results holds {held}, which an amendment does not \
             change, and the arm `{}` has something else or nothing in `{}`: leave that arm out",
            self.name, cell.arm, self.key
        )
    }
}
