//! `analysis.toml` carried out: from recorded tables to published tables and estimates.
//!
//! ```toml
//! grammar = 1
//! [factors.learning_rate]              # what the design varies
//! words = "Before annealing."
//! names = { low = 0.032, edge = 0.32 }
//! [measures.dead_or_silent]            # one number a network [layer, step], counted by polars
//! words = "Filters dead or silent at the end, of working networks."
//! numerator = "SUM(CASE WHEN silent_at_end THEN 1 ELSE 0 END)"
//! denominator = "COUNT(*)"
//! table = "filters"
//! keys = ["layer"]
//! population = "working"
//! [tables.cells]                       # what is published
//! words = "One row a rate, layer and measure."
//! by = ["learning_rate", "layer"]
//! total = ["layer"]
//! measures = ["dead_or_silent", "held_out_accuracy"]
//! [[estimates]]                        # numbers with intervals, which predictions name
//! name = "dead_at_the_edge"
//! words = "Share of dead filters at rate 0.32."
//! mean = "dead_filters"
//! where = { learning_rate = 0.32 }
//! [[estimates]]
//! name = "dead_at_the_edge_again"
//! words = "The same, of the further seeds of an amendment alone."
//! mean = "dead_filters"
//! where = { learning_rate = 0.32 }
//! replicates = [16, 31]                # the first and the last, counted from 0
//! ```
//!
//! A file is [`grammar`]; [`Analysis::read`] puts it beside the shipped library (`library.toml`)
//! and finds every mistake that needs no results; [`Analysis::carry_out`] computes. polars counts
//! and adds whole numbers; every mean, interval and resample is `statistics`.

mod check;
mod check_queries;
pub mod closure;
mod design;
mod error;
mod estimates;
mod figures;
pub mod grammar;
mod known;
mod labels;
mod level;
mod lock;
mod measured;
mod networks;
mod order;
mod page;
mod picks;
mod published;
mod queries;
mod read;
mod shapes;
mod shipped;
mod tables;

use std::collections::BTreeMap;

pub use design::Design;
pub use error::AnalysisError;
pub use estimates::Estimated;
pub use grammar::GRAMMAR;
pub use level::Level;
pub use lock::Lock;
pub use measured::select;
pub use order::InBothOrders;
pub use page::Foreseen;
pub use published::estimates as estimates_table;
pub use read::Analysis;
pub use shapes::Columns;
pub use shipped::{Library, Shipped};

use self::error::sql_error;
use self::grammar::{Factor, Grammar, Intervals};
use self::measured::Measured;
use self::networks::{Networks, ordered};
use self::picks::Picked;
use crate::frames::sql::Catalog;
use crate::messages::hint;
use crate::results::Results;
use crate::special::{self, SPECIAL};
use crate::statistics::Inference;
use crate::table::Table;

/// An analysis at work on the results of one version of a study.
struct Evaluation<'a> {
    grammar: &'a Grammar,
    catalog: Catalog,
    networks: Networks,
    measured: BTreeMap<String, Measured>,
    picks: BTreeMap<String, Picked>,
    inference: Inference,
    /// The levels of each key that occur.
    keys: BTreeMap<String, Vec<Level>>,
    /// The first of its seeds.
    first: u32,
}

/// What an analysis gives.
#[derive(Clone, Debug)]
pub struct CarriedOut {
    /// The published tables, without those of estimates and predictions.
    pub tables: Vec<Table>,
    /// All estimates.
    pub estimates: Vec<Estimated>,
}

impl Analysis {
    /// What its statements ask: the recorded tables, its special tables, and its views.
    ///
    /// # Errors
    /// The first of those that cannot be made; the key of analysis.toml is named.
    pub fn catalog(&self, results: &Results) -> Result<Catalog, AnalysisError> {
        let (catalog, errors) = catalog(&self.grammar, results);
        errors.into_iter().next().map_or(Ok(catalog), Err)
    }

    /// Evaluates views that are asked more than once.
    fn evaluate_views(&self, catalog: &mut Catalog) -> Result<(), AnalysisError> {
        let twice = self.asked_twice();
        // In the order of registration, in which each rests on those before.
        let names = catalog.names().into_iter().map(str::to_owned);
        let names: Vec<String> = names.filter(|name| twice.contains(name)).collect();
        for view in names {
            let key = format!("views.{view}");
            catalog.evaluate_view(&view).map_err(sql_error(&key))?;
        }
        Ok(())
    }

    /// Computes everything of an analysis.
    ///
    /// # Errors
    /// If the results lack what it asks for; the key of analysis.toml is named.
    pub fn carry_out(&self, results: &Results) -> Result<CarriedOut, AnalysisError> {
        let mut of = BTreeMap::new();
        for seeds in self.seeds() {
            of.insert(seeds, Evaluation::new(self, results, seeds)?);
        }
        let mut estimates = Vec::new();
        for spec in &self.grammar.estimates {
            estimates.extend(estimates::estimates(spec, &of[&spec.replicates])?);
        }
        let mut tables = Vec::new();
        for (name, spec) in &self.grammar.tables {
            let evaluation = &of[&spec.replicates];
            tables.push(tables::table(name, spec, evaluation, &estimates)?);
        }
        Ok(CarriedOut { tables, estimates })
    }
}

