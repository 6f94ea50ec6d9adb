//! The estimates of families, by the levels that tell them apart.

use std::collections::BTreeMap;

use super::{Ahead, keys};
use crate::analysis::estimates::sets;
use crate::analysis::grammar::{EffectOf, EstimateSpec};
use crate::analysis::known::Filter;
use crate::prose::Line;

type Cells = BTreeMap<String, Option<String>>;

/// A line for each estimate; its name stands in the column `name`.
pub(in crate::analysis) fn families(
    ahead: &Ahead<'_>,
    all: &[&EstimateSpec],
    name: &str,
) -> Vec<Line> {
    let keys = keys(all);
    let mut lines = Vec::new();
    for spec in all {
        for (own, certain) in ahead.family(spec) {
            // What does not tell an estimate from its family's others is empty.
            let empty = keys.iter().map(|key| (key.clone(), Some(String::new())));
            let mut cells: Cells = empty.collect();
            cells.extend(own);
            cells.insert(name.into(), Some(spec.name.clone()));
            lines.push(Line { cells, certain });
        }
    }
    lines
}

impl Ahead<'_> {
    /// The levels of each estimate of a family, and whether the full design surely has it.
    fn family(&self, spec: &EstimateSpec) -> Vec<(Cells, bool)> {
        let filter: Filter = spec.filter.clone();
        if let Some(effect) = &spec.effect {
            return self.effects(effect.of, &effect.factors, &filter);
        }
        let by: Vec<&str> = spec.by.iter().map(String::as_str).collect();
        let factors: Vec<&str> = by.iter().copied().filter(|by| self.known.has(by)).collect();
        if by.is_empty() {
            // A single estimate stands, whether the design has its networks or not.
            return vec![(Cells::new(), true)];
        }
        let excluded = |by: &str, level: &str| {
            let versus = spec.versus.get(by);
            let filter = spec.filter.get(by);
            versus.is_some_and(|own| own.as_str() == level)
                || filter.is_some_and(|own| !own.all().iter().any(|own| own.as_str() == level))
        };
        // Levels of the family's own factors are chosen by `where` too, which its `versus` is not.
        let grammar = self.grammar;
        let open = |by: &String| {
            let factor = grammar.factors.contains_key(by) || grammar.picks.contains_key(by);
            factor && !self.known.has(by)
        };
        let certain = !spec.filter.keys().any(open);
        let mut found: Vec<(Cells, bool)> = Vec::new();
        for levels in self.known.cells(&factors, &filter) {
            let levels = factors.iter().zip(&levels);
            if levels
                .clone()
                .any(|(by, level)| excluded(by, level.as_str()))
            {
                continue;
            }
            let cells =
                levels.map(|(by, level)| ((*by).to_owned(), Some(level.as_str().to_owned())));
            found.push((cells.collect(), certain));
        }
        if found.is_empty() {
            // What its `where` says has a mistake, or is not known.
            let unknown = factors.iter().map(|by| ((*by).to_owned(), None));
            found.push((unknown.collect(), false));
        }
        for by in by.iter().filter(|by| !self.known.has(by)) {
            let levels = self.layers(by).unwrap_or_else(|| vec![(None, false)]);
            let mut next = Vec::new();
            for (cells, certain) in &found {
                for (level, there) in &levels {
                    if level.as_deref().is_some_and(|level| excluded(by, level)) {
                        continue;
                    }
                    let mut cells = cells.clone();
                    cells.insert((*by).to_owned(), level.clone());
                    next.push((cells, *certain && *there));
                }
            }
            found = next;
        }
        found
    }

    /// The levels of the key `layer`, where some measure is of all filters.
    pub(in crate::analysis) fn layers(&self, key: &str) -> Option<Vec<(Option<String>, bool)>> {
        let (fewest, most) = self.design.layers?;
        let own = self
            .grammar
            .keys
            .get(key)
            .and_then(|key| key.sql.as_deref());
        // Another meaning of the key has other levels.
        let counted = key == "layer" && own == Some("layer + 1");
        counted.then(|| {
            let levels = (1..=most).map(|layer| (Some(layer.to_string()), layer <= fewest));
            levels.collect()
        })
    }

    fn effects(&self, of: EffectOf, factors: &[String], filter: &Filter) -> Vec<(Cells, bool)> {
        let one = |key: &str, level: &str| (key.to_owned(), Some(level.to_owned()));
        let mut found = Vec::new();
        match of {
            EffectOf::Main => {
                for factor in factors {
                    let levels = self.known.order(factor, filter);
                    if levels.is_empty() {
                        let cells = [one("factor", factor), ("level".to_owned(), None)];
                        found.push((cells.into(), false));
                    }
                    for level in levels {
                        let cells = [one("factor", factor), one("level", level.as_str())];
                        found.push((cells.into(), true));
                    }
                }
            }
            EffectOf::Range => {
                found.extend(
                    factors
                        .iter()
                        .map(|own| ([one("factor", own)].into(), true)),
                );
            }
            EffectOf::Size => {
                for set in sets(factors.len()) {
                    let names: Vec<&str> = set.iter().map(|at| factors[*at].as_str()).collect();
                    found.push(([one("effect", &names.join(" x "))].into(), true));
                }
            }
            EffectOf::RangeMinusLargestOther => found.push((Cells::new(), true)),
        }
        found
    }
}
