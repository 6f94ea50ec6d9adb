//! Main effects and interactions of a crossed design.

/// Cell means of a full factorial design: one value for each combination of levels.
///
/// The effects are those of the sum-to-zero decomposition
/// `y(i, j, ..) = mean + a_i + b_j + (ab)_ij + ..`: the effect of a set of factors at a
/// combination of their levels is the mean over all cells with these levels, minus the effects of
/// all proper subsets (the empty one being the grand mean). D. C. Montgomery, Design and Analysis
/// of Experiments, chapter 5. With replicates the cell values are means over them, and intervals
/// come from resampling the replicates jointly ([`Bootstrap`](super::Bootstrap)). Sizes of effects
/// ([`range`](Self::range), [`root_mean_square`](Self::root_mean_square)) cannot be negative, so noise alone
/// makes them positive: compare them with each other, not with 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Factorial {
    levels: Vec<usize>,
    cells: Vec<f64>,
}

impl Factorial {
    /// A design with `levels` levels of each factor; the last factor varies fastest in `cells`.
    /// None if a cell is lacking, or its value is `NaN`: no network of it works.
    pub fn new(levels: &[usize], cells: &[f64]) -> Option<Self> {
        let whole = levels.iter().product::<usize>() == cells.len() && !cells.is_empty();
        let defined = cells.iter().all(|value| !value.is_nan());
        (whole && defined).then(|| Self {
            levels: levels.into(),
            cells: cells.into(),
        })
    }

    /// Effect of a set of factors (by index, increasing) at each combination of their levels, the
    /// last of them varying fastest. `[]` gives the grand mean, `[0]` a main effect, `[0, 1]` an
    /// interaction. Empty if a factor does not exist.
    pub fn effect(&self, factors: &[usize]) -> Vec<f64> {
        if factors.iter().any(|factor| *factor >= self.levels.len()) {
            return Vec::new();
        }
        // Inclusion and exclusion over the subsets of the factors.
        let mut effect = vec![0.0; self.combinations(factors)];
        for subset in 0..1_usize << factors.len() {
            let chosen: Vec<usize> = (0..factors.len())
                .filter(|i| subset >> i & 1 == 1)
                .map(|i| factors[i])
                .collect();
            let sign = if (factors.len() - chosen.len()).is_multiple_of(2) {
                1.0
            } else {
                -1.0
            };
            let means = self.marginal_means(&chosen);
            for (combination, value) in effect.iter_mut().enumerate() {
                let levels = self.levels_at(factors, combination);
                *value += sign * means[self.index_at(&chosen, factors, &levels)];
            }
        }
        effect
    }

    /// Mean of all cells at each combination of levels of the factors, the last varying fastest.
    fn marginal_means(&self, factors: &[usize]) -> Vec<f64> {
        let mut sums = vec![0.0; self.combinations(factors)];
        let each = self.cells.len() / sums.len();
        for (cell, value) in self.cells.iter().enumerate() {
            let mut index = 0;
            for factor in factors {
                index = index * self.levels[*factor] + self.level(cell, *factor);
            }
            sums[index] += value;
        }
        sums.into_iter().map(|sum| sum / each as f64).collect()
    }

    /// Largest minus smallest effect: for a factor of two levels, the usual "effect" (high minus
    /// low) in absolute value.
    pub fn range(&self, factors: &[usize]) -> f64 {
        let effect = self.effect(factors);
        let fold =
            |pick: fn(f64, f64) -> f64| effect.iter().copied().reduce(pick).unwrap_or(f64::NAN);
        fold(f64::max) - fold(f64::min)
    }

    /// Square root of the mean squared effect: its standard deviation over the cells. The squares
    /// of all effects but the grand mean's add up to the variance of the cells.
    pub fn root_mean_square(&self, factors: &[usize]) -> f64 {
        let effect = self.effect(factors);
        let squares: f64 = effect.iter().map(|value| value * value).sum();
        (squares / effect.len() as f64).sqrt()
    }

