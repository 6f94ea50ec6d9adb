//! How many of the weights stopped before are stopped again, and how many by chance.

/// Two sets of weights against each other.
///
/// By chance alone, within each part of the network all sets of the two sizes being equally
/// likely, the intersection has the mean sum over parts of a b / n, and is at most the sum of
/// min(a, b).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Kept {
    /// Weights in both sets.
    pub both: f64,
    /// Mean of that number by chance.
    pub by_chance: f64,
    /// The most that it can be.
    pub at_most: f64,
}

impl Kept {
    /// Counts over the weights that `counts` lets count; `part` says which of the `parts` parts a
    /// weight belongs to.
    pub fn count(
        parts: usize,
        part: impl Fn(usize) -> usize,
        first: &[bool],
        second: &[bool],
        counts: impl Fn(usize) -> bool,
    ) -> Self {
        // Of each part: weights, first set, second set, both.
        let mut sizes = vec![[0_u32; 4]; parts];
        for (index, (&first, &second)) in first.iter().zip(second).enumerate() {
            if counts(index) {
                let own = [true, first, second, first && second];
                let size = &mut sizes[part(index)];
                for (size, is_in) in size.iter_mut().zip(own) {
                    *size += u32::from(is_in);
                }
            }
        }
        let mut kept = Self::default();
        for [n, first, second, both] in sizes.into_iter().filter(|size| size[0] > 0) {
            kept.both += f64::from(both);
            kept.by_chance += f64::from(first) * f64::from(second) / f64::from(n);
            kept.at_most += f64::from(first.min(second));
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_counted_within_each_part() {
        // Part 0 holds 2 weights, both in both sets; part 1 holds 4, none of them in any.
        let set = [true, true, false, false, false, false];
        let part = |index: usize| usize::from(index > 1);
        let kept = Kept::count(2, part, &set, &set, |_| true);
        assert_eq!((kept.both, kept.by_chance, kept.at_most), (2.0, 2.0, 2.0));
        // In one part chance would give 2 * 2 / 6.
        let kept = Kept::count(1, |_| 0, &set, &set, |_| true);
        assert!((kept.by_chance - 2.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn what_does_not_count_is_left_out() {
        let (first, second) = ([true, true, false, true], [true, false, true, true]);
        let kept = Kept::count(1, |_| 0, &first, &second, |index| index > 0);
        assert_eq!((kept.both, kept.at_most), (1.0, 2.0));
        assert!((kept.by_chance - 2.0 * 2.0 / 3.0).abs() < 1e-15);
    }
}
