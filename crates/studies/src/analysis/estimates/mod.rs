//! Estimates: numbers with intervals, each from one statistic over the networks of some cells.

mod compared;
mod crossed;
mod pooled;

use std::collections::BTreeMap;

use super::Evaluation;
use super::error::AnalysisError;
use super::grammar::EstimateSpec;
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
    /// Point value and intervals.
    pub bounds: Bounds,
    /// Seeds it rests on.
    pub n: usize,
    /// One value a seed, where it is a mean of such.
    pub values: Vec<f64>,
    /// Events and opportunities, of an exact claim.
    pub counted: Option<(u64, u64)>,
}

/// What a statistic gives.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub bounds: Bounds,
    pub n: usize,
    pub values: Vec<f64>,
    pub counted: Option<(u64, u64)>,
}

impl Found {
    /// Bounds over `n` seeds.
    pub(super) fn new(bounds: Bounds, n: usize) -> Self {
        Self {
            bounds,
            n,
            values: Vec::new(),
            counted: None,
        }
    }
}

/// What tells an estimate from its family's others, and what it is.
pub(super) type Member = (Vec<(String, Level)>, Found);

/// Levels of factors and keys that say which numbers are meant.
pub(super) type At = BTreeMap<String, Level>;

/// Carries out one estimate, or each of its family.
///
/// # Errors
/// If what it asks for does not fit the results.
pub fn estimates(
    spec: &EstimateSpec,
    evaluation: &Evaluation<'_>,
) -> Result<Vec<Estimated>, AnalysisError> {
    let unfit = |problem| AnalysisError::unfit(format!("estimates: `{}`", spec.name), problem);
    let found = if let Some(effect) = &spec.effect {
        crossed::effects(spec, effect, evaluation).map_err(unfit)?
    } else if let Some(sql) = &spec.given {
        vec![(Vec::new(), pooled::given(&spec.name, sql, evaluation)?)]
    } else {
        let family = family(spec, evaluation).into_iter().map(|at| {
            let levels = spec.by.iter();
            let levels = levels.filter_map(|by| Some((by.clone(), at.get(by)?.clone())));
            Ok((levels.collect(), one(spec, &at, evaluation)?))
        });
        family.collect::<Result<Vec<_>, String>>().map_err(unfit)?
    };
    let estimated = |(levels, found): (Vec<(String, Level)>, Found)| {
        let mut description = spec.words.clone();
        for (by, level) in &levels {
            description = description.replace(&format!("{{{{ {by} }}}}"), level.as_str());
        }
        Estimated {
            family: spec.name.clone(),
            levels,
            description,
            bounds: found.bounds,
            n: found.n,
            values: found.values,
            counted: found.counted,
        }
    };
    Ok(found.into_iter().map(estimated).collect())
}

/// The combinations of levels of a family, the first factor slowest.
fn family(spec: &EstimateSpec, evaluation: &Evaluation<'_>) -> Vec<At> {
    let mut combinations = vec![At::new()];
    for by in &spec.by {
        let mut next = Vec::new();
        for before in &combinations {
            for level in evaluation.order(by) {
                let excluded = spec.versus.get(by) == Some(level)
                    || spec
                        .filter
                        .get(by)
                        .is_some_and(|levels| !levels.holds(level));
                if !excluded {
                    let mut at = before.clone();
                    at.insert(by.clone(), level.clone());
                    next.push(at);
                }
            }
        }
        combinations = next;
    }
    // Of a family only what the design has; a single estimate stands, and lacks a value where a
    // smaller version of a study has none of its networks.
    if !spec.by.is_empty() {
        combinations.retain(|at| !evaluation.chosen(spec, at).is_empty());
    }
    combinations
}

