//! Differences between levels, and the order of levels.

use super::{Asked, Found};
use crate::analysis::grammar::Statistic;
use crate::analysis::level::Level;
use crate::statistics::{
    Bounds, Levels, Of, best_difference_at, differences, mean_over_levels, pairs, tau_at,
};

impl Asked<'_> {
    /// A measure minus the same at the levels of `versus`.
    pub(super) fn difference(&self, measure: &str) -> Result<Found, String> {
        let (spec, inference) = (self.spec, &self.evaluation.inference);
        let versus = self.with(spec.versus.clone());
        let of = match self.evaluation.measured[measure].statistic {
            Statistic::Share => Of::Shares,
            Statistic::Proportion => Of::Proportions,
            _ => Of::Numbers,
        };
        if let Some(factor) = &spec.best {
            let (own, control) = (
                lists(self.curve(measure, factor)?),
                lists(versus.curve(measure, factor)?),
            );
            let lists = own.iter().chain(&control);
            let (own, control) = (Levels(&own), Levels(&control));
            let bounds = inference.of(lists, |drawn| best_difference_at(own, control, drawn));
            return Ok(Found::new(
                inference.within(of, bounds),
                own.pairs(&control),
            ));
        }
        if let Some(over) = &spec.over {
            let (own, control) = (self.curve(measure, over)?, versus.curve(measure, over)?);
            let shared = own.iter().filter_map(|(level, values)| {
                let other = control.iter().find(|(known, _)| known == level)?;
                Some(differences(values, &other.1))
            });
            let mut shared: Vec<Vec<f64>> = shared.collect();
            if shared.is_empty() {
                shared.push(vec![f64::NAN; self.replicates()]);
            }
            let values = mean_over_levels(&shared);
            return Ok(Found {
                bounds: inference.within(of, inference.mean(&values)),
                n: pairs(&values, &values),
                values,
                counted: None,
            });
        }
        let (own, control) = (self.values(measure)?, versus.values(measure)?);
        let paired = spec.paired.unwrap_or(inference.pairs(of));
        let bounds = inference.difference(of, &own, &control, paired);
        Ok(if paired {
            Found {
                values: differences(&own, &control),
                ..Found::new(bounds, pairs(&own, &control))
            }
        } else {
            Found::new(bounds, pairs(&own, &own) + pairs(&control, &control))
        })
    }

    /// Kendall's tau of levels, each at its own best, against an order.
    pub(super) fn order(&self, measure: &str) -> Result<Found, String> {
        let spec = self.spec;
        let (Some((factor, ranks)), Some(best)) = (spec.ranks.iter().next(), &spec.best) else {
            return Err(
                "`order` needs `ranks` (levels of one factor) and `best` (a factor)".into(),
            );
        };
        let mut all = Vec::new();
        for level in ranks {
            let ranked = self.with([(factor.clone(), level.clone())]);
            let curve = ranked.curve(measure, best)?;
            if curve.is_empty() {
                // A version of the study without that level has no order.
                return Ok(Found::new(Bounds::UNDEFINED, 0));
            }
            all.push(lists(curve));
        }
        let ranking: Vec<Levels<'_>> = all.iter().map(|one| Levels(one)).collect();
        let n = ranking.iter().map(|one| ranking[0].pairs(one)).min();
        let inference = &self.evaluation.inference;
        let bounds = inference.of(all.iter().flatten(), |drawn| tau_at(&ranking, drawn));
        let bounds = bounds.no_further_than(-1.0, 1.0);
        Ok(Found::new(bounds, n.unwrap_or(0)))
    }
}

/// The values of a curve, one list a level.
pub(super) fn lists(curve: Vec<(Level, Vec<f64>)>) -> Vec<Vec<f64>> {
    curve.into_iter().map(|(_, values)| values).collect()
}
