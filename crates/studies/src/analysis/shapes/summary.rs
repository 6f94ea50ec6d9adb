//! The rows of a summary: cells of the design, measures, levels of their keys.

use std::collections::BTreeMap;

use super::{Ahead, MEASURED, replicate};
use crate::analysis::grammar::{Statistic, TableSpec};
use crate::analysis::known::Filter;
use crate::prose::{Line, Shape};
use crate::table::ALL;

/// A level of a key, if it is known, and whether there surely is a row of it.
type Shown = (Option<String>, bool);

/// Columns and lines of a summary.
pub(super) fn summary(ahead: &Ahead<'_>, spec: &TableSpec, shape: &mut Shape) {
    let mut by = spec.by.clone();
    by.extend(spec.only.clone());
    shape.columns.clone_from(&by);
    shape.columns.push("measure".into());
    shape.columns.extend(replicate(spec));
    shape.columns.extend(MEASURED.map(str::to_owned));
    let counted = |measure: &String| {
        let statistic = ahead.statistic(measure);
        ahead.is_ratio(measure) || matches!(statistic, Some(Statistic::Event | Statistic::Median))
    };
    let grammar = ahead.grammar;
    let known = |by: &String| {
        grammar.factors.contains_key(by)
            || grammar.keys.contains_key(by)
            || grammar.picks.contains_key(by)
    };
    let named = |name: &String| grammar.measures.contains_key(name);
    shape.open = !by.iter().all(known);
    if spec
        .measures
        .iter()
        .any(|name| !named(name) || counted(name))
    {
        shape
            .columns
            .extend(["numerator", "denominator"].map(str::to_owned));
    }
    lines(ahead, spec, &by, shape);
}

fn lines(ahead: &Ahead<'_>, spec: &TableSpec, by: &[String], shape: &mut Shape) {
    let grammar = ahead.grammar;
    let is_factor =
        |by: &&String| grammar.factors.contains_key(*by) || grammar.picks.contains_key(*by);
    let factors: Vec<&str> = by.iter().filter(is_factor).map(String::as_str).collect();
    let filter: Filter = spec
        .filter
        .iter()
        .filter(|(by, _)| is_factor(by))
        .map(|(by, levels)| (by.clone(), levels.clone()))
        .collect();
    let unknown = filter.keys().any(|factor| !ahead.known.has(factor));
    let certain = !unknown && spec.only.is_none();
    let mut all = true;
    for cells in cells(ahead, spec, &factors, &filter) {
        for measure in &spec.measures {
            let Some(keys) = ahead.keys(measure) else {
                all = false;
                continue;
            };
            let mut lines = vec![(cells.clone(), certain)];
            for key in by.iter().filter(|by| !is_factor(by)) {
                let levels = if keys.contains(key) {
                    levels(ahead, spec, measure, key)
                } else {
                    vec![(Some(String::new()), true)]
                };
                let mut next = Vec::new();
                for (cells, certain) in &lines {
                    for (level, there) in &levels {
                        let mut cells = cells.clone();
                        cells.insert(key.clone(), level.clone());
                        next.push((cells, *certain && *there));
                    }
                }
                lines = next;
            }
            for (mut cells, certain) in lines {
                cells.insert("measure".into(), Some(measure.clone()));
                shape.lines.push(Line { cells, certain });
            }
        }
    }
    shape.complete = all && !ahead.design.levels.is_empty();
}

/// The cells of the factors, and those in which all levels of some are taken together.
fn cells(
    ahead: &Ahead<'_>,
    spec: &TableSpec,
    factors: &[&str],
    filter: &Filter,
) -> Vec<BTreeMap<String, Option<String>>> {
    let is_total = |factor: &str| spec.total.iter().any(|total| total == factor);
    let mut found = Vec::new();
    let mut add = |held: &[&str], total: bool| {
        let known: Vec<&str> = held
            .iter()
            .copied()
            .filter(|one| ahead.known.has(one))
            .collect();
        for levels in ahead.known.cells(&known, filter) {
            let level = |factor: &&str| {
                let at = known.iter().position(|known| known == factor);
                let level = match at {
                    Some(at) => Some(levels[at].as_str().to_owned()),
                    None if total && is_total(factor) => Some(ALL.to_owned()),
                    None => None,
                };
                ((*factor).to_owned(), level)
            };
            found.push(factors.iter().map(level).collect());
        }
    };
    add(factors, false);
    if factors.iter().any(|factor| is_total(factor)) {
        let held: Vec<&str> = factors
            .iter()
            .copied()
            .filter(|one| !is_total(one))
            .collect();
        add(&held, true);
    }
    found
}

/// The levels of a measure's key that a table shows.
fn levels(ahead: &Ahead<'_>, spec: &TableSpec, measure: &str, key: &str) -> Vec<Shown> {
    let of_all = ahead
        .grammar
        .measures
        .get(measure)
        .is_some_and(|own| ahead.is_of_all(own));
    let mut levels = match ahead.layers(key) {
        Some(layers) if of_all => layers,
        // Each network is looked at before its first step.
        _ if of_all && key == "step" => vec![(Some("0".to_owned()), true), (None, false)],
        _ => vec![(None, false)],
    };
    if let Some(only) = spec.filter.get(key) {
        let only: Vec<String> = only
            .all()
            .iter()
            .map(|level| level.as_str().to_owned())
            .collect();
        let there = |own: &String| {
            levels
                .iter()
                .any(|(level, there)| *there && level.as_ref() == Some(own))
        };
        levels = only
            .iter()
            .map(|own| (Some(own.clone()), there(own)))
            .collect();
    }
    if spec.total.iter().any(|total| total == key) {
        levels.push((Some(ALL.to_owned()), of_all));
    }
    levels
}
