//! Every setting of a trial: its path for `--set` and grids, type, default, an example and meaning.
//! All of it is read off the structs that read settings, and examples off the shipped studies and
//! the one that shows each setting.

use cnn::architecture::layer_forms;
use cnn::settings::TrialSettings;
use serde::Serialize;
use toml::Value;

use crate::schema::{self, Key};
use crate::study::{STUDIES, Study};

/// A study with an arm for each setting that a shipped study may not have.
const SETTINGS: &str = include_str!("../../../tests/settings/study.toml");

/// A setting of a trial.
#[derive(Clone, Debug, Serialize)]
pub struct Setting {
    /// What its struct says.
    #[serde(flatten)]
    pub key: Key,
    /// A value, as TOML: one of a shipped study where one sets it.
    pub example: String,
}

/// All settings, by path.
pub fn settings() -> Vec<Setting> {
    let keys = schema::keys(&schema::of::<TrialSettings>());
    // A table is set by its keys, but for one that has none.
    let inside = |path: &str| {
        let start = format!("{path}.");
        keys.iter().any(|other| other.path.starts_with(&start))
    };
    let own = keys
        .iter()
        .filter(|key| !inside(&key.path) || is_tag(key, &keys));
    own.map(|key| Setting {
        example: example(key),
        key: Key {
            meaning: meaning(key),
            ..key.clone()
        },
    })
    .collect()
}

fn is_tag(key: &Key, keys: &[Key]) -> bool {
    let of = |other: &Key| other.with.as_ref().is_some_and(|(tag, _)| *tag == key.path);
    keys.iter().any(of)
}

fn meaning(key: &Key) -> String {
    match key.path.as_str() {
        "architecture" => format!("{} A layer is a text; {}.", key.meaning, layer_forms()),
        _ => key.meaning.clone(),
    }
}

/// A value of such a study, the default, or one that fits the type.
fn example(key: &Key) -> String {
    let specs = STUDIES.iter().map(Study::spec).chain([SETTINGS]);
    let given = specs
        .filter_map(|spec| toml::from_str(spec).ok())
        .find_map(|spec| given(&spec, key));
    let default = || {
        key.default
            .as_ref()
            .and_then(|value| Value::try_from(value).ok())
    };
    let word = || {
        key.words
            .first()
            .map(|(word, _)| Value::String(word.clone()))
    };
    let value = given.or_else(default).or_else(word);
    value.map_or_else(|| of_kind(&key.kind), |value| value.to_string())
}

fn of_kind(kind: &str) -> String {
    match kind {
        "true or false" => "true".into(),
        "a whole number" => "1".into(),
        "a number" => "0.5".into(),
        "a table" => "{}".into(),
        kind if kind.starts_with("list of a whole number") => "[1, 10]".into(),
        kind => kind
            .split('`')
            .nth(1)
            .map_or_else(String::new, |word| format!("\"{word}\"")),
    }
}

/// What a specification says of a key, in its base or an arm.
fn given(spec: &toml::Table, key: &Key) -> Option<Value> {
    let fits = |inside: &Value, from: &str| {
        let Some((tag, word)) = &key.with else {
            return true;
        };
        let tag = tag
            .strip_prefix(from)
            .unwrap_or(tag)
            .trim_start_matches('.');
        at(inside, tag).and_then(Value::as_str) == Some(word)
    };
    let base = spec.get("base")?;
    if fits(base, "")
        && let Some(value) = at(base, &key.path)
    {
        return Some(value.clone());
    }
    let arms = spec
        .get("arms")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let tables = arms.flat_map(|arm| ["set", "grid"].map(|name| Some((name, arm.get(name)?))));
    let entries = tables.flatten().flat_map(|(name, table)| {
        let entries = table.as_table().into_iter().flatten();
        entries.map(move |(path, value)| (name, path, value))
    });
    let mut found = entries.flat_map(|(name, path, value)| {
        // The list of a grid has choices, that of a setting is its value.
        let list = value.as_array().filter(|_| name == "grid");
        let choices: Vec<&Value> = list.map_or_else(|| vec![value], |all| all.iter().collect());
        choices
            .into_iter()
            .flat_map(move |choice| sets(path, choice))
            .collect::<Vec<_>>()
    });
    found.find_map(|(path, value)| {
        let inside = key.path.strip_prefix(path.as_str())?;
        match inside.strip_prefix('.') {
            None if inside.is_empty() && key.with.is_none() => Some(value),
            Some(inside) if fits(&value, &path) => at(&value, inside).cloned(),
            _ => None,
        }
    })
}