fn one(spec: &EstimateSpec, at: &At, evaluation: &Evaluation<'_>) -> Result<Found, String> {
    if let Some(measure) = &spec.mean {
        return pooled::mean(spec, measure, at, evaluation);
    }
    if let Some(measure) = &spec.count {
        return pooled::count(spec, measure, at, evaluation);
    }
    if let Some(measure) = &spec.difference {
        return compared::difference(spec, measure, at, evaluation);
    }
    if let Some(measure) = &spec.order {
        return compared::order(spec, measure, at, evaluation);
    }
    if let Some(measure) = &spec.largest {
        return crossed::largest(spec, measure, at, evaluation);
    }
    if let Some(crossing) = &spec.crossing {
        return crossed::crossing(spec, crossing, at, evaluation);
    }
    if let Some(slope) = &spec.slope {
        return crossed::slope(spec, slope, at, evaluation);
    }
    if let Some(measure) = &spec.hazard {
        return pooled::hazard(spec, measure, at, evaluation);
    }
    Err("says no statistic: mean, difference, largest, crossing, effect, count, order, slope or hazard".into())
}

impl Evaluation<'_> {
    /// The networks that an estimate is of: those of its `where`, at the family's levels.
    pub(super) fn chosen(&self, spec: &EstimateSpec, at: &At) -> Vec<usize> {
        let networks = &self.networks;
        let fits = |network: &usize| {
            let level = |factor: &str| networks.level(factor, *network);
            let mut filters = spec
                .filter
                .iter()
                .filter(|(factor, _)| networks.has(factor));
            let mut levels = at.iter().filter(|(factor, _)| networks.has(factor));
            filters.all(|(factor, levels)| levels.holds(&level(factor)) || at.contains_key(factor))
                && levels.all(|(factor, wanted)| level(factor) == *wanted)
        };
        (0..networks.len()).filter(fits).collect()
    }

    /// A measure over the networks at some levels.
    pub(super) fn summary(
        &self,
        spec: &EstimateSpec,
        measure: &str,
        at: &At,
    ) -> Result<Summary, String> {
        let own = self.chosen(spec, at);
        let mut keys = spec
            .filter
            .iter()
            .filter(|(key, _)| !self.networks.has(key));
        if let Some((key, _)) = keys.find(|(_, levels)| levels.all().len() > 1) {
            return Err(format!(
                "`where` names several levels of `{key}`, which networks are not told apart by: \
                 say them in the measure's own `where`"
            ));
        }
        let filters = spec
            .filter
            .iter()
            .filter(|(key, _)| !self.networks.has(key));
        let fixed =
            filters.filter_map(|(key, levels)| Some((key.as_str(), *levels.all().first()?)));
        let named = at.iter().filter(|(key, _)| !self.networks.has(key));
        let keys = fixed
            .chain(named.map(|(key, level)| (key.as_str(), level)))
            .collect();
        let measured = self.measured.get(measure);
        let measured = measured.ok_or_else(|| format!("no measure `{measure}`"))?;
        measured
            .summary(&self.networks, &own, &keys, &self.bootstrap)
            .map_err(|problem| format!("measure `{measure}`: {problem}"))
    }

    /// Seed, numerator and denominator of each network at some levels.
    pub(super) fn parts(
        &self,
        spec: &EstimateSpec,
        measure: &str,
        at: &At,
    ) -> Result<Vec<(u32, f64, f64)>, String> {
        Ok(self.summary(spec, measure, at)?.parts)
    }

    /// One value a seed of a measure at some levels.
    pub(super) fn values(
        &self,
        spec: &EstimateSpec,
        measure: &str,
        at: &At,
    ) -> Result<Vec<f64>, String> {
        Ok(self.summary(spec, measure, at)?.values)
    }

    /// One list of values, one a seed, for each level of a factor that occurs at these levels.
    pub(super) fn curve(
        &self,
        spec: &EstimateSpec,
        measure: &str,
        over: &str,
        at: &At,
    ) -> Result<Vec<(Level, Vec<f64>)>, String> {
        let own = self.chosen(spec, at);
        let there = |level: &&Level| {
            own.iter()
                .any(|one| self.networks.level(over, *one) == **level)
        };
        let levels: Vec<Level> = self.order(over).iter().filter(there).cloned().collect();
        let with = |level: Level| {
            let mut at = at.clone();
            at.insert(over.into(), level.clone());
            Ok((level, self.values(spec, measure, &at)?))
        };
        levels.into_iter().map(with).collect()
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
        let estimate = Estimate::new(&self.written(), &self.description, self.bounds, self.n);
        match self.counted {
            Some((events, opportunities)) => estimate.counting(events, opportunities),
            None => estimate,
        }
    }
}
