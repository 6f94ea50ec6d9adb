//! What a version of a study has that the published one has not, in sentences.

use std::fmt::Write as _;

use toml::Value;

use super::Variant;
use crate::messages::counted;
use crate::spec::Spec;
use crate::study::Study;

/// One sentence for each option that changes something.
pub(super) fn sentences(spec: &Spec, study: &Study, variant: &Variant) -> Vec<String> {
    let mut sentences = Vec::new();
    if variant.seed != 0 {
        sentences.push(format!("`--seed {}`: other seeds.", variant.seed));
    }
    if variant.quick {
        sentences.push(format!("`--quick`: {}.", small(spec)));
    }
    for option in &variant.set {
        let base = value(&Value::Table(spec.base.clone()), &option.path).cloned();
        let instead = match base {
            Some(base) if base != option.value => format!(" ({base} in the base of the design)"),
            _ => String::new(),
        };
        sentences.push(format!(
            "`--set {}`: `{}` is {} in every trial{instead}.",
            option.text, option.path, option.value
        ));
    }
    if let Some(path) = &variant.spec {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy();
        let differs = std::fs::read_to_string(path)
            .ok()
            .map(|text| differences(&text, study.spec()))
            .unwrap_or_default();
        let mut without = "";
        if study.amendments() > 0 {
            without = ", without the amendments of the study's own";
        }
        if !differs.is_empty() {
            let list = differs.join("`, `");
            sentences.push(format!(
                "`--spec {name}`: another specification, which differs in `{list}`{without}."
            ));
        } else if !without.is_empty() {
            sentences.push(format!("`--spec {name}`: the specification{without}."));
        }
    }
    sentences
}

/// The small version in words.
fn small(spec: &Spec) -> String {
    let quick = &spec.quick;
    let mut words = format!(
        "at most {} a cell",
        counted(quick.replicates as usize, "seed")
    );
    if !quick.arms.is_empty() {
        let _ = write!(words, ", of the arms only {}", quick.arms.join(", "));
    }
    for (key, values) in &quick.grid {
        let _ = write!(words, ", of `{key}` only {values}");
    }
    words
}

fn value<'a>(settings: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.')
        .try_fold(settings, |value, key| value.get(key))
}

/// Paths of the keys whose values differ.
fn differences(one: &str, other: &str) -> Vec<String> {
    let read = |text: &str| toml::from_str::<toml::Table>(text).map(Value::Table);
    let mut paths = Vec::new();
    if let (Ok(one), Ok(other)) = (read(one), read(other)) {
        compare(&one, &other, "", &mut paths);
    }
    paths
}

fn compare(one: &Value, other: &Value, path: &str, paths: &mut Vec<String>) {
    let below = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    };
    match (one, other) {
        (Value::Table(one), Value::Table(other)) => {
            let added = other.keys().filter(|key| !one.contains_key(*key));
            for key in one.keys().chain(added) {
                match (one.get(key), other.get(key)) {
                    (Some(one), Some(other)) => compare(one, other, &below(key), paths),
                    _ => paths.push(below(key)),
                }
            }
        }
        (one, other) if one != other => paths.push(path.to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_by_its_path() {
        let one = "a = 1\n[b]\nc = 2\nd = 3\n[[e]]\nf = 1\n";
        assert_eq!(differences(one, one), [""; 0]);
        let other = "a = 1\n[b]\nc = 4\ng = 3\n[[e]]\nf = 2\n";
        assert_eq!(differences(one, other), ["b.c", "b.d", "b.g", "e"]);
    }
}
