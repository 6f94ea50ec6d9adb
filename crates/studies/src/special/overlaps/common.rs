//! Two sets within the same things, against chance.

/// Members of two sets in common, by chance, and at most.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Common {
    /// In both.
    pub both: f64,
    /// So many would be, if the sets were independent.
    pub by_chance: f64,
    /// The size of the smaller set.
    pub at_most: f64,
}

impl Common {
    /// Of two sets within one part of `n`: sizes of both and of their intersection.
    pub fn of(n: f64, [first, second, both]: [f64; 3]) -> Self {
        if n == 0.0 {
            return Self::default();
        }
        Self {
            both,
            by_chance: first * second / n,
            at_most: first.min(second),
        }
    }

    /// Of two parts, or pairs, together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            both: self.both + other.both,
            by_chance: self.by_chance + other.by_chance,
            at_most: self.at_most + other.at_most,
        }
    }

    /// (both - by chance) / (at most - by chance), over several parts or pairs: 1 where one set
    /// holds the other, 0 at chance. `NaN` where chance leaves no room.
    pub fn corrected(self) -> f64 {
        if self.at_most - self.by_chance > 1e-9 {
            (self.both - self.by_chance) / (self.at_most - self.by_chance)
        } else {
            f64::NAN
        }
    }
}
