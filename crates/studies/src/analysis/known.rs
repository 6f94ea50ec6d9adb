//! The networks of the full design before they are trained: the levels of factors that follow from
//! the design, and which networks a table or estimate puts together.

use std::collections::BTreeMap;

use super::closure::names;
use super::design::Design;
use super::grammar::{Grammar, Levels, Pick};
use super::level::Level;
use super::networks::{Networks, ordered};
use crate::frames::schema;
use crate::frames::sql::Catalog;

/// Networks with the levels of all factors that are known before there are results.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    networks: Networks,
    /// The columns of the design, factors or not.
    design: Vec<String>,
    /// All levels of factors and picks that are known.
    levels: BTreeMap<String, Vec<Level>>,
}

impl Known {
    /// What follows from a design.
    pub(super) fn of(grammar: &Grammar, design: &Design) -> Self {
        let mut known = Self {
            levels: design.levels.clone(),
            ..Self::default()
        };
        for (name, pick) in &grammar.picks {
            let names = named(name, pick).into_iter().map(Level::new);
            known.levels.insert(name.clone(), names.collect());
        }
        let Ok(trials) = design.trials.sort(&["trial"]) else {
            return known;
        };
        let Ok(replicates) = trials.integers("replicate") else {
            return known;
        };
        let replicate = |value: &Option<i64>| u32::try_from(value.unwrap_or(0)).unwrap_or(0);
        known.networks = Networks::planned(replicates.iter().map(replicate).collect());
        for name in design.levels.keys() {
            if let Ok(values) = trials.values(name) {
                let factor = grammar.factors.get(name).cloned().unwrap_or_default();
                known.networks.set(name, Level::column(&values), &factor);
                known.design.push(name.clone());
            }
        }
        let mut catalog = Catalog::default();
        catalog.register("trials", trials.clone());
        for (name, factor) in &grammar.factors {
            let Some(sql) = &factor.sql else { continue };
            let [recorded, ..] = schema();
            let results = recorded
                .columns
                .iter()
                .any(|column| names(sql, column.name));
            if results && !design.recorded {
                continue;
            }
            let asked = format!("SELECT trial, {sql} AS \"level\" FROM trials ORDER BY trial");
            let found = catalog.query(&asked).ok();
            let Some(Ok(values)) = found.map(|frame| frame.values("level")) else {
                continue;
            };
            let of = Level::column(&values);
            known
                .levels
                .insert(name.clone(), ordered(of.iter(), &factor.levels));
            known.networks.set(name, of, factor);
        }
        known
    }

    /// Whether the level of each network is known.
    pub(super) fn has(&self, factor: &str) -> bool {
        self.networks.has(factor)
    }

    /// All levels of a column that the design, or the version that is run, has; nothing where they
    /// are not known.
    pub(super) fn levels(&self, column: &str) -> Option<&[Level]> {
        self.levels.get(column).map(Vec::as_slice)
    }

    /// The combinations of levels of these factors among the networks with some levels.
    pub(super) fn cells(&self, factors: &[&str], filter: &Filter) -> Vec<Vec<Level>> {
        let cells = self
            .networks
            .cells(factors, |network| self.fits(network, filter));
        cells.into_iter().map(|(levels, _)| levels).collect()
    }

    /// The levels of a factor among the networks with some levels, in their order.
    pub(super) fn order(&self, factor: &str, filter: &Filter) -> Vec<Level> {
        let cells = self.cells(&[factor], filter);
        cells
            .into_iter()
            .map(|mut levels| levels.remove(0))
            .collect()
    }

    fn fits(&self, network: usize, filter: &Filter) -> bool {
        filter.iter().all(|(factor, levels)| {
            !self.has(factor) || levels.holds(self.networks.level(factor, network))
        })
    }

    /// Where networks of one seed would be taken together though these factors are told apart: what
    /// they differ in, and its levels.
    pub(super) fn crowded(
        &self,
        by: &[&str],
        filter: &Filter,
    ) -> Option<Vec<(String, Vec<Level>)>> {
        let mut all = by.iter().copied().chain(filter.keys().map(String::as_str));
        if !all.all(|factor| self.has(factor)) {
            return None;
        }
        let cells = self
            .networks
            .cells(by, |network| self.fits(network, filter));
        for (_, own) in cells {
            let mut first: BTreeMap<u32, usize> = BTreeMap::new();
            let twice = own.iter().any(|network| {
                let before = first.insert(self.networks.replicate[*network], *network);
                before.is_some()
            });
            if twice {
                return Some(self.differing(&own));
            }
        }
        None
    }

    /// The columns of the design in which some networks differ; the arm only where nothing else
    /// tells them apart.
    fn differing(&self, networks: &[usize]) -> Vec<(String, Vec<Level>)> {
        let levels = |column: &String| {
            let levels = networks
                .iter()
                .map(|network| self.networks.level(column, *network).clone());
            let levels: Vec<Level> = levels.collect();
            (column.clone(), ordered(levels.iter(), &[]))
        };
        let columns = self.design.iter().map(levels);
        let mut columns: Vec<_> = columns.filter(|(_, levels)| levels.len() > 1).collect();
        if columns.len() > 1 {
            columns.retain(|(column, _)| column != "arm");
        }
        columns
    }
}

/// Which networks: levels of factors.
pub(super) type Filter = BTreeMap<String, Levels>;

/// The names that a pick gives to levels, in their order; none for levels that it does not choose.
pub(super) fn named(name: &str, pick: &Pick) -> Vec<String> {
    let own = pick.named.clone().unwrap_or_else(|| name.to_owned());
    let near = pick.near.keys().cloned();
    let others = pick.next.iter().chain(&pick.last).cloned();
    [own].into_iter().chain(near).chain(others).collect()
}
