//! The factors of weight decay in one interval: what rows without a gradient have in common.
//!
//! Weight decay multiplies every weight of a parameter group by the same factor at every step
//! (1 - learning rate x decay, for SGD's L2 and for AdamW alike). Rows that it alone moves
//! therefore show one factor within roundings. A row with enough weights shows it by itself: that
//! learning moves all of them by one factor to within 1e-5 or so does not happen by chance. A row
//! with few weights counts only if its factor is one that others show.

use crate::compare::{Factors, Pair};

/// How likely a coincidence may be in a whole interval of one network.
pub const COINCIDENCE: f64 = 0.01;

/// The factors found in one interval.
#[derive(Clone, Debug, Default)]
pub struct Decay {
    factors: Vec<Factors>,
    steps: f64,
    /// ln of how likely one row may be to show a factor by chance.
    threshold: f64,
}

impl Decay {
    /// Finds the factors that rows show by themselves, among `candidates` that moved and the
    /// factors that each may have moved by. `rows` is the number of all rows asked, `steps` that
    /// of the interval.
    pub fn find<'a>(
        candidates: impl Iterator<Item = (Pair<'a>, Factors)>,
        rows: usize,
        steps: f64,
    ) -> Self {
        let threshold = libm::log(COINCIDENCE / rows.max(1) as f64);
        let mut factors: Vec<Factors> = candidates
            .filter_map(|(row, own)| {
                // One weight more is needed to choose the factor than to confirm it.
                let weights = row.len().saturating_sub(1) as f64 / row.len().max(1) as f64;
                let chance = row.chance_of_factor(own.middle(), steps) * weights;
                // What is only known to be nearly 0 is no factor: all fell, each as it would.
                let known = 2.0 * own.low > own.high && own.high < 1.0;
                (known && chance < threshold).then_some(own)
            })
            .collect();
        factors.sort_by(|a, b| a.low.total_cmp(&b.low));
        // Neighbours with a factor in common are one group's.
        let mut merged: Vec<Factors> = Vec::new();
        for own in factors {
            match merged.last_mut() {
                Some(last) if last.overlap(own) => {
                    last.low = last.low.max(own.low);
                    last.high = last.high.min(own.high);
                }
                _ => merged.push(own),
            }
        }
        Self {
            factors: merged,
            steps,
            threshold,
        }
    }

    /// Whether decay moves anything here.
    pub fn is_active(&self) -> bool {
        !self.factors.is_empty()
    }

    /// The factors, one of each parameter group.
    pub fn factors(&self) -> impl Iterator<Item = f64> {
        self.factors.iter().map(|factors| factors.middle())
    }

    /// Whether decay alone explains how all of these parts moved, by one factor that rows show.
    pub fn explains<'a>(&self, parts: &(impl Iterator<Item = Pair<'a>> + Clone)) -> bool {
        self.factors.iter().any(|group| {
            let mut chance = 0.0;
            let common = parts.clone().all(|part| {
                chance += part.chance_of_factor(group.middle(), self.steps);
                part.factors(self.steps)
                    .is_some_and(|factors| factors.overlap(*group))
            });
            common && chance < self.threshold
        })
    }

    /// Whether a single number moved by one of the factors: no proof, but no objection.
    pub fn admits(&self, part: Pair<'_>) -> bool {
        let Some(own) = part.factors(self.steps) else {
            return false;
        };
        self.factors.iter().any(|group| group.overlap(own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::tests::{bytes, pair};

    #[test]
    fn small_rows_need_company() {
        let decayed = |old: &[f32]| -> Vec<f32> {
            let mut new = old.to_vec();
            for _ in 0..100 {
                for weight in &mut new {
                    *weight *= 1.0 - 1e-4;
                }
            }
            new
        };
        let large: Vec<f32> = (1..40).map(|i| i as f32 * 0.013).collect();
        let (old, new) = (bytes(&large), bytes(&decayed(&large)));
        let (small, small_new) = (bytes(&[0.3, 0.2]), bytes(&decayed(&[0.3, 0.2])));
        let one = |pair| std::iter::once(pair);
        let small = pair(&small, &small_new);
        let find = |pairs: &[Pair<'_>], rows| {
            let shown = pairs
                .iter()
                .map(|&pair| (pair, pair.factors(100.0).unwrap()));
            Decay::find(shown, rows, 100.0)
        };
        let found = find(&[pair(&old, &new), small], 100);
        let factor = found.factors().next().unwrap();
        assert!((factor - 0.990_049).abs() < 1e-5);
        assert!(found.explains(&one(pair(&old, &new))));
        // Two weights could agree by chance one time in 10^5: not enough among 10^7 rows.
        assert!(found.explains(&one(small)));
        let many = find(&[pair(&old, &new)], 10_000_000);
        assert!(many.is_active() && !many.explains(&one(small)));
        assert!(!find(&[small], 10_000).is_active());
        let other = bytes(&large.iter().map(|weight| weight * 0.95).collect::<Vec<_>>());
        assert!(!found.explains(&one(pair(&old, &other))));
    }
}
