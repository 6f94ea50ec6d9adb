//! Values at paths.

use cnn::settings::TrialSettings;
use serde::Deserialize as _;

use crate::spec::Spec;

/// Sets the value at a path such as `schedule.learning_rate`; tables on the way are made.
pub(super) fn assign(
    table: &mut toml::Table,
    path: &str,
    value: &toml::Value,
) -> Result<(), String> {
    let Some((first, rest)) = path.split_once('.') else {
        table.insert(path.into(), value.clone());
        return Ok(());
    };
    let inside = table
        .entry(first)
        .or_insert_with(|| toml::Value::Table(toml::Table::new()));
    match inside {
        toml::Value::Table(inside) => assign(inside, rest, value),
        _ => Err(format!("`{first}` has no parts that could be set")),
    }
}

/// What stands at a path of a trial's settings; in a list at a place from 0: `architecture.1`.
pub(super) fn get<'a>(
    settings: &'a serde_json::Value,
    path: &str,
) -> Option<&'a serde_json::Value> {
    path.split('.')
        .try_fold(settings, |value, key| match value {
            serde_json::Value::Array(list) => list.get(key.parse::<usize>().ok()?),
            _ => value.get(key),
        })
}

/// All paths of the base's settings, also of those that have their default.
pub(super) fn paths(spec: &Spec) -> Vec<String> {
    fn below(value: &serde_json::Value, prefix: &str, paths: &mut Vec<String>) {
        for (key, inside) in value.as_object().into_iter().flatten() {
            let path = format!("{prefix}{key}");
            below(inside, &format!("{path}."), paths);
            paths.push(path);
        }
    }
    let mut paths = Vec::new();
    let settings = TrialSettings::deserialize(toml::Value::Table(spec.base.clone()));
    if let Ok(Ok(settings)) = settings.map(serde_json::to_value) {
        below(&settings, "", &mut paths);
    }
    paths
}
