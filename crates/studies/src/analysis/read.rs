//! An `analysis.toml` beside the shipped library.

use std::collections::{BTreeMap, BTreeSet};

use super::Estimated;
use super::check::check;
use super::closure::names;
use super::grammar::{Grammar, TableSpec};
use super::level::Level;
use super::measured::select;
use crate::grid::Cell;
use crate::messages::{At, Problems, Source};
use crate::predictions::Estimate;
use crate::results::Results;
use crate::schema;
use crate::statistics::Bounds;

/// What every study may use by name.
const LIBRARY: &str = include_str!("library.toml");

/// What is computed of a study's results.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The study's own words and those of the library that they use.
    pub grammar: Grammar,
}

/// What is known of a design before its first trial: its columns and their levels.
#[derive(Clone, Debug, Default)]
pub struct Design {
    /// The levels of each column that the full design makes, by name.
    pub levels: BTreeMap<String, Vec<Level>>,
    /// What predictions ask for: their file, and the name of the estimate.
    pub predicted: Vec<(String, String)>,
    /// Seeds of the cell that has most; 0 where that is not known.
    pub replicates: u32,
}

impl Design {
    /// A design of these cells, which are to be those of the full study: a smaller version has
    /// fewer levels. `predicted` is what predictions ask for.
    pub fn of(cells: &[Cell], predicted: Vec<(String, String)>) -> Self {
        let replicates = cells.iter().map(|cell| cell.replicates).max();
        let mut design = Self {
            levels: BTreeMap::new(),
            predicted,
            replicates: replicates.unwrap_or(0),
        };
        let mut add = |name: &str, level: Level| {
            let levels = design.levels.entry(name.to_owned()).or_default();
            if !levels.contains(&level) {
                levels.push(level);
            }
        };
        for cell in cells {
            add("arm", Level::new(&cell.arm));
            for (name, value) in &cell.columns {
                add(name, Level::from(value));
            }
        }
        design
    }
}

impl Analysis {
    /// Reads a file and finds every mistake that needs no results: what is unknown, what names
    /// nothing, what is said twice.
    ///
    /// # Errors
    /// All mistakes, each with its line.
    pub fn read(source: &Source, design: &Design) -> Result<Self, Problems> {
        schema::problems(source, &schema::of::<Grammar>()).or(())?;
        let own: Grammar = toml::from_str(&source.text).map_err(|error| source.refused(&error))?;
        let mut problems = check(&own, source, design);
        problems.sort();
        problems.or(Self {
            grammar: merged(own),
        })
    }

    /// The estimates by every name that a prediction may use: their own, and declared ones.
    pub fn judged(&self, estimates: &[Estimated]) -> Vec<Estimate> {
        let mut judged: Vec<Estimate> = estimates.iter().map(Estimated::estimate).collect();
        for (name, declared) in &self.grammar.declared {
            let fits = |one: &&Estimated| {
                let known = |(by, level): &(String, Level)| declared.levels.get(by) == Some(level);
                one.family == declared.estimate && one.levels.iter().all(known)
            };
            let found = estimates.iter().find(fits).map(Estimated::estimate);
            // A smaller version of a study may lack the level.
            let lacking = || Estimate::new(name, "", Bounds::UNDEFINED, 0);
            judged.push(Estimate {
                name: name.clone(),
                ..found.unwrap_or_else(lacking)
            });
        }
        judged
    }

    /// The views that its measures rest on, by name; of several that rest on each other, in an
    /// order in which each stands behind those it needs.
    pub fn views(&self) -> impl Iterator<Item = (&String, &String)> {
        let mut left: Vec<(&String, &String)> = self.grammar.views.iter().collect();
        let mut sorted: Vec<(&String, &String)> = Vec::new();
        while !left.is_empty() {
            let waits = |sql: &str, left: &[(&String, &String)]| {
                left.iter()
                    .any(|(name, _)| super::closure::names(sql, name))
            };
            let all = left.clone();
            let (later, now): (Vec<_>, Vec<_>) =
                left.into_iter().partition(|(_, sql)| waits(sql, &all));
            if now.is_empty() {
                sorted.extend(later);
                break;
            }
            sorted.extend(now);
            left = later;
        }
        sorted.into_iter()
    }

    /// The measures that it asks for, each with its SELECT.
    pub fn queries(&self) -> impl Iterator<Item = (String, String)> {
        self.measures().into_iter().map(|name| {
            let sql = super::select(&self.grammar.measures[&name], &self.grammar);
            (name, sql)
        })
    }

    /// Digest of all that an estimate, or a declared name, rests on.
    pub fn digest(&self, name: &str) -> String {
        super::closure::digest(&super::closure::closure(&self.grammar, &[name.to_owned()]))
    }

