//! Estimates: numbers with intervals, each from one statistic over the networks of some cells.

mod compared;
mod crossed;
mod pooled;

pub(super) use crossed::sets;

use std::collections::BTreeMap;

use super::Evaluation;
use super::error::AnalysisError;
use super::grammar::{EstimateSpec, Levels};
use super::level::Level;
use super::measured::Summary;
use crate::predictions::Estimate;
use crate::statistics::Bounds;

/// One estimate, of a family or by itself.
#[derive(Clone, Debug)]
pub struct Estimated {
    /// The family's name.
    pub family: String,
    /// The levels that tell it from its family's others.
    pub levels: Vec<(String, Level)>,
    /// What it is.
    pub description: String,
    /// Its numbers.
    pub found: Found,
    /// The seed of the first of its values.
    pub first: u32,
}

/// What a statistic gives.
#[derive(Clone, Debug)]
pub struct Found {
    /// Point value and intervals.
    pub bounds: Bounds,
    /// Seeds it rests on.
    pub n: usize,
    /// One value a seed, where it is a mean of such.
    pub values: Vec<f64>,
    /// Events and opportunities, of an exact claim.
    pub counted: Option<(u64, u64)>,
}

impl Found {
    /// Bounds over `n` seeds.
    fn new(bounds: Bounds, n: usize) -> Self {
        Self {
            bounds,
            n,
            values: Vec::new(),
            counted: None,
        }
    }
}

/// What tells an estimate from its family's others, and what it is.
type Member = (Vec<(String, Level)>, Found);

/// Levels of factors and keys that say which numbers are meant.
type At = BTreeMap<String, Level>;

/// An estimate that is being carried out, at some levels.
#[derive(Clone)]
struct Asked<'a> {
    spec: &'a EstimateSpec,
    evaluation: &'a Evaluation<'a>,
    at: At,
}

/// Carries out one estimate, or each of its family.
///
/// # Errors
/// If what it asks for does not fit the results.
pub fn estimates(
    spec: &EstimateSpec,
    evaluation: &Evaluation<'_>,
) -> Result<Vec<Estimated>, AnalysisError> {
    let unfit = |problem| AnalysisError::unfit(format!("estimates: `{}`", spec.name), problem);
    let asked = Asked {
        spec,
        evaluation,
        at: At::new(),
    };
    let members = if let Some(effect) = &spec.effect {
        asked.effects(effect).map_err(unfit)?
    } else if let Some(sql) = &spec.given {
        vec![(Vec::new(), pooled::given(&spec.name, sql, evaluation)?)]
    } else {
        let family = asked.family().into_iter().map(|asked| {
            let levels = spec.by.iter();
            let levels = levels.filter_map(|by| Some((by.clone(), asked.at.get(by)?.clone())));
            Ok((levels.collect(), asked.found()?))
        });
        family.collect::<Result<Vec<_>, String>>().map_err(unfit)?
    };
    let estimated = |(levels, found): Member| {
        let mut description = spec.words.clone();
        for (by, level) in &levels {
            description = description.replace(&format!("{{{{ {by} }}}}"), level.as_str());
        }
        Estimated {
            family: spec.name.clone(),
            levels,
            description,
            first: evaluation.first,
            // What is counted, or said by a special table, is as it is.
            found: if found.counted.is_some() || spec.given.is_some() {
                found
            } else {
                Found {
                    bounds: found.bounds.of_several(found.n),
                    ..found
                }
            },
        }
    };
    Ok(members.into_iter().map(estimated).collect())
}

