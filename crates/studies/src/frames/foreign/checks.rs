//! What the rows of tables must satisfy.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Loaded;
use crate::frames::OUTCOMES;
use crate::messages::hint;
use crate::table::Values;

/// Of each kind of problem in a table so many are named.
const NAMED: usize = 5;

/// Flags that cannot both hold of a filter, and why.
const CONTRADICTIONS: [(&str, bool, &str, bool, &str); 5] = [
    (
        "dead_at_end",
        true,
        "silent_at_end",
        false,
        "dead and live: a dead filter is silent",
    ),
    (
        "saturated_at_end",
        true,
        "silent_at_end",
        true,
        "saturated and silent: a saturated filter is active",
    ),
    (
        "cut_off_at_end",
        true,
        "dead_at_end",
        true,
        "cut off and dead: a filter cut off is alive",
    ),
    (
        "dead_before_annealing",
        true,
        "ever_dead",
        false,
        "dead before annealing and never dead",
    ),
    (
        "born_dead",
        true,
        "ever_dead",
        false,
        "born dead and never dead",
    ),
];

/// Problems of a table by itself.
pub(super) fn table(table: &Loaded) -> Vec<String> {
    let mut problems = duplicates(table);
    problems.extend(shares(table));
    match table.schema.name {
        "trials" => problems.extend(outcomes(table)),
        "censuses" => {
            problems.extend(outcomes(table));
            problems.extend(counts(table));
        }
        "filters" => problems.extend(flags(table)),
        _ => {}
    }
    problems
}

/// Trials that the table of trials has not.
pub(super) fn references(table: &Loaded, trials: &Loaded) -> Vec<String> {
    let (Some(Values::Integer(known)), Some(Values::Integer(own))) =
        (trials.values("trial"), table.values("trial"))
    else {
        return Vec::new();
    };
    let known: BTreeSet<_> = known.iter().collect();
    let unknown: BTreeSet<i64> = own
        .iter()
        .filter(|trial| !known.contains(trial))
        .flatten()
        .copied()
        .collect();
    let (file, of) = (&table.file, &trials.file);
    named(
        unknown
            .into_iter()
            .map(|trial| format!("{file}: trial {trial} is not in {of}")),
    )
}

/// The first few, and how many more there are.
fn named(problems: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = problems.collect();
    if all.len() > NAMED {
        let more = all.len() - NAMED;
        all.truncate(NAMED);
        if let Some(last) = all.last_mut() {
            let _ = write!(last, " (and {more} more like this)");
        }
    }
    all
}

fn duplicates(table: &Loaded) -> Vec<String> {
    let key: Vec<(&str, &Values)> = table
        .schema
        .key
        .iter()
        .filter_map(|name| table.values(name).map(|values| (*name, values)))
        .collect();
    // Where a required column lacks, that is the problem.
    let required = |name: &str| {
        let column = table.schema.column(name);
        column.is_some_and(|column| column.required)
    };
    let mut names = table.schema.key.iter();
    if names.any(|name| required(name) && table.values(name).is_none()) {
        return Vec::new();
    }
    let mut first: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for row in 0..table.rows() {
        let own: Vec<String> = key
            .iter()
            .filter_map(|(_, values)| values.get(row))
            .collect();
        if let Some(before) = first.get(&own) {
            let of = key
                .iter()
                .zip(&own)
                .map(|((name, _), value)| format!("{name} {value}"));
            let of: Vec<String> = of.collect();
            found.push(format!(
                "{}: rows {} and {} are both of {}",
                table.file,
                before + 1,
                row + 1,
                of.join(", ")
            ));
        } else {
            first.insert(own, row);
        }
    }
    named(found.into_iter())
}

/// Shares beyond 0 and 1: percent, perhaps.
fn shares(table: &Loaded) -> Vec<String> {
    let mut problems = Vec::new();
    for column in table
        .schema
        .columns
        .iter()
        .filter(|column| column.unit == "share")
    {
        if let Some(Values::Real(values)) = table.values(column.name)
            && let Some(row) = values.iter().position(|value| *value < 0.0 || *value > 1.0)
        {
            let (file, name, value) = (&table.file, column.name, values[row]);
            problems.push(format!(
                "{file}: column `{name}`: row {} holds {value}, a share lies between 0 and 1",
                row + 1
            ));
        }
    }
    problems
}

fn outcomes(table: &Loaded) -> Vec<String> {
    let Some(Values::Text(values)) = table.values("outcome") else {
        return Vec::new();
    };
    let mut unknown: BTreeMap<&String, usize> = BTreeMap::new();
    for (row, value) in values.iter().enumerate() {
        if !OUTCOMES.contains(&value.as_str()) {
            unknown.entry(value).or_insert(row);
        }
    }
    let file = &table.file;
    named(unknown.into_iter().map(|(value, row)| {
        let hint = hint(value, OUTCOMES);
        format!("{file}: row {}: no outcome `{value}`{hint}", row + 1)
    }))
}

/// Dead filters are silent ones, and these are filters.
fn counts(table: &Loaded) -> Vec<String> {
    let column = |name: &str| match table.values(name) {
        Some(Values::Integer(values)) => values.iter().map(|value| value.unwrap_or(0)).collect(),
        _ => Vec::new(),
    };
    let (dead, silent, filters): (Vec<i64>, Vec<i64>, Vec<i64>) =
        (column("dead"), column("silent"), column("filters"));
    let rows = dead.iter().zip(&silent).zip(&filters).enumerate();
    let wrong = rows.filter(|(_, ((dead, silent), filters))| {
        !(0 <= **dead && dead <= silent && silent <= filters)
    });
    let file = &table.file;
    named(wrong.map(|(row, ((dead, silent), filters))| {
        let row = row + 1;
        format!("{file}: row {row} has {dead} dead, {silent} silent of {filters} filters; dead ones are silent ones")
    }))
}

fn flags(table: &Loaded) -> Vec<String> {
    let mut found = Vec::new();
    for (one, first, other, second, why) in CONTRADICTIONS {
        let (Some(Values::Flag(ones)), Some(Values::Flag(others))) =
            (table.values(one), table.values(other))
        else {
            continue;
        };
        let rows = ones.iter().zip(others).enumerate();
        let wrong = rows.filter(|(_, (a, b))| **a == Some(first) && **b == Some(second));
        found.extend(named(wrong.map(|(row, _)| {
            let of = table.schema.key.iter().filter_map(|name| {
                let value = table.values(name)?.get(row)?;
                Some(format!("{name} {value}"))
            });
            let of: Vec<String> = of.collect();
            let (file, row, of) = (&table.file, row + 1, of.join(", "));
            format!("{file}: row {row}: {of} is {why} (`{one}` is {first}, `{other}` is {second})")
        })));
    }
    found
}