    /// Level of a factor at a cell; the last factor varies fastest.
    fn level(&self, cell: usize, factor: usize) -> usize {
        let stride: usize = self.levels[factor + 1..].iter().product();
        cell / stride % self.levels[factor]
    }

    fn combinations(&self, factors: &[usize]) -> usize {
        factors.iter().map(|factor| self.levels[*factor]).product()
    }

    /// Levels of `factors` at a combination, the last factor varying fastest.
    fn levels_at(&self, factors: &[usize], mut combination: usize) -> Vec<usize> {
        let mut levels = vec![0; factors.len()];
        for (level, factor) in levels.iter_mut().zip(factors).rev() {
            *level = combination % self.levels[*factor];
            combination /= self.levels[*factor];
        }
        levels
    }

    /// Index of a combination of `factors` among those of a subset of them.
    fn index_at(&self, subset: &[usize], factors: &[usize], levels: &[usize]) -> usize {
        factors
            .iter()
            .zip(levels)
            .filter(|(factor, _)| subset.contains(factor))
            .fold(0, |index, (factor, level)| {
                index * self.levels[*factor] + level
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Box, Hunter and Hunter, Statistics for Experimenters (1978), table 10.1: yield of a pilot
    /// plant by temperature, concentration and catalyst.
    fn pilot_plant() -> Factorial {
        // Here catalyst, concentration, temperature, so that the book's standard order is ours.
        Factorial::new(
            &[2, 2, 2],
            &[60.0, 72.0, 54.0, 68.0, 52.0, 83.0, 45.0, 80.0],
        )
        .unwrap()
    }

    #[test]
    fn agrees_with_the_pilot_plant() {
        // Published: T 23, C -5, K 1.5, TC 1.5, TK 10, CK 0, TCK 0.5; mean 64.25. An effect there
        // is high minus low, twice the sum-to-zero effect at the high level.
        let design = pilot_plant();
        assert_eq!(design.effect(&[]), [64.25]);
        for (factors, published) in [
            (vec![2], 23.0),
            (vec![1], -5.0),
            (vec![0], 1.5),
            (vec![1, 2], 1.5),
            (vec![0, 2], 10.0),
            (vec![0, 1], 0.0),
            (vec![0, 1, 2], 0.5),
        ] {
            let effect = design.effect(&factors);
            assert!(
                (2.0 * effect[effect.len() - 1] - published).abs() < 1e-12,
                "{factors:?}"
            );
            assert!(
                (design.range(&factors) - f64::abs(published)).abs() < 1e-12,
                "{factors:?}"
            );
        }
    }

    #[test]
    fn the_effects_add_up_to_the_variance() {
        let cells: Vec<f64> = (0..12).map(|i| f64::from((i * 7 + 3) % 11)).collect();
        let design = Factorial::new(&[3, 4], &cells).unwrap();
        let mean = design.effect(&[])[0];
        let variance = cells.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / 12.0;
        let parts: f64 = [vec![0], vec![1], vec![0, 1]]
            .iter()
            .map(|factors| design.root_mean_square(factors))
            .map(|size| size * size)
            .sum();
        assert!((variance - parts).abs() < 1e-12);
        for factors in [vec![0], vec![1], vec![0, 1]] {
            assert!(design.effect(&factors).iter().sum::<f64>().abs() < 1e-12);
        }
    }

    #[test]
    fn without_a_cell_there_is_no_design() {
        let mut cells = [1.0; 6];
        cells[4] = f64::NAN;
        assert_eq!(Factorial::new(&[2, 3], &cells), None);
        assert_eq!(Factorial::new(&[2, 2], &[0.0; 3]), None);
        assert_eq!(Factorial::new(&[0], &[]), None);
        assert!(pilot_plant().effect(&[3]).is_empty());
    }
}
