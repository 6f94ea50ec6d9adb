//! Published tables: summaries of measures, listings, picks, and tables of estimates.

mod rows;

use std::collections::BTreeMap;

use super::Evaluation;
use super::error::{AnalysisError, sql_error};
use super::estimates::Estimated;
use super::grammar::TableSpec;
use super::level::{Level, NONE};
use super::measured::{Measured, Summary};
use crate::table::ALL;
use crate::table::Table;
use rows::{Rows, row};

/// Carries out one table of an analysis.
///
/// # Errors
/// If what it asks for does not fit the results.
pub fn table(
    name: &str,
    spec: &TableSpec,
    evaluation: &Evaluation<'_>,
    estimates: &[Estimated],
) -> Result<Table, AnalysisError> {
    if let Some(sql) = &spec.sql {
        return listing(name, spec, sql, evaluation);
    }
    if let Some(pick) = &spec.picks {
        return Ok(evaluation.picks[pick].table(name, &spec.words, evaluation));
    }
    let rows = if spec.estimates.is_empty() {
        summary(name, spec, evaluation)?
    } else {
        of_estimates(spec, estimates)
    };
    Ok(rows.into_table(name, spec, evaluation))
}

/// The columns in front, the measures, the cells and what is measured in each.
fn summary(
    name: &str,
    spec: &TableSpec,
    evaluation: &Evaluation<'_>,
) -> Result<Rows, AnalysisError> {
    let networks = &evaluation.networks;
    let mut by = spec.by.clone();
    by.extend(spec.only.clone());
    let factors: Vec<&str> = by
        .iter()
        .map(String::as_str)
        .filter(|by| networks.has(by))
        .collect();
    let fits = |network: usize| {
        let mut filters = spec
            .filter
            .iter()
            .filter(|(factor, _)| networks.has(factor));
        filters.all(|(factor, levels)| levels.holds(networks.level(factor, network)))
            && spec
                .only
                .as_ref()
                .is_none_or(|pick| !networks.level(pick, network).as_str().is_empty())
    };
    let mut rows = Vec::new();
    for (levels, own) in cells(spec, &factors, evaluation, fits) {
        for (place, measure) in spec.measures.iter().enumerate() {
            let measured = &evaluation.measured[measure];
            for at in combinations(spec, &by, measured, &own, evaluation) {
                let keys = at
                    .iter()
                    .map(|(key, level)| (key.as_str(), level))
                    .collect();
                let summary = measured.summary(networks, &own, &keys, &evaluation.inference);
                let summary = summary.map_err(|problem| {
                    AnalysisError::unfit(format!("tables.{name}: measure `{measure}`"), problem)
                })?;
                let level = |by: &String| {
                    let factor = factors.iter().position(|factor| factor == by);
                    let key = || at.get(by).cloned().unwrap_or_else(|| NONE.clone());
                    factor.map_or_else(key, |factor| levels[factor].clone())
                };
                let levels: Vec<Level> = by.iter().map(level).collect();
                let with = spec.networks.has(measure);
                let rank = rank(&by, &levels, evaluation);
                let with = with.then_some(evaluation.first);
                rows.push((rank, place, row(&levels, measure, &summary, with)));
            }
        }
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(&b.1)));
    Ok(Rows {
        by,
        rows: rows.into_iter().flat_map(|(.., rows)| rows).collect(),
    })
}

/// The cells of the factors, and those in which networks of all levels of some are taken together.
fn cells(
    spec: &TableSpec,
    factors: &[&str],
    evaluation: &Evaluation<'_>,
    fits: impl Fn(usize) -> bool,
) -> Vec<(Vec<Level>, Vec<usize>)> {
    let is_total = |factor: &&str| spec.total.iter().any(|total| total == factor);
    let mut cells = evaluation.networks.cells(factors, &fits);
    if factors.iter().any(is_total) {
        let held: Vec<&str> = factors
            .iter()
            .copied()
            .filter(|factor| !is_total(factor))
            .collect();
        for (levels, own) in evaluation.networks.cells(&held, &fits) {
            let level = |factor: &&str| {
                let held = held.iter().position(|held| held == factor);
                held.map_or_else(|| Level::new(ALL), |held| levels[held].clone())
            };
            cells.push((factors.iter().map(level).collect(), own));
        }
    }
    cells
}

