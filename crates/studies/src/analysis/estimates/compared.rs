//! Differences between levels, and the order of levels.

use super::{At, Found};
use crate::analysis::Evaluation;
use crate::analysis::grammar::EstimateSpec;
use crate::statistics::{
    Bounds, Levels, best_difference_at, differences, mean_over_levels, pairs, tau_at, welch,
};

/// A measure minus the same at the levels of `versus`.
pub(super) fn difference(
    spec: &EstimateSpec,
    measure: &str,
    at: &At,
    evaluation: &Evaluation<'_>,
) -> Result<Found, String> {
    let mut versus = at.clone();
    versus.extend(spec.versus.clone());
    if let Some(factor) = &spec.best {
        let lists = |at: &At| {
            let curve = evaluation.curve(spec, measure, factor, at)?;
            Ok::<_, String>(
                curve
                    .into_iter()
                    .map(|(_, values)| values)
                    .collect::<Vec<_>>(),
            )
        };
        let (own, control) = (lists(at)?, lists(&versus)?);
        let (own, control) = (Levels::of(&own), Levels::of(&control));
        let bootstrap = &evaluation.bootstrap;
        let bounds = bootstrap.bounds(|drawn| best_difference_at(own, control, drawn));
        return Ok(Found::new(bounds, own.pairs(&control)));
    }
    let values = if let Some(over) = &spec.over {
        let (own, control) = (
            evaluation.curve(spec, measure, over, at)?,
            evaluation.curve(spec, measure, over, &versus)?,
        );
        let shared = own.iter().filter_map(|(level, values)| {
            let other = control.iter().find(|(known, _)| known == level)?;
            Some(differences(values, &other.1))
        });
        let mut shared: Vec<Vec<f64>> = shared.collect();
        if shared.is_empty() {
            shared.push(vec![f64::NAN; evaluation.networks.replicates() as usize]);
        }
        mean_over_levels(&shared)
    } else {
        let (own, control) = (
            evaluation.values(spec, measure, at)?,
            evaluation.values(spec, measure, &versus)?,
        );
        if spec.paired == Some(false) {
            let found = welch(&own, &control);
            return Ok(Found::new(
                found,
                pairs(&own, &own) + pairs(&control, &control),
            ));
        }
        differences(&own, &control)
    };
    Ok(Found {
        bounds: evaluation.bootstrap.mean(&values),
        n: pairs(&values, &values),
        values,
        counted: None,
    })
}

/// Kendall's tau of levels, each at its own best, against an order.
pub(super) fn order(
    spec: &EstimateSpec,
    measure: &str,
    at: &At,
    evaluation: &Evaluation<'_>,
) -> Result<Found, String> {
    let (Some((factor, ranks)), Some(best)) = (spec.ranks.iter().next(), &spec.best) else {
        return Err("`order` needs `ranks` (levels of one factor) and `best` (a factor)".into());
    };
    let mut all = Vec::new();
    for level in ranks {
        let mut at = at.clone();
        at.insert(factor.clone(), level.clone());
        let curve = evaluation.curve(spec, measure, best, &at)?;
        if curve.is_empty() {
            // A version of the study without that level has no order.
            return Ok(Found::new(Bounds::UNDEFINED, 0));
        }
        all.push(
            curve
                .into_iter()
                .map(|(_, values)| values)
                .collect::<Vec<_>>(),
        );
    }
    let ranking: Vec<Levels<'_>> = all.iter().map(|one| Levels::of(one)).collect();
    let n = ranking.iter().map(|one| ranking[0].pairs(one)).min();
    let bounds = evaluation.bootstrap.bounds(|drawn| tau_at(&ranking, drawn));
    Ok(Found::new(bounds, n.unwrap_or(0)))
}