impl Asked<'_> {
    /// The same at these levels, in the place of its own where it has some.
    fn with(&self, levels: impl IntoIterator<Item = (String, Level)>) -> Self {
        let mut asked = self.clone();
        asked.at.extend(levels);
        asked
    }

    /// The combinations of levels of a family, the first factor slowest.
    fn family(&self) -> Vec<Self> {
        let spec = self.spec;
        let mut combinations = vec![self.clone()];
        for by in &spec.by {
            let excluded = |level: &Level| {
                let filter = spec.filter.get(by);
                spec.versus.get(by) == Some(level)
                    || filter.is_some_and(|levels| !levels.holds(level))
            };
            let levels = self.evaluation.order(by).iter();
            let levels: Vec<&Level> = levels.filter(|level| !excluded(level)).collect();
            let each = combinations.iter().flat_map(|before| {
                let levels = levels.iter();
                levels.map(|level| before.with([(by.clone(), (*level).clone())]))
            });
            combinations = each.collect();
        }
        // Of a family only what the design has; a single estimate stands, and lacks a value where a
        // smaller version of a study has none of its networks.
        if !spec.by.is_empty() {
            combinations.retain(|one| !one.chosen().is_empty());
        }
        combinations
    }

    /// Carries out its statistic.
    fn found(&self) -> Result<Found, String> {
        let spec = self.spec;
        if let Some(measure) = &spec.mean {
            return self.mean(measure);
        }
        if let Some(measure) = &spec.count {
            return self.count(measure);
        }
        if let Some(measure) = &spec.difference {
            return self.difference(measure);
        }
        if let Some(measure) = &spec.order {
            return self.order(measure);
        }
        if let Some(measure) = &spec.largest {
            return self.largest(measure);
        }
        if let Some(crossing) = &spec.crossing {
            return self.crossing(crossing);
        }
        if let Some(half) = &spec.half_rate {
            return self.half_rate(half);
        }
        if let Some(slope) = &spec.slope {
            return self.slope(slope);
        }
        if let Some(measure) = &spec.hazard {
            return self.hazard(measure);
        }
        Err("says no statistic: mean, difference, largest, crossing, half_rate, effect, count, order, slope or hazard".into())
    }

    /// The networks that it is of: those of its `where`, at its levels.
    fn chosen(&self) -> Vec<usize> {
        let networks = &self.evaluation.networks;
        let filters = self.spec.filter.iter();
        let filters: Vec<(&String, &Levels)> = filters
            .filter(|(factor, _)| networks.has(factor) && !self.at.contains_key(*factor))
            .collect();
        let levels = self.at.iter();
        let levels: Vec<_> = levels.filter(|(factor, _)| networks.has(factor)).collect();
        let fits = |network: &usize| {
            let level = |factor: &str| networks.level(factor, *network);
            let mut filters = filters.iter();
            filters.all(|(factor, levels)| levels.holds(level(factor)))
                && levels.iter().all(|(factor, own)| level(factor) == *own)
        };
        (0..networks.len()).filter(fits).collect()
    }

    /// A measure over its networks.
    fn summary(&self, measure: &str) -> Result<Summary, String> {
        let networks = &self.evaluation.networks;
        let mut keys = BTreeMap::new();
        for (key, levels) in &self.spec.filter {
            if networks.has(key) {
                continue;
            }
            let levels = levels.all();
            if levels.len() > 1 {
                return Err(format!(
                    "`where` names several levels of `{key}`, which networks are not told apart \
                     by: say them in the measure's own `where`"
                ));
            }
            keys.extend(levels.first().map(|level| (key.as_str(), *level)));
        }
        let named = self.at.iter().filter(|(key, _)| !networks.has(key));
        keys.extend(named.map(|(key, level)| (key.as_str(), level)));
        let measured = self.evaluation.measured.get(measure);
        let measured = measured.ok_or_else(|| format!("no measure `{measure}`"))?;
        measured
            .summary(networks, &self.chosen(), &keys, &self.evaluation.inference)
            .map_err(|problem| format!("measure `{measure}`: {problem}"))
    }

    /// One value a seed of a measure.
    fn values(&self, measure: &str) -> Result<Vec<f64>, String> {
        Ok(self.summary(measure)?.values)
    }

    /// One list of values, one a seed, for each level of a factor that occurs.
    fn curve(&self, measure: &str, over: &str) -> Result<Vec<(Level, Vec<f64>)>, String> {
        let (evaluation, own) = (self.evaluation, self.chosen());
        let there = |level: &&Level| {
            let mut own = own.iter();
            own.any(|one| evaluation.networks.level(over, *one) == *level)
        };
        let levels = evaluation.order(over).iter().filter(there).cloned();
        let values = levels.map(|level| {
            let values = self.with([(over.into(), level.clone())]).values(measure)?;
            Ok((level, values))
        });
        values.collect()
    }

    /// Seeds of the cell that has most.
    fn replicates(&self) -> usize {
        self.evaluation.networks.replicates() as usize
    }
}

impl Estimated {
    /// How it is written: `name`, or `name[factor = level, ..]`.
    pub fn written(&self) -> String {
        if self.levels.is_empty() {
            self.family.clone()
        } else {
            format!("{}[{}]", self.family, self.of())
        }
    }

    /// The levels that tell it from its family's others: `activation = PReLU, layer = 2`.
    pub fn of(&self) -> String {
        let levels = self
            .levels
            .iter()
            .map(|(by, level)| format!("{by} = {level}"));
        levels.collect::<Vec<_>>().join(", ")
    }

    /// As predictions judge it.
    pub fn estimate(&self) -> Estimate {
        let found = &self.found;
        let estimate = Estimate::new(&self.written(), &self.description, found.bounds, found.n);
        match found.counted {
            Some((events, opportunities)) => estimate.counting(events, opportunities),
            None => estimate,
        }
    }
}
