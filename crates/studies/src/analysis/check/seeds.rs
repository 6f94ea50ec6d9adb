//! Networks of one seed that a table or estimate would take together, and recorded numbers that it
//! would have to add up: both follow from the design.

use std::collections::BTreeMap;

use super::Checked;
use crate::analysis::grammar::{EstimateSpec, Levels, Statistic, TableSpec};
use crate::analysis::known::Filter;
use crate::analysis::level::Level;
use crate::messages::At;

/// What an estimate looks at at once: a measure, the factors and keys that are told apart, and
/// which networks.
struct Look<'a> {
    measure: &'a str,
    by: Vec<&'a str>,
    filter: Filter,
}

impl Checked<'_> {
    pub(super) fn seeds(&mut self) {
        let own = self.own;
        for (name, table) in &own.tables {
            if let Some(problem) = self.of_table(table) {
                self.wrong(&[At::Key("tables"), At::Key(name)], problem);
            }
        }
        for (name, pick) in &own.picks {
            let by: Vec<&str> = pick
                .within
                .iter()
                .chain([&pick.over])
                .map(String::as_str)
                .collect();
            for measure in pick.highest_with.keys() {
                let filter = Filter::new();
                let look = Look {
                    measure,
                    by: by.clone(),
                    filter,
                };
                if let Some(problem) = self.together(&look) {
                    self.wrong(&[At::Key("picks"), At::Key(name)], problem);
                }
            }
        }
        for (index, estimate) in own.estimates.iter().enumerate() {
            let looks = looks(estimate, &self.design_factors());
            let problem = looks.iter().find_map(|look| self.together(look));
            if let Some(problem) = problem {
                let at = [At::Key("estimates"), At::Index(index)];
                self.wrong(&at, format!("estimate `{}`: {problem}", estimate.name));
            }
        }
    }

    fn design_factors(&self) -> Vec<&str> {
        let factors = self.own.factors.iter();
        let own = factors.filter(|(_, factor)| factor.sql.is_none());
        own.map(|(name, _)| name.as_str()).collect()
    }

    fn of_table(&self, table: &TableSpec) -> Option<String> {
        if table.only.is_some() {
            // Which networks a pick keeps is not known.
            return None;
        }
        let total = |by: &&String| table.total.contains(by);
        let all: Vec<&str> = table.by.iter().map(String::as_str).collect();
        let held: Vec<&str> = table
            .by
            .iter()
            .filter(|by| !total(by))
            .map(String::as_str)
            .collect();
        let shown = if table.total.is_empty() {
            vec![all]
        } else {
            vec![all, held]
        };
        table.measures.iter().find_map(|measure| {
            shown.iter().find_map(|by| {
                let (by, filter) = (by.clone(), table.filter.clone());
                self.together(&Look {
                    measure,
                    by,
                    filter,
                })
            })
        })
    }

    /// Why what is looked at at once is no single number a seed.
    fn together(&self, look: &Look<'_>) -> Option<String> {
        let Look {
            measure,
            by,
            filter,
        } = look;
        let statistic = self.ahead.statistic(measure)?;
        let pooled = matches!(
            statistic,
            Statistic::Pooled | Statistic::Median | Statistic::Total | Statistic::Exact
        );
        let own = self.ahead.grammar.measures.get(*measure)?;
        // What is told of a name is not told of what it leads to.
        if !by
            .iter()
            .copied()
            .chain(filter.keys().map(String::as_str))
            .all(|by| self.is_column(by))
        {
            return None;
        }
        if pooled || own.sql.is_some() {
            return None;
        }
        // A key that is neither told apart nor fixed is added over, which only counts can be.
        if own.numerator.is_none() && self.ahead.is_of_all(own) {
            let fixed = |key: &&String| filter.get(*key).is_some_and(|own| own.all().len() == 1);
            let open = own
                .keys
                .iter()
                .filter(|key| !by.contains(&key.as_str()) && !fixed(key));
            let several = |key: &&String| match key.as_str() {
                "layer" => self
                    .ahead
                    .layers("layer")
                    .is_some_and(|layers| layers.len() > 1),
                "step" => self.ahead.design.trained && !self.ahead.design.recorded,
                _ => false,
            };
            if let Some(key) = open.clone().find(several) {
                return Some(format!(
                    "measure `{measure}` is a recorded number for each `{key}`, and such are not \
                     added up: name `{key}` in `by`, or one level of it in `where`"
                ));
            }
        }
        if matches!(statistic, Statistic::Event | Statistic::Networks) {
            return None;
        }
        let is_factor =
            |name: &str| self.own.factors.contains_key(name) || self.own.picks.contains_key(name);
        let by: Vec<&str> = by.iter().copied().filter(|by| is_factor(by)).collect();
        let filter = filter.iter().filter(|(factor, _)| is_factor(factor));
        let filter: Filter = filter
            .map(|(f, levels)| (f.clone(), levels.clone()))
            .collect();
        let differing = self.ahead.known.crowded(&by, &filter)?;
        let named = |(column, levels): &(String, Vec<Level>)| {
            let levels: Vec<&str> = levels.iter().map(Level::as_str).collect();
            format!("`{column}` ({})", levels.join(", "))
        };
        let differing: Vec<String> = differing.iter().map(named).collect();
        Some(format!(
            "measure `{measure}` is one number a seed, and here networks of the same seed are taken \
             together, which differ in {}: tell these apart in `by`, or choose levels in `where`",
            differing.join(", ")
        ))
    }
}

fn looks<'a>(spec: &'a EstimateSpec, design: &[&'a str]) -> Vec<Look<'a>> {
    let by: Vec<&str> = spec.by.iter().map(String::as_str).collect();
    let with = |more: &[&'a str]| [&by[..], more].concat();
    let own = |measure: &'a str, by: Vec<&'a str>| Look {
        measure,
        by,
        filter: spec.filter.clone(),
    };
    let mut looks = Vec::new();
    for measure in [&spec.mean, &spec.count, &spec.hazard]
        .into_iter()
        .flatten()
    {
        looks.push(own(measure, by.clone()));
    }
    if let Some(measure) = &spec.difference {
        let more: Vec<&str> = spec
            .best
            .iter()
            .chain(&spec.over)
            .map(String::as_str)
            .collect();
        looks.push(own(measure, with(&more)));
        let mut versus = own(measure, with(&more));
        let levels: BTreeMap<String, Level> = spec.versus.clone();
        for (factor, level) in levels {
            versus.filter.insert(factor, Levels::One(level));
        }
        looks.push(versus);
    }
    for measure in spec.largest.iter().chain(spec.good.keys()) {
        looks.push(own(measure, with(design)));
    }
    if let Some(measure) = &spec.order {
        let more = spec.ranks.keys().chain(&spec.best).map(String::as_str);
        looks.push(own(measure, with(&more.collect::<Vec<_>>())));
    }
    for one in spec.crossing.iter().chain(&spec.divided_by) {
        looks.push(own(&one.measure, with(&[one.over.as_str()])));
    }
    if let Some(half) = &spec.half_rate {
        looks.push(own(&half.measure, with(&[half.over.as_str()])));
    }
    if let Some(slope) = &spec.slope {
        looks.push(own(&slope.measure, with(&[slope.over.as_str()])));
    }
    if let Some(effect) = &spec.effect {
        let factors: Vec<&str> = effect.factors.iter().map(String::as_str).collect();
        looks.push(own(&effect.measure, factors));
    }
    looks
}
