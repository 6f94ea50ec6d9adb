//! By which factors numbers can have been multiplied.

use super::Pair;

/// A range of factors between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factors {
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

impl Factors {
    /// Whether they have a factor in common.
    pub fn overlap(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    /// The middle one.
    pub fn middle(self) -> f64 {
        f64::midpoint(self.low, self.high)
    }
}

impl Pair<'_> {
    /// The factors by which all numbers can have been multiplied in `steps` steps, each with one
    /// rounding: new = f old, to [`roundings`](crate::Format::roundings) halves of a unit in the
    /// last place. `None` if no factor does.
    pub fn factors(self, steps: f64) -> Option<Factors> {
        self.factors_up_to(1.0, steps)
    }

    /// The same for factors up to `high`.
    pub fn factors_up_to(self, high: f64, steps: f64) -> Option<Factors> {
        let mut factors = Factors { low: 0.0, high };
        let common = self.all(|old, new| {
            let error = self.format.roundings(steps) * self.format.half_ulp(old);
            if old == 0.0 {
                return new.abs() <= error;
            }
            let (ratio, error) = (new / old, error / old.abs());
            factors.low = factors.low.max(ratio - error);
            factors.high = factors.high.min(ratio + error);
            factors.low <= factors.high
        });
        common.then_some(factors)
    }

    /// ln of the chance that numbers which move by amounts of the size of |1 - `factor`| of their
    /// own all land as near to that factor as the roundings of `steps` steps allow, or, where
    /// these allow as much, happen to come nearer to 0.
    pub fn chance_of_factor(self, factor: f64, steps: f64) -> f64 {
        let mut chance = 0.0;
        let roundings = self.format.roundings(steps);
        self.all(|old, new| {
            if old != 0.0 {
                let window = 2.0 * roundings * self.format.half_ulp(old) / old.abs();
                // What roundings may take to 0 shows nothing.
                let largest = if old == new || window >= 1.0 {
                    1.0
                } else {
                    0.5
                };
                chance +=
                    libm::log((window / (1.0 - factor).abs()).clamp(f64::MIN_POSITIVE, largest));
            }
            true
        });
        chance
    }
}

#[cfg(test)]
mod tests {
    use crate::compare::tests::with;

    #[test]
    fn decay_of_many_steps_is_one_factor() {
        let old = [0.3_f32, -1.7, 2e-3, 0.0, 4.1e-5, 11.0];
        let mut new = old;
        for _ in 0..200 {
            for weight in &mut new {
                // PyTorch's SGD: gradient += decay x weight; weight -= rate x gradient.
                *weight -= 0.8 * (1e-4 * *weight);
            }
        }
        let factors = with(&old, &new, |pair| pair.factors(200.0)).unwrap();
        let exact = (0..200).fold(1.0, |product, _| product * (1.0 - 0.8e-4));
        assert!(factors.low <= exact && exact <= factors.high, "{factors:?}");
        assert!(factors.high - factors.low <= 400.0 * libm::exp2(-24.0));
        let chance = with(&old, &new, |pair| pair.chance_of_factor(exact, 200.0));
        assert!(chance < libm::log(1e-12), "{chance}");
        new[1] *= 1.0001;
        assert_eq!(with(&old, &new, |pair| pair.factors(200.0)), None);
    }
}
