//! Estimates over all cells of a design: the largest, crossings, effects, slopes.

use super::{At, Found, Member};
use crate::analysis::Evaluation;
use crate::analysis::grammar::{Crossing, Effect, EffectOf, EstimateSpec, Per, Slope};
use crate::analysis::level::Level;
use crate::statistics::{
    Bounds, Crossed, Curve, Good, Line, Scale, crossing_at, crossing_ratio_at, largest_at, pairs,
};

/// Largest mean over the cells of the design, among those that are good enough.
pub(super) fn largest(
    spec: &EstimateSpec,
    measure: &str,
    at: &At,
    evaluation: &Evaluation<'_>,
) -> Result<Found, String> {
    let factors = evaluation.design();
    let own = evaluation.chosen(spec, at);
    let mut cells = evaluation
        .networks
        .cells(&factors, |network| own.contains(&network));
    // In the order as run: of equal means the last is chosen.
    cells.sort_by_key(|(_, networks)| networks.first().copied());
    let of = |measure: &str| -> Result<Vec<Vec<f64>>, String> {
        let values = |(levels, _): &(Vec<_>, Vec<usize>)| {
            let mut at = at.clone();
            at.extend(
                factors
                    .iter()
                    .map(|f| (*f).to_owned())
                    .zip(levels.iter().cloned()),
            );
            evaluation.values(spec, measure, &at)
        };
        cells.iter().map(values).collect()
    };
    let values = of(measure)?;
    let good = match spec.good.first_key_value() {
        Some((measure, margin)) => Some((of(measure)?, *margin)),
        None => None,
    };
    let good = good.as_ref().map(|(values, margin)| Good {
        values,
        margin: *margin,
    });
    let bounds = evaluation
        .bootstrap
        .bounds(|drawn| largest_at(&values, good, drawn));
    Ok(Found::new(
        bounds,
        evaluation.networks.replicates() as usize,
    ))
}

/// Where a mean first reaches a number, or the ratio of two such levels.
pub(super) fn crossing(
    spec: &EstimateSpec,
    crossing: &Crossing,
    at: &At,
    evaluation: &Evaluation<'_>,
) -> Result<Found, String> {
    let curve = |crossing: &Crossing| {
        let curve = evaluation.curve(spec, &crossing.measure, &crossing.over, at)?;
        let number = |level: &Level| {
            let problem = || {
                format!(
                    "level `{level}` of `{}` is no number above 0",
                    crossing.over
                )
            };
            level
                .number()
                .filter(|number| *number > 0.0)
                .ok_or_else(problem)
        };
        let rates = curve.iter().map(|(level, _)| number(level));
        let rates = rates.collect::<Result<Vec<f64>, String>>()?;
        let values: Vec<Vec<f64>> = curve.into_iter().map(|(_, values)| values).collect();
        Ok::<_, String>((rates, values))
    };
    let (rates, values) = curve(crossing)?;
    let first = Curve {
        levels: &rates,
        values: &values,
        height: crossing.at,
    };
    let bootstrap = &evaluation.bootstrap;
    let bounds = match &spec.divided_by {
        None => bootstrap.bounds(|drawn| crossing_at(first, drawn)),
        Some(divisor) => {
            let (rates, values) = curve(divisor)?;
            let by = Curve {
                levels: &rates,
                values: &values,
                height: divisor.at,
            };
            bootstrap.bounds(|drawn| crossing_ratio_at(first, by, drawn))
        }
    };
    Ok(Found::new(
        bounds,
        evaluation.networks.replicates() as usize,
    ))
}