/// What a value of a grid sets: itself, or what its label stands for.
fn sets(path: &str, choice: &Value) -> Vec<(String, Value)> {
    let labelled = choice.get("label").is_some();
    match (
        choice.get("value"),
        choice.get("set").and_then(Value::as_table),
    ) {
        (Some(value), _) if labelled => vec![(path.into(), value.clone())],
        (_, Some(set)) if labelled => set
            .iter()
            .map(|(path, value)| (path.clone(), value.clone()))
            .collect(),
        _ => vec![(path.into(), choice.clone())],
    }
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.')
        .try_fold(value, |inside, part| inside.get(part))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde::Deserialize as _;
    use serde_json::Value as Json;

    use super::*;
    use crate::grid::Assignment;

    /// The paths of a trial that is written out.
    fn paths(value: &Json, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Json::Object(inside) if !inside.is_empty() => {
                for (name, value) in inside {
                    let below = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    paths(value, &below, found);
                }
            }
            _ => {
                found.insert(path.into());
            }
        }
    }

    #[test]
    fn every_setting_of_every_shipped_trial_is_listed() {
        let listed: BTreeSet<String> = settings().into_iter().map(|own| own.key.path).collect();
        for study in STUDIES.iter().filter(|study| study.has_design()) {
            let spec: toml::Table = toml::from_str(study.spec()).unwrap();
            let base = TrialSettings::deserialize(spec["base"].clone()).unwrap();
            let mut written = BTreeSet::new();
            paths(&serde_json::to_value(&base).unwrap(), "", &mut written);
            // A table that is empty has its keys at their defaults.
            written.remove("probes");
            let unknown: Vec<&String> = written.difference(&listed).collect();
            assert!(unknown.is_empty(), "{}: {unknown:?}", study.name());
        }
    }

    #[test]
    fn each_has_words_a_type_and_an_example_that_is_read() {
        let all = settings();
        let spec: toml::Table = toml::from_str(STUDIES[0].spec()).unwrap();
        let mut base = spec["base"].as_table().unwrap().clone();
        // What stands beside those keys of it that are tried.
        let start = "optimizer = { kind = \"sgd\" }\nschedule = { learning_rate = 0.1 }";
        base.insert("start".into(), toml::from_str(start).unwrap());
        // What belongs to one word stands together with it and with what must be beside it.
        let mut groups: BTreeMap<String, Vec<&Setting>> = BTreeMap::new();
        for own in &all {
            let Setting { key, example } = own;
            assert!(key.meaning.len() > 4 && !key.kind.is_empty(), "{key:?}");
            let set: Assignment = format!("{}={example}", key.path).parse().unwrap();
            assert_eq!(set.path, key.path);
            let group = key.path.rsplit_once('.').map_or("", |(table, _)| table);
            let with = key.with.as_ref().map_or("", |(_, word)| word);
            if is_tag(
                key,
                &all.iter().map(|own| own.key.clone()).collect::<Vec<_>>(),
            ) {
                // It stands together with the keys of each of its words.
                continue;
            }
            // Keys of images belong to one set or the other.
            let set = match key.path.as_str() {
                "data.files" => "idx",
                path if path.starts_with("data.") && path != "data.set" => "gratings",
                _ => with,
            };
            groups
                .entry(format!("{group} {set}"))
                .or_default()
                .push(own);
        }
        for (group, members) in groups {
            let (table, word) = group.split_once(' ').unwrap();
            let mut trial = base.clone();
            let mut own = toml::Table::new();
            for member in &members {
                let name = member.key.path.rsplit('.').next().unwrap();
                let set: Assignment = format!("a={}", member.example).parse().unwrap();
                own.insert(name.into(), set.value);
            }
            let tag = members[0].key.with.as_ref().map(|(tag, _)| tag.as_str());
            let tag = tag.or((table == "data").then_some("data.set"));
            if let (Some(tag), false) = (tag, word.is_empty()) {
                let name = tag.rsplit('.').next().unwrap();
                own.insert(name.into(), Value::String(word.into()));
            }
            let mut place = &mut trial;
            if table.is_empty() {
                place.extend(own);
            } else {
                let (last, first) = table.rsplit_once('.').map_or((table, ""), |(a, b)| (b, a));
                for part in first.split('.').filter(|part| !part.is_empty()) {
                    let inside = place
                        .entry(part)
                        .or_insert_with(|| toml::Table::new().into());
                    place = inside.as_table_mut().unwrap();
                }
                match place.get_mut(last).and_then(Value::as_table_mut) {
                    Some(known) if word.is_empty() => known.extend(own),
                    _ => {
                        place.insert(last.into(), own.into());
                    }
                }
            }
            let read = TrialSettings::deserialize(Value::Table(trial));
            assert!(read.is_ok(), "{group}: {}", read.unwrap_err());
        }
    }
}