    /// Every query that the recorded tables cannot answer, tried on tables without rows.
    pub fn check_queries(&self, source: &Source, blank: &Results) -> Problems {
        let mut problems = Problems::default();
        let catalog = match super::catalog(&self.grammar, blank) {
            Ok(catalog) => catalog,
            Err(error) => {
                let name = error.key().and_then(|key| key.strip_prefix("views."));
                let at = [At::Key("views"), At::Key(name.unwrap_or_default())];
                problems.add(source.error(&at, error.to_string()));
                return problems;
            }
        };
        let mut ask = |section: &str, name: &str, sql: &str| {
            if let Err(error) = catalog.check(sql) {
                let at = [At::Key(section), At::Key(name)];
                let marked = error
                    .marked()
                    .map_or_else(String::new, |marked| format!("\n{marked}"));
                problems.add(source.error(&at, format!("{error}{marked}")));
            }
        };
        for (name, factor) in &self.grammar.factors {
            let sql = factor.sql.clone().unwrap_or_else(|| format!("\"{name}\""));
            ask(
                "factors",
                name,
                &format!("SELECT {sql} AS \"level\" FROM trials"),
            );
        }
        for (name, condition) in &self.grammar.populations {
            let sql =
                format!("SELECT CASE WHEN {condition} THEN 1 ELSE 0 END AS \"in\" FROM trials");
            ask("populations", name, &sql);
        }
        for name in self.measures() {
            let measure = &self.grammar.measures[&name];
            ask("measures", &name, &super::select(measure, &self.grammar));
        }
        for (name, table) in &self.grammar.tables {
            if let Some(sql) = &table.sql {
                ask("tables", name, sql);
            }
        }
        problems
    }

    /// The measures that tables, estimates and picks ask for.
    pub(super) fn measures(&self) -> BTreeSet<String> {
        let seeds = self.seeds().into_iter();
        seeds.flat_map(|seeds| self.measures_of(seeds)).collect()
    }

    /// The seeds that tables and estimates are of: all, and those that some of them name.
    pub(super) fn seeds(&self) -> BTreeSet<Option<[u32; 2]>> {
        let tables = self.grammar.tables.values().map(|table| table.replicates);
        let estimates = self.grammar.estimates.iter().map(|one| one.replicates);
        tables.chain(estimates).chain([None]).collect()
    }

    /// The measures that picks, and tables and estimates of these seeds, ask for.
    pub(super) fn measures_of(&self, seeds: Option<[u32; 2]>) -> BTreeSet<String> {
        let tables = self.grammar.tables.values();
        let tables = tables.filter(|table: &&TableSpec| table.replicates == seeds);
        let tables = tables.flat_map(|table| table.measures.iter());
        let picks = self.grammar.picks.values();
        let picks = picks.flat_map(|pick| pick.highest_with.keys());
        let estimates = self.grammar.estimates.iter();
        let estimates = estimates.filter(|one| one.replicates == seeds);
        let estimates = estimates.flat_map(super::grammar::EstimateSpec::measures);
        tables.chain(picks).chain(estimates).cloned().collect()
    }

    /// The views that stand in more than one text that is asked: of measures, tables, estimates,
    /// and of views that stand in these.
    pub(super) fn asked_twice(&self) -> BTreeSet<String> {
        let grammar = &self.grammar;
        let measures = self.measures().into_iter();
        let mut texts: Vec<String> = measures
            .filter_map(|name| Some(select(grammar.measures.get(&name)?, grammar)))
            .chain(
                grammar
                    .tables
                    .values()
                    .filter_map(|table| table.sql.clone()),
            )
            .chain(grammar.estimates.iter().filter_map(|one| one.given.clone()))
            .collect();
        let mut asked: BTreeMap<&String, usize> = BTreeMap::new();
        while let Some(text) = texts.pop() {
            for (name, sql) in &grammar.views {
                if names(&text, name) {
                    let times = asked.entry(name).or_default();
                    *times += 1;
                    if *times == 1 {
                        texts.push(sql.clone());
                    }
                }
            }
        }
        let twice = asked.into_iter().filter(|(_, times)| *times > 1);
        twice.map(|(name, _)| name.clone()).collect()
    }
}

/// The shipped library.
pub(super) fn library() -> Grammar {
    toml::from_str(LIBRARY).unwrap_or_default()
}

fn merged(own: Grammar) -> Grammar {
    let mut all = library();
    all.factors.extend(own.factors);
    all.keys.extend(own.keys);
    all.populations.extend(own.populations);
    all.views.extend(own.views);
    all.measures.extend(own.measures);
    Grammar {
        grammar: own.grammar,
        special: own.special,
        picks: own.picks,
        tables: own.tables,
        estimates: own.estimates,
        declared: own.declared,
        figures: own.figures,
        ..all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_read_and_has_no_mistake() {
        let source = Source::new("library.toml", LIBRARY);
        let read: Result<Grammar, _> = toml::from_str(LIBRARY);
        assert!(read.is_ok(), "{}", read.unwrap_err());
        let problems = check(
            &Grammar {
                grammar: 1,
                ..Grammar::default()
            },
            &source,
            &Design::default(),
        );
        assert!(problems.is_empty(), "{problems}");
        assert!(library().measures.len() > 30);
    }
}
