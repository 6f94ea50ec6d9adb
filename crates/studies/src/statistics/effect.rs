//! Effects in a crossed design of replicated networks.

use super::bootstrap::Replicates;
use super::factorial::Factorial;
use super::mean::mean_at;

/// A full factorial design of cells with replicates.
#[derive(Clone, Copy, Debug)]
pub struct Crossed<'a> {
    /// Number of levels of each factor.
    pub levels: &'a [usize],
    /// One list a cell, by replicate; the last factor varies fastest.
    pub cells: &'a [Vec<f64>],
}

impl Crossed<'_> {
    /// The design of the means over a multiset of replicates; none where a cell has no value or
    /// the cells are not those of the levels.
    fn means_at(&self, drawn: &Replicates) -> Option<Factorial> {
        let cells = self.cells.iter();
        let means: Vec<f64> = cells.map(|cell| mean_at(cell, drawn)).collect();
        Factorial::new(self.levels, &means)
    }

    /// Effect of a set of factors at one combination of their levels (the last of them varying
    /// fastest): [`Factorial::effect`] of the means.
    pub fn effect_at(&self, factors: &[usize], combination: usize, drawn: &Replicates) -> f64 {
        self.of(drawn, |means| {
            let effect = means.effect(factors).get(combination).copied();
            effect.unwrap_or(f64::NAN)
        })
    }

    /// Largest minus smallest effect of a set of factors: [`Factorial::range`] of the means.
    pub fn range_at(&self, factors: &[usize], drawn: &Replicates) -> f64 {
        self.of(drawn, |means| means.range(factors))
    }

    /// Size of the effect of a set of factors: [`Factorial::root_mean_square`] of the means.
    pub fn size_at(&self, factors: &[usize], drawn: &Replicates) -> f64 {
        self.of(drawn, |means| means.root_mean_square(factors))
    }

    /// Range of the main effect of a factor minus the largest range among the other factors':
    /// above 0 where this factor matters most. `NaN` where there is no other.
    pub fn range_minus_largest_other_at(&self, factor: usize, drawn: &Replicates) -> f64 {
        self.of(drawn, |means| {
            let others = (0..self.levels.len()).filter(|other| *other != factor);
            let largest = others.map(|other| means.range(&[other])).reduce(f64::max);
            means.range(&[factor]) - largest.unwrap_or(f64::NAN)
        })
    }

    fn of(&self, drawn: &Replicates, statistic: impl Fn(&Factorial) -> f64) -> f64 {
        let means = self.means_at(drawn);
        means.map_or(f64::NAN, |means| statistic(&means))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_pilot_plant() {
        // Box, Hunter and Hunter (1978), table 10.1, whose cell means are those of two replicates:
        // effects (high minus low) of temperature 23, concentration -5, catalyst 1.5, temperature
        // with catalyst 10. Here catalyst, concentration, temperature.
        let cells = [
            [59.0, 61.0],
            [74.0, 70.0],
            [50.0, 58.0],
            [69.0, 67.0],
            [50.0, 54.0],
            [81.0, 85.0],
            [46.0, 44.0],
            [79.0, 81.0],
        ]
        .map(|replicates| replicates.to_vec());
        let design = Crossed {
            levels: &[2, 2, 2],
            cells: &cells,
        };
        let all = [0, 1];
        assert_eq!(design.range_at(&[2], &all), 23.0);
        assert_eq!(design.effect_at(&[1], 1, &all), -2.5);
        assert_eq!(design.size_at(&[0, 2], &all), 5.0);
        assert_eq!(design.range_minus_largest_other_at(2, &all), 18.0);
        assert_eq!(design.range_minus_largest_other_at(0, &all), 1.5 - 23.0);
        // Of the first replicate alone.
        let high = [74.0, 69.0, 81.0, 79.0].iter().sum::<f64>();
        let low = [59.0, 50.0, 50.0, 46.0].iter().sum::<f64>();
        assert!((design.range_at(&[2], &[0]) - (high - low) / 4.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_there_has_no_effect() {
        let cells = [vec![1.0, f64::NAN], vec![2.0, 3.0]];
        let design = Crossed {
            levels: &[2],
            cells: &cells,
        };
        assert_eq!(design.range_at(&[0], &[0, 1]), 1.5);
        assert!(design.range_at(&[0], &[1]).is_nan());
        assert!(design.effect_at(&[0], 2, &[0, 1]).is_nan());
        assert!(design.effect_at(&[1], 0, &[0, 1]).is_nan());
        assert!(design.range_minus_largest_other_at(0, &[0, 1]).is_nan());
    }
}
