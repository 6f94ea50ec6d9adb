//! The SELECTs of an analysis: its views, its measures, and which of them is asked more than once.

use std::collections::{BTreeMap, BTreeSet};

use super::Analysis;
use super::closure::names;
use super::grammar::TableSpec;
use super::measured::select;

impl Analysis {
    /// The views that its measures rest on, by name; of several that rest on each other, in an
    /// order in which each stands behind those it needs.
    pub fn views(&self) -> impl Iterator<Item = (&String, &String)> {
        let mut left: Vec<(&String, &String)> = self.grammar.views.iter().collect();
        let mut sorted: Vec<(&String, &String)> = Vec::new();
        while !left.is_empty() {
            // A view may have a column of its own name.
            let waits = |own: &str, sql: &str, left: &[(&String, &String)]| {
                let mut others = left.iter().filter(|(name, _)| *name != own);
                others.any(|(name, _)| names(sql, name))
            };
            let all = left.clone();
            let (later, now): (Vec<_>, Vec<_>) = left
                .into_iter()
                .partition(|(name, sql)| waits(name, sql, &all));
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
            let sql = select(&self.grammar.measures[&name], &self.grammar);
            (name, sql)
        })
    }

    /// Digest of all that an estimate, or a declared name, rests on.
    pub fn digest(&self, name: &str) -> String {
        super::closure::digest(&super::closure::closure(&self.grammar, &[name.to_owned()]))
    }

    /// The measures that tables, estimates and picks ask for.
    pub(super) fn measures(&self) -> BTreeSet<String> {
        let seeds = self.seeds().into_iter();
        seeds.flat_map(|seeds| self.measures_of(seeds)).collect()
    }

    /// The populations that those measures are of, with their conditions.
    pub(super) fn populations(&self) -> BTreeMap<&String, &String> {
        let grammar = &self.grammar;
        let measures = self.measures().into_iter();
        let named = measures.filter_map(|name| grammar.measures.get(&name)?.population.as_ref());
        named
            .filter_map(|name| grammar.populations.get_key_value(name))
            .collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Design;
    use crate::messages::Source;

    #[test]
    fn views_stand_behind_those_that_they_rest_on() {
        let text = "grammar = 1\n[views]\n\
            a = 'SELECT trial, rest FROM rest'\n\
            rest = 'SELECT trial, COUNT(*) AS rest FROM trials GROUP BY trial'\n\
            [tables.all]\nwords = ''\nsql = 'SELECT trial, rest FROM a'\n";
        let source = Source::new("analysis.toml", text);
        let analysis = Analysis::read(&source, &Design::default()).unwrap();
        let names = |name: &&String| ["a", "rest"].contains(&name.as_str());
        let order: Vec<&String> = analysis
            .views()
            .map(|(name, _)| name)
            .filter(names)
            .collect();
        assert_eq!(order, ["rest", "a"]);
    }
}