/// Effects in the crossed design of an effect's factors, each with what tells it from the others.
pub(super) fn effects(
    spec: &EstimateSpec,
    effect: &Effect,
    evaluation: &Evaluation<'_>,
) -> Result<Vec<Member>, String> {
    let own = evaluation.chosen(spec, &At::new());
    let factors: Vec<&str> = effect.factors.iter().map(String::as_str).collect();
    let cells = evaluation
        .networks
        .cells(&factors, |network| own.contains(&network));
    let mut values = Vec::new();
    for (levels, _) in &cells {
        let at = effect.factors.iter().cloned().zip(levels.iter().cloned());
        values.push(evaluation.values(spec, &effect.measure, &at.collect())?);
    }
    let levels_of = |place: usize| {
        let own = cells.iter().map(|(levels, _)| &levels[place]);
        let all = evaluation.order(factors[place]).iter();
        all.filter(|level| own.clone().any(|known| known == *level))
            .cloned()
            .collect::<Vec<_>>()
    };
    let levels: Vec<Vec<Level>> = (0..factors.len()).map(levels_of).collect();
    let counts: Vec<usize> = levels.iter().map(Vec::len).collect();
    let design = Crossed {
        levels: &counts,
        cells: &values,
    };
    let bootstrap = &evaluation.bootstrap;
    let replicates = evaluation.networks.replicates() as usize;
    let found = |bounds| Found::new(bounds, replicates);
    let factor = |place: usize| ("factor".to_owned(), Level::new(factors[place]));
    let mut all = Vec::new();
    match effect.of {
        EffectOf::Main => {
            for (place, levels) in levels.iter().enumerate() {
                for (at, level) in levels.iter().enumerate() {
                    let bounds = bootstrap.bounds(|drawn| design.effect_at(&[place], at, drawn));
                    let named = vec![factor(place), ("level".to_owned(), level.clone())];
                    all.push((named, found(bounds)));
                }
            }
        }
        EffectOf::Range => {
            for place in 0..factors.len() {
                let bounds = bootstrap.bounds(|drawn| design.range_at(&[place], drawn));
                all.push((vec![factor(place)], found(bounds)));
            }
        }
        EffectOf::Size => {
            for set in sets(factors.len()) {
                let bounds = bootstrap.bounds(|drawn| design.size_at(&set, drawn));
                let names: Vec<&str> = set.iter().map(|place| factors[*place]).collect();
                let named = vec![("effect".to_owned(), Level::new(names.join(" x ")))];
                all.push((named, found(bounds)));
            }
        }
        EffectOf::RangeMinusLargestOther => {
            let bounds = bootstrap.bounds(|drawn| design.range_minus_largest_other_at(0, drawn));
            all.push((Vec::new(), found(bounds)));
        }
    }
    Ok(all)
}

/// All sets of factors but the empty one, small ones first.
fn sets(factors: usize) -> Vec<Vec<usize>> {
    let members = |set: usize| {
        (0..factors)
            .filter(move |place| set >> place & 1 == 1)
            .collect()
    };
    let mut sets: Vec<Vec<usize>> = (1..1_usize << factors.min(8)).map(members).collect();
    sets.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    sets
}

/// Slope of a measure over the levels of a factor.
pub(super) fn slope(
    spec: &EstimateSpec,
    slope: &Slope,
    at: &At,
    evaluation: &Evaluation<'_>,
) -> Result<Found, String> {
    let curve = evaluation.curve(spec, &slope.measure, &slope.over, at)?;
    let numbers: Option<Vec<f64>> = curve.iter().map(|(level, _)| level.number()).collect();
    let Some(numbers) = numbers else {
        return Err(format!("the levels of `{}` are no numbers", slope.over));
    };
    let scale = match slope.per {
        Per::Unit => Scale::Linear,
        Per::Doubling => Scale::Log2,
        Per::Tenfold => Scale::Log10,
    };
    let values: Vec<Vec<f64>> = curve.into_iter().map(|(_, values)| values).collect();
    if numbers.len() < 2 {
        return Ok(Found::new(Bounds::UNDEFINED, 0));
    }
    let line = Line {
        levels: &numbers,
        values: &values,
        scale,
    };
    let slopes = line.slopes();
    Ok(Found {
        n: pairs(&slopes, &slopes),
        values: slopes,
        ..Found::new(line.slope().bounds, 0)
    })
}
