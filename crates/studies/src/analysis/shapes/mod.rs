//! The published tables as they will be, before there are results: their columns, and the rows that
//! follow from `analysis.toml` and the design. Templates and figures are held against them.

mod families;
mod summary;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use self::families::families;
use self::summary::summary;
use super::Analysis;
use super::design::Design;
use super::grammar::{EstimateSpec, Grammar, Measure, Statistic, TableSpec};
use super::known::{Known, named};
use super::page::Foreseen;
use super::published::estimates;
use crate::predictions::predictions_table;
use crate::prose::{Line, Shape};
use crate::table::{AMENDMENT_COLUMNS, AMENDMENTS, ESTIMATES, PREDICTIONS, Table};

/// What every row of a measure or estimate has beside what tells it from others.
const MEASURED: [&str; 5] = ["value", "low95", "high95", "standard_deviation", "n"];

/// The columns of a measure's rows that are no keys.
pub(super) const NUMBERS: [&str; 4] = ["trial", "value", "numerator", "denominator"];

/// The columns that SELECTs give, as far as they could be asked.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// Of listings, by table.
    pub tables: BTreeMap<String, Vec<String>>,
    /// Of measures that are whole SELECTs.
    pub measures: BTreeMap<String, Vec<String>>,
}

/// An analysis beside what is known of its design.
pub(super) struct Ahead<'a> {
    pub grammar: &'a Grammar,
    pub known: &'a Known,
    pub design: &'a Design,
    pub columns: &'a Columns,
    /// The views of the library, which have rows of every network.
    pub shipped: &'a BTreeSet<String>,
}

impl Analysis {
    /// What is known of a design, and the shapes of all tables that will be published.
    pub fn foreseen(&self, design: &Design, columns: &Columns) -> Foreseen {
        let known = Known::of(&self.grammar, design);
        let shipped = super::read::library().views.keys().cloned().collect();
        let ahead = Ahead {
            grammar: &self.grammar,
            known: &known,
            design,
            columns,
            shipped: &shipped,
        };
        let mut shapes = vec![ahead.estimates(), ahead.predictions()];
        shapes.extend(ahead.amendments());
        for (name, spec) in &self.grammar.tables {
            shapes.push(ahead.table(name, spec));
        }
        let shapes = shapes.into_iter().map(Shape::with_values).collect();
        Foreseen { known, shapes }
    }
}