/// The levels of a measure's keys that are rows of a table, `all` among them where it says so.
fn combinations(
    spec: &TableSpec,
    by: &[String],
    measured: &Measured,
    own: &[usize],
    evaluation: &Evaluation<'_>,
) -> Vec<BTreeMap<String, Level>> {
    let keys: Vec<&str> = by
        .iter()
        .map(String::as_str)
        .filter(|by| !evaluation.networks.has(by) && measured.keys.iter().any(|key| key == by))
        .collect();
    // Keys that the table does not show, but of which it takes one level.
    let fixed = spec
        .filter
        .iter()
        .filter(|(key, _)| !keys.contains(&key.as_str()));
    let fixed: Vec<(String, Level)> = fixed
        .filter(|(key, _)| measured.keys.contains(key))
        .filter_map(|(key, levels)| Some((key.clone(), (*levels.all().first()?).clone())))
        .collect();
    let mut all = Vec::new();
    for levels in measured.combinations(&keys, own) {
        let kept = |(key, level): (&&str, &Level)| {
            spec.filter
                .get(*key)
                .is_none_or(|levels| levels.holds(level))
        };
        if !keys.iter().zip(&levels).all(kept) {
            continue;
        }
        let totals: Vec<usize> = (0..keys.len())
            .filter(|at| spec.total.iter().any(|total| total == keys[*at]))
            .collect();
        for subset in 0..1_usize << totals.len() {
            let mut these = levels.clone();
            for (bit, at) in totals.iter().enumerate() {
                if subset >> bit & 1 == 1 {
                    these[*at] = Level::new(ALL);
                }
            }
            let named = keys.iter().map(|key| (*key).to_owned()).zip(these);
            let one: BTreeMap<String, Level> = named.chain(fixed.clone()).collect();
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
    all
}

/// The place of a row in the order of the levels of each column; `all` after them, nothing last.
fn rank(by: &[String], levels: &[Level], evaluation: &Evaluation<'_>) -> Vec<usize> {
    let of = |(by, level): (&String, &Level)| match level.as_str() {
        ALL => usize::MAX - 1,
        "" => usize::MAX,
        _ => {
            let known = evaluation.order(by).iter().position(|known| known == level);
            known.unwrap_or(usize::MAX - 2)
        }
    };
    by.iter().zip(levels).map(of).collect()
}

/// Estimates as rows.
fn of_estimates(spec: &TableSpec, estimates: &[Estimated]) -> Rows {
    let mut by: Vec<String> = Vec::new();
    let own = || {
        let families = spec.estimates.iter();
        families.flat_map(|family| estimates.iter().filter(move |one| one.family == *family))
    };
    for estimated in own() {
        for (factor, _) in &estimated.levels {
            if !by.contains(factor) {
                by.push(factor.clone());
            }
        }
    }
    let rows = own().flat_map(|estimated| {
        let level = |by: &String| {
            let known = estimated.levels.iter().find(|(factor, _)| factor == by);
            known.map_or(&NONE, |(_, level)| level).clone()
        };
        let summary = Summary {
            bounds: estimated.found.bounds,
            values: estimated.found.values.clone(),
            n: estimated.found.n,
            sums: None,
            limit: f64::NAN,
            parts: Vec::new(),
        };
        let with = spec.networks.has(&estimated.family);
        let with = with.then_some(estimated.first);
        let levels: Vec<Level> = by.iter().map(level).collect();
        row(&levels, &estimated.family, &summary, with)
    });
    let rows = rows.collect();
    Rows { by, rows }
}

/// The rows of a SELECT as they come.
fn listing(
    name: &str,
    spec: &TableSpec,
    sql: &str,
    evaluation: &Evaluation<'_>,
) -> Result<Table, AnalysisError> {
    let key = format!("tables.{name}");
    let frame = evaluation
        .catalog
        .query_of(&key, sql)
        .map_err(sql_error(&key))?;
    let mut table = Table::new(name, &spec.words);
    for column in frame.columns() {
        let words = spec.columns.get(&column).cloned();
        let words = words.unwrap_or_else(|| evaluation.words(&column));
        table = table.column(&column, &words, frame.values(&column)?);
    }
    Ok(table)
}
