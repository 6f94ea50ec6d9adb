//! The networks of a study: their seeds, the levels of their factors, the populations they are in.

use std::collections::BTreeMap;

use super::error::{AnalysisError, sql_error};
use super::grammar::{Factor, Grammar};
use super::level::{Level, NONE};
use crate::frames::Frame;
use crate::frames::sql::Catalog;

/// All networks of a study, in the order of its trials.
#[derive(Clone, Debug, Default)]
pub struct Networks {
    /// Which seed each is of, the first of them being 0.
    pub replicate: Vec<u32>,
    index: BTreeMap<i64, usize>,
    columns: BTreeMap<String, Column>,
    populations: BTreeMap<String, Vec<bool>>,
}

/// The levels of one factor.
#[derive(Clone, Debug, Default)]
struct Column {
    /// Of each network.
    of: Vec<Level>,
    /// All that occur, in their order.
    levels: Vec<Level>,
}

impl Networks {
    /// Reads the factors and these populations of all trials, whose seeds are counted from `first`.
    ///
    /// # Errors
    /// If a factor or population is not what polars can compute; it is named.
    pub fn read(
        grammar: &Grammar,
        populations: &BTreeMap<&String, &String>,
        catalog: &Catalog,
        first: u32,
    ) -> Result<Self, AnalysisError> {
        let trials = catalog
            .query("SELECT trial, replicate FROM trials")
            .map_err(sql_error("the table `trials`"))?;
        let ids = whole(&trials, "trial")?;
        let mut networks = Self {
            replicate: whole(&trials, "replicate")?
                .into_iter()
                .map(|replicate| u32::try_from(replicate - i64::from(first)).unwrap_or(0))
                .collect(),
            index: ids.iter().enumerate().map(|(at, id)| (*id, at)).collect(),
            ..Self::default()
        };
        for (name, factor) in &grammar.factors {
            let expression = factor.sql.clone().unwrap_or_else(|| format!("\"{name}\""));
            let of = networks.column(catalog, &expression, &format!("factors.{name}"))?;
            networks.set(name, of, factor);
        }
        for (name, condition) in populations {
            let expression = format!("CASE WHEN {condition} THEN 1 ELSE 0 END");
            let of = networks.column(catalog, &expression, &format!("populations.{name}"))?;
            let inside = of.iter().map(|level| level.as_str() == "1").collect();
            networks.populations.insert((*name).clone(), inside);
        }
        Ok(networks)
    }

    /// Networks that are not trained yet: which seed each is of.
    pub fn planned(replicate: Vec<u32>) -> Self {
        Self {
            replicate,
            ..Self::default()
        }
    }

    /// An expression over a row of `trials`, one level a network.
    fn column(
        &self,
        catalog: &Catalog,
        expression: &str,
        key: &str,
    ) -> Result<Vec<Level>, AnalysisError> {
        let frame = catalog
            .query_of(
                key,
                &format!("SELECT trial, {expression} AS \"level\" FROM trials"),
            )
            .map_err(sql_error(key))?;
        let ids = whole(&frame, "trial")?;
        let mut of = vec![NONE.clone(); self.replicate.len()];
        for (id, level) in ids.iter().zip(Level::column(&frame.values("level")?)) {
            if let Some(&at) = self.index.get(id) {
                of[at] = level;
            }
        }
        Ok(of)
    }

    /// Adds a column of levels, or puts it in the place of one of that name.
    pub fn set(&mut self, name: &str, of: Vec<Level>, factor: &Factor) {
        let levels = ordered(of.iter(), &factor.levels);
        self.columns.insert(name.into(), Column { of, levels });
    }

    /// Number of networks.
    pub fn len(&self) -> usize {
        self.replicate.len()
    }

    /// Seeds of the cell that has most.
    pub fn replicates(&self) -> u32 {
        self.replicate.iter().map(|one| one + 1).max().unwrap_or(0)
    }

    /// The network of a trial's index.
    pub fn find(&self, trial: i64) -> Option<usize> {
        self.index.get(&trial).copied()
    }

    /// Whether there is such a factor.
    pub fn has(&self, factor: &str) -> bool {
        self.columns.contains_key(factor)
    }

    /// The level of a network; empty where there is no such factor.
    pub fn level(&self, factor: &str, network: usize) -> &Level {
        let column = self.columns.get(factor);
        column.map_or(&NONE, |column| &column.of[network])
    }

    /// All levels of a factor that occur, in their order.
    pub fn levels(&self, factor: &str) -> &[Level] {
        self.columns
            .get(factor)
            .map_or(&[], |column| &column.levels)
    }

    /// Whether a network is in a population.
    pub fn inside(&self, population: Option<&str>, network: usize) -> bool {
        let known = population.and_then(|name| self.populations.get(name));
        known.is_none_or(|inside| inside[network])
    }

    /// The combinations of levels of these factors that occur among the networks `fits` keeps, in
    /// the order of their levels (the first factor slowest), each with its networks.
    pub fn cells(
        &self,
        factors: &[&str],
        fits: impl Fn(usize) -> bool,
    ) -> Vec<(Vec<Level>, Vec<usize>)> {
        let rank = |factor: &str, level: &Level| {
            let levels = self.levels(factor).iter();
            levels.take_while(|known| *known != level).count()
        };
        let mut cells: BTreeMap<Vec<usize>, (Vec<Level>, Vec<usize>)> = BTreeMap::new();
        for network in (0..self.len()).filter(|network| fits(*network)) {
            let levels = factors.iter().map(|f| self.level(f, network).clone());
            let levels: Vec<Level> = levels.collect();
            let place = factors.iter().zip(&levels).map(|(f, level)| rank(f, level));
            let cell = cells.entry(place.collect()).or_insert((levels, Vec::new()));
            cell.1.push(network);
        }
        cells.into_values().collect()
    }
}

/// The levels that occur, each once: as listed, then numbers that increase, then words as they
/// come.
pub fn ordered<'a>(of: impl Iterator<Item = &'a Level>, listed: &[Level]) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    for level in of {
        if !levels.contains(level) {
            levels.push(level.clone());
        }
    }
    let place = |level: &Level| {
        let place = listed.iter().position(|known| known == level);
        place.unwrap_or(listed.len())
    };
    levels.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.order(b)));
    levels
}

fn whole(frame: &Frame, column: &str) -> Result<Vec<i64>, AnalysisError> {
    let values = frame.integers(column)?;
    Ok(values.into_iter().map(Option::unwrap_or_default).collect())
}