impl Ahead<'_> {
    fn table(&self, name: &str, spec: &TableSpec) -> Shape {
        let mut shape = Shape {
            name: name.into(),
            ..Shape::default()
        };
        if spec.sql.is_some() {
            let columns = self.columns.tables.get(name);
            shape.open = columns.is_none();
            shape.columns = columns.cloned().unwrap_or_default();
        } else if let Some(pick) = &spec.picks {
            self.picks(pick, &mut shape);
        } else if spec.estimates.is_empty() {
            summary(self, spec, &mut shape);
        } else {
            self.of_estimates(spec, &mut shape);
        }
        shape
    }

    /// The levels that a pick has chosen.
    fn picks(&self, name: &str, shape: &mut Shape) {
        let Some(pick) = self.grammar.picks.get(name) else {
            shape.open = true;
            return;
        };
        shape.columns.clone_from(&pick.within);
        shape.columns.extend(["pick".to_owned(), pick.over.clone()]);
        let within: Vec<&str> = pick.within.iter().map(String::as_str).collect();
        if !within.iter().all(|factor| self.known.has(factor)) {
            return;
        }
        for levels in self.known.cells(&within, &BTreeMap::new()) {
            for own in named(name, pick) {
                let held = pick.within.iter().zip(&levels);
                let mut cells: BTreeMap<String, Option<String>> = held
                    .map(|(factor, level)| (factor.clone(), Some(level.as_str().to_owned())))
                    .collect();
                cells.insert("pick".into(), Some(own));
                cells.insert(pick.over.clone(), None);
                shape.lines.push(Line {
                    cells,
                    certain: true,
                });
            }
        }
        shape.complete = true;
    }

    /// Families as rows.
    fn of_estimates(&self, spec: &TableSpec, shape: &mut Shape) {
        let own = self.grammar.estimates.iter();
        let own: Vec<&EstimateSpec> = own
            .filter(|one| spec.estimates.contains(&one.name))
            .collect();
        shape.lines = families(self, &own, "measure");
        shape.complete = !self.design.levels.is_empty();
        shape.columns = keys(&own);
        shape.columns.push("measure".into());
        shape.columns.extend(replicate(spec));
        shape.columns.extend(MEASURED.map(str::to_owned));
    }

    fn estimates(&self) -> Shape {
        let own: Vec<&EstimateSpec> = self.grammar.estimates.iter().collect();
        let mut columns = names(&estimates(&[]));
        columns.extend(keys(&own));
        Shape {
            name: ESTIMATES.into(),
            columns,
            lines: families(self, &own, "name"),
            complete: !self.design.levels.is_empty(),
            ..Shape::default()
        }
    }

    /// Where study.toml is not alone.
    fn amendments(&self) -> Option<Shape> {
        let amendments = self.design.declared.iter().skip(1);
        let files = amendments.map(|(source, _)| source.name().to_owned());
        let files: Vec<String> = files.collect();
        (!files.is_empty()).then(|| Shape {
            name: AMENDMENTS.into(),
            columns: AMENDMENT_COLUMNS.map(str::to_owned).to_vec(),
            values: BTreeMap::from([("file".to_owned(), files)]),
            ..Shape::default()
        })
    }

    fn predictions(&self) -> Shape {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let mut shape = Shape {
            name: PREDICTIONS.into(),
            columns: names(&predictions_table(&[])),
            values: BTreeMap::from([
                (
                    "outcome".to_owned(),
                    words(&["supported", "refuted", "undecided"]),
                ),
                ("kind".to_owned(), words(&["primary", "exploratory"])),
            ]),
            ..Shape::default()
        };
        if !self.design.declared.is_empty() {
            let all = self.design.declared.iter().flat_map(|(_, own)| own);
            let ids = all.map(|one| one.id.clone());
            shape.values.insert("id".into(), ids.collect());
        }
        shape
    }

    /// The keys of a measure's rows; nothing where only its SELECT knows them.
    pub fn keys(&self, name: &str) -> Option<Vec<String>> {
        let measure = self.grammar.measures.get(name)?;
        if measure.sql.is_none() {
            return Some(measure.keys.clone());
        }
        let columns = self.columns.measures.get(name)?.iter();
        let keys = columns.filter(|column| !NUMBERS.contains(&column.as_str()));
        Some(keys.cloned().collect())
    }

    /// Whether a measure surely has rows of every network, layer and census.
    pub fn is_of_all(&self, measure: &Measure) -> bool {
        let shipped = |table: &String| {
            ["filters", "censuses"].contains(&table.as_str()) || self.shipped.contains(table)
        };
        measure.sql.is_none()
            && measure.filter.is_none()
            && measure.table.as_ref().is_none_or(shipped)
    }

    /// Whether it is one number over another.
    pub fn is_ratio(&self, name: &str) -> bool {
        let Some(measure) = self.grammar.measures.get(name) else {
            return false;
        };
        let of_sql = self.columns.measures.get(name);
        measure.numerator.is_some()
            || of_sql.is_some_and(|columns| columns.iter().any(|column| column == "numerator"))
    }

    /// How networks are put together.
    pub fn statistic(&self, name: &str) -> Option<Statistic> {
        let measure = self.grammar.measures.get(name)?;
        Some(measure.statistic.unwrap_or(match () {
            () if measure.event.is_some() => Statistic::Event,
            () if self.is_ratio(name) => Statistic::Share,
            () => Statistic::Mean,
        }))
    }
}

/// The column of single networks, where a table has them.
fn replicate(spec: &TableSpec) -> Option<String> {
    let all = spec.measures.iter().chain(&spec.estimates);
    let mut with = all.filter(|name| spec.networks.has(name));
    with.next().map(|_| "replicate".into())
}

/// The columns that tell estimates of these families apart.
fn keys(families: &[&EstimateSpec]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for key in families.iter().flat_map(|one| one.family()) {
        if !keys.iter().any(|known| known == key) {
            keys.push(key.into());
        }
    }
    keys
}

fn names(table: &Table) -> Vec<String> {
    table
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect()
}
