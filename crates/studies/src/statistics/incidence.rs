//! Cumulative share of final deaths, with collapse and divergence as competing outcomes.

use serde::Serialize;

/// How a filter's life went, in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Alive at the end in a working network.
    Alive,
    /// Dead from step 0 to the end in a working network.
    BornDead,
    /// Its death that lasted to the end began in (after, by], in a working network.
    Died {
        /// Last step at which it was known to be alive.
        after: u32,
        /// First step at which it was known to be dead.
        by: u32,
    },
    /// Its network collapsed for good at this step.
    Collapsed(u32),
    /// Its network diverged at this step.
    Diverged(u32),
}

/// Shares of all filters by a step; they compete, so that their sum is at most 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Incidence {
    /// Updates done.
    pub step: u32,
    /// Dead from step 0 to the end.
    pub born_dead: f64,
    /// Final death certainly before or at this step: `by <= step`.
    pub died: f64,
    /// Final death possibly before or at this step: `after < step`. At least `died`.
    pub possibly_died: f64,
    /// In a network that has collapsed for good.
    pub collapsed: f64,
    /// In a network that has diverged.
    pub diverged: f64,
}

/// Cumulative incidence of each fate over `steps`.
///
/// Every network is followed to its end, nothing is censored, so the cumulative incidence function
/// of competing risks is a plain share: `F_k(t) = #(fate k by t) / n` (J. P. Klein and
/// M. L. Moeschberger, Survival Analysis, 2nd ed., section 4.7, without censoring). A death is
/// known only to lie in an interval, which gives two curves, the certain and the possible one;
/// the truth lies between. A filter of a network that collapsed or diverged in the end counts
/// there and not among the dead, whenever it died.
///
/// `fates` are the filters of one replicate (average the replicates, not the filters of all).
/// All shares are `NaN` without filters.
pub fn cumulative_incidence(fates: &[Fate], steps: &[u32]) -> Vec<Incidence> {
    let share = |holds: &dyn Fn(&Fate) -> bool| {
        if fates.is_empty() {
            return f64::NAN;
        }
        fates.iter().filter(|fate| holds(fate)).count() as f64 / fates.len() as f64
    };
    steps
        .iter()
        .map(|&step| Incidence {
            step,
            born_dead: share(&|fate| matches!(fate, Fate::BornDead)),
            died: share(&|fate| matches!(fate, Fate::Died { by, .. } if *by <= step)),
            possibly_died: share(&|fate| matches!(fate, Fate::Died { after, .. } if *after < step)),
            collapsed: share(&|fate| matches!(fate, Fate::Collapsed(at) if *at <= step)),
            diverged: share(&|fate| matches!(fate, Fate::Diverged(at) if *at <= step)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let fates = [
            Fate::Alive,
            Fate::BornDead,
            Fate::Died { after: 3, by: 5 },
            Fate::Died { after: 5, by: 20 },
            Fate::Collapsed(10),
        ];
        let curve = cumulative_incidence(&fates, &[0, 3, 4, 5, 10, 20]);
        let died: Vec<f64> = curve.iter().map(|point| point.died).collect();
        let possibly: Vec<f64> = curve.iter().map(|point| point.possibly_died).collect();
        assert_eq!(died, [0.0, 0.0, 0.0, 0.2, 0.2, 0.4]);
        assert_eq!(possibly, [0.0, 0.0, 0.2, 0.2, 0.4, 0.4]);
        assert_eq!(curve[3].collapsed, 0.0);
        assert_eq!(curve[4].collapsed, 0.2);
        assert!(
            curve
                .iter()
                .all(|point| point.born_dead == 0.2 && point.diverged == 0.0)
        );
    }

    #[test]
    fn curves_rise_and_stay_below_one() {
        let fates: Vec<Fate> = (0..60)
            .map(|i| match i % 4 {
                0 => Fate::Died {
                    after: i,
                    by: i + 7,
                },
                1 => Fate::Collapsed(i),
                2 => Fate::Diverged(i * 2),
                _ => Fate::BornDead,
            })
            .collect();
        let steps: Vec<u32> = (0..140).collect();
        let curve = cumulative_incidence(&fates, &steps);
        for pair in curve.windows(2) {
            assert!(pair[0].died <= pair[1].died && pair[0].possibly_died <= pair[1].possibly_died);
        }
        for point in &curve {
            assert!(point.died <= point.possibly_died);
            assert!(
                point.born_dead + point.possibly_died + point.collapsed + point.diverged
                    <= 1.0 + 1e-12
            );
        }
        let end = curve[curve.len() - 1];
        assert!((end.born_dead + end.died + end.collapsed + end.diverged - 1.0).abs() < 1e-12);
    }

    #[test]
    fn no_filters_no_share() {
        assert!(cumulative_incidence(&[], &[0])[0].died.is_nan());
    }
}