/// The recorded tables of results, and views over them; special tables and views that cannot be
/// made are left out, and why.
fn catalog(grammar: &Grammar, results: &Results) -> (Catalog, Vec<AnalysisError>) {
    let mut catalog = results.tables.catalog();
    catalog.limit(results.budget.clone());
    let mut errors = Vec::new();
    for name in &grammar.special {
        match special::frame(name, results) {
            Some(Ok(frame)) => catalog.register(name, frame),
            Some(Err(error)) => errors.push(error.into()),
            None => {
                let hint = hint(name, SPECIAL.iter().map(|(known, _)| *known));
                let problem = format!("no special table `{name}`{hint}");
                errors.push(AnalysisError::unfit("special", problem));
            }
        }
    }
    // A view may rest on any other: those that can be are registered until none is left.
    let mut left: Vec<(&String, &String)> = grammar.views.iter().collect();
    loop {
        let before = left.len();
        let mut refused = Vec::new();
        left.retain(|(name, sql)| match catalog.register_view(name, sql) {
            Ok(()) => false,
            Err(error) => {
                refused.push((*sql, sql_error(&format!("views.{name}"))(error)));
                true
            }
        });
        if left.len() == before {
            // Not those that only lack another of them; of views that rest on each other, the first.
            let lacks = |sql: &str| left.iter().any(|(name, _)| closure::names(sql, name));
            let all = refused.iter().all(|(sql, _)| lacks(sql));
            let own = refused.into_iter().filter(|(sql, _)| all || !lacks(sql));
            errors.extend(own.map(|(_, error)| error));
            return (catalog, errors);
        }
    }
}

impl<'a> Evaluation<'a> {
    /// Of all networks, or as if those of some seeds, from the first to the last, were all: what is
    /// resampled, chosen and counted are these.
    fn new(
        analysis: &'a Analysis,
        results: &Results,
        seeds: Option<[u32; 2]>,
    ) -> Result<Self, AnalysisError> {
        let grammar = &analysis.grammar;
        let first = seeds.map_or(0, |[first, _]| first);
        let mut catalog = match seeds {
            Some(seeds) => analysis.catalog(&results.of_seeds(seeds)?)?,
            None => analysis.catalog(results)?,
        };
        analysis.evaluate_views(&mut catalog)?;
        let mut networks = Networks::read(grammar, &analysis.populations(), &catalog, first)?;
        let bootstrap = results.bootstrap(networks.replicates());
        let inference = match grammar.intervals {
            Some(Intervals::T) => Inference::student(bootstrap),
            None | Some(Intervals::Resampled) => Inference::resampled(bootstrap),
        };
        let mut measured = BTreeMap::new();
        for name in analysis.measures_of(seeds) {
            let one = measured::measure(&name, grammar, &catalog, &networks)?;
            measured.insert(name, one);
        }
        let mut picks = BTreeMap::new();
        for (name, spec) in &grammar.picks {
            let picked = picks::pick(name, spec, &networks, &measured, &inference)?;
            picks.insert(name.clone(), picked);
        }
        picks::add(grammar, &picks, &mut networks);
        let mut keys: BTreeMap<String, Vec<Level>> = BTreeMap::new();
        for one in measured.values() {
            for key in &one.keys {
                let listed = grammar.keys.get(key).map_or(&[][..], |key| &key.levels);
                let known = keys.entry(key.clone()).or_default();
                let levels = one.levels(key, listed);
                *known = ordered(known.iter().chain(&levels), listed);
            }
        }
        Ok(Self {
            grammar,
            catalog,
            networks,
            measured,
            picks,
            inference,
            keys,
            first,
        })
    }

    /// The levels of a factor or key that occur, in their order.
    fn order(&self, by: &str) -> &[Level] {
        if self.networks.has(by) {
            return self.networks.levels(by);
        }
        self.keys.get(by).map_or(&[], Vec::as_slice)
    }

    /// What a column in front of a table is.
    fn words(&self, by: &str) -> String {
        let words = |of: &BTreeMap<String, Factor>| of.get(by).map(|factor| factor.words.clone());
        let picked = || self.grammar.picks.get(by).map(|pick| pick.words.clone());
        let factor = words(&self.grammar.factors).or_else(|| words(&self.grammar.keys));
        factor.or_else(picked).unwrap_or_default()
    }

    /// What each of these measures or estimates is.
    fn measures<'b>(&self, names: impl Iterator<Item = &'b str>) -> String {
        let mut seen: Vec<&str> = Vec::new();
        for name in names {
            if !seen.contains(&name) {
                seen.push(name);
            }
        }
        let words = |name: &&str| {
            let measure = self
                .grammar
                .measures
                .get(*name)
                .map(|one| one.words.as_str());
            let estimates = &self.grammar.estimates;
            let estimate = || estimates.iter().find(|one| one.name == **name);
            let words = measure.or_else(|| estimate().map(|one| one.words.as_str()));
            format!("{name}: {}", words.unwrap_or_default())
        };
        seen.iter().map(words).collect::<Vec<_>>().join(" ")
    }

    /// The factors of the design, without those that follow from others.
    fn design(&self) -> Vec<&str> {
        let factors = self.grammar.factors.iter();
        let own = factors.filter(|(_, factor)| factor.sql.is_none());
        own.map(|(name, _)| name.as_str()).collect()
    }
}

#[cfg(test)]
mod seeds_tests;
