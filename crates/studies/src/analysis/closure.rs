//! What a prediction rests on: an estimate with its measures, populations, views, keys, picks and
//! factors, wherever they stand, as an analysis of its own.
//!
//! That text is canonical (sorted, without words of explanation, layout or captions), so that its
//! digest changes with every character that is judged and with nothing else. `study.lock` keeps it
//! from before the run: where analysis.toml is changed later, the prediction can still be judged as
//! it was declared.

use std::collections::{BTreeMap, BTreeSet};

use super::grammar::{EstimateSpec, Factor, GRAMMAR, Grammar, Pick};

/// The part of an analysis (library and own words together) that some declared names or estimates
/// rest on.
pub fn closure(all: &Grammar, names: &[String]) -> Grammar {
    let mut closure = Grammar {
        grammar: GRAMMAR,
        intervals: all.intervals,
        ..Grammar::default()
    };
    for name in names {
        let declared = all.declared.get(name);
        if let Some(declared) = declared {
            closure.declared.insert(name.clone(), declared.clone());
        }
        let family = declared.map_or(name, |declared| &declared.estimate);
        let known = |one: &&EstimateSpec| one.name == *family;
        if let Some(estimate) = all.estimates.iter().find(known)
            && !closure.estimates.iter().any(|one| known(&one))
        {
            closure.estimates.push(EstimateSpec {
                words: String::new(),
                ..estimate.clone()
            });
        }
    }
    closure.estimates.sort_by(|a, b| a.name.cmp(&b.name));
    let columns = closure.estimates.iter();
    let columns = columns.flat_map(|one| one.named_columns().map(|(_, name)| name));
    let mut used: BTreeSet<String> = columns.cloned().collect();
    for (name, pick) in all.picks.iter().filter(|(name, _)| used.contains(*name)) {
        let words = String::new();
        closure.picks.insert(
            name.clone(),
            Pick {
                words,
                ..pick.clone()
            },
        );
    }
    for pick in closure.picks.values() {
        used.extend(pick.within.iter().chain([&pick.over]).cloned());
    }
    let picks = closure.picks.values();
    let picks = picks.flat_map(|pick| pick.highest_with.keys());
    let estimates = closure.estimates.iter().flat_map(EstimateSpec::measures);
    for name in estimates.chain(picks) {
        if let Some(measure) = all.measures.get(name) {
            let mut measure = measure.clone();
            measure.words.clear();
            closure.measures.insert(name.clone(), measure);
        }
    }
    let mut texts = Vec::new();
    for measure in closure.measures.values() {
        let parts = [
            &measure.numerator,
            &measure.denominator,
            &measure.value,
            &measure.event,
        ];
        let more = [&measure.sql, &measure.table, &measure.filter];
        texts.extend(parts.into_iter().chain(more).flatten().cloned());
        if let Some(name) = &measure.population
            && let Some(condition) = all.populations.get(name)
        {
            closure.populations.insert(name.clone(), condition.clone());
        }
        for key in &measure.keys {
            if let Some(key_of) = all.keys.get(key) {
                closure.keys.insert(key.clone(), judged(key_of));
            }
        }
    }
    closure.views = views(all, texts);
    for (name, factor) in &all.factors {
        // `largest` chooses among all cells of the design.
        let design = closure.estimates.iter().any(|one| one.largest.is_some());
        if used.contains(name) || (design && factor.sql.is_none()) {
            closure.factors.insert(name.clone(), judged(factor));
        }
    }
    closure
}

/// A factor without its words.
fn judged(factor: &Factor) -> Factor {
    Factor {
        sql: factor.sql.clone(),
        levels: factor.levels.clone(),
        ..Factor::default()
    }
}

/// The views that stand in texts of SQL, and those that stand in them.
fn views(all: &Grammar, mut texts: Vec<String>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    while let Some(text) = texts.pop() {
        for (name, sql) in &all.views {
            if names(&text, name) && !found.contains_key(name) {
                found.insert(name.clone(), sql.clone());
                texts.push(sql.clone());
            }
        }
    }
    found
}

/// Whether a name stands in a text of SQL as a word of its own.
pub fn names(sql: &str, name: &str) -> bool {
    let mut words = sql.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| word == name)
}

/// The canonical text of an analysis.
pub fn canonical(grammar: &Grammar) -> String {
    toml::to_string(grammar).unwrap_or_default()
}

/// blake3 of the canonical text, in hexadecimal.
pub fn digest(grammar: &Grammar) -> String {
    blake3::hash(canonical(grammar).as_bytes())
        .to_hex()
        .to_string()
}
