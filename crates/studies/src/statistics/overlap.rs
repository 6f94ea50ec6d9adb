//! Overlap of two sets against what chance alone would give.

use serde::Serialize;

/// Overlap of two sets of sizes `a` and `b` drawn from `n` elements.
///
/// By chance alone, all sets of these sizes being equally likely, the intersection `K` is
/// hypergeometric: `P(K = k) = C(a, k) C(n - a, b - k) / C(n, b)`, with mean `a b / n`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Overlap {
    /// Elements in all.
    pub population: u64,
    /// Size of the first set.
    pub first: u64,
    /// Size of the second set.
    pub second: u64,
    /// Elements in both.
    pub intersection: u64,
    /// `a b / n`.
    pub expected_intersection: f64,
    /// `|A n B| / |A u B|`; `NaN` if both sets are empty.
    pub jaccard: f64,
    /// Mean over the hypergeometric distribution of `k / (a + b - k)`; `NaN` if both are empty.
    pub expected_jaccard: f64,
    /// `(intersection - expected) / (min(a, b) - expected)`: 1 if one set holds the other, 0 at
    /// chance, below 0 under it. `NaN` where chance allows one value only (a set empty or full).
    pub corrected: f64,
    /// The same correction of the Jaccard index, `(J - E J) / (max J - E J)` with
    /// `max J = min(a, b) / max(a, b)`; `NaN` where the other is.
    pub corrected_jaccard: f64,
    /// Probability of an intersection at least as large by chance alone.
    pub probability: f64,
}

/// Overlap of two sets given by membership, one flag an element.
///
/// The correction is the general `(index - expected) / (maximum - expected)` of L. Hubert and
/// P. Arabie, Journal of Classification 2 (1985), 193-218. `None` if the slices differ in length.
pub fn overlap(first: &[bool], second: &[bool]) -> Option<Overlap> {
    if first.len() != second.len() {
        return None;
    }
    let count = |flags: &[bool]| flags.iter().filter(|flag| **flag).count() as u64;
    let both = first.iter().zip(second).filter(|(a, b)| **a && **b).count() as u64;
    Some(from_counts(
        first.len() as u64,
        count(first),
        count(second),
        both,
    ))
}

fn from_counts(n: u64, a: u64, b: u64, intersection: u64) -> Overlap {
    let expected_intersection = if n == 0 {
        f64::NAN
    } else {
        a as f64 * b as f64 / n as f64
    };
    let index = |k: u64| {
        let union = a + b - k;
        if union == 0 {
            f64::NAN
        } else {
            k as f64 / union as f64
        }
    };
    let (smallest, largest) = ((a + b).saturating_sub(n), a.min(b));
    let mut expected_jaccard = 0.0;
    let mut probability = 0.0;
    for k in smallest..=largest {
        let chance = hypergeometric(n, a, b, k);
        expected_jaccard += chance * index(k);
        if k >= intersection {
            probability += chance;
        }
    }
    let corrected = |value: f64, expected: f64, maximum: f64| {
        if smallest == largest {
            f64::NAN
        } else {
            (value - expected) / (maximum - expected)
        }
    };
    Overlap {
        population: n,
        first: a,
        second: b,
        intersection,
        expected_intersection,
        jaccard: index(intersection),
        expected_jaccard,
        corrected: corrected(intersection as f64, expected_intersection, largest as f64),
        corrected_jaccard: corrected(index(intersection), expected_jaccard, index(largest)),
        probability: probability.min(1.0),
    }
}

/// `C(a, k) C(n - a, b - k) / C(n, b)`, for a `k` that is possible.
fn hypergeometric(n: u64, a: u64, b: u64, k: u64) -> f64 {
    libm::exp(log_choose(a, k) + log_choose(n - a, b - k) - log_choose(n, b))
}

fn log_choose(n: u64, k: u64) -> f64 {
    let log_factorial = |x: u64| libm::lgamma(x as f64 + 1.0);
    log_factorial(n) - log_factorial(k) - log_factorial(n - k)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lady_tasting_tea() {
        // Fisher (1935): 8 cups, 4 and 4, three right: P(K >= 3) = 17/70, P(K = 4) = 1/70.
        let three = from_counts(8, 4, 4, 3);
        assert!((three.probability - 17.0 / 70.0).abs() < 1e-12);
        assert!((from_counts(8, 4, 4, 4).probability - 1.0 / 70.0).abs() < 1e-12);
        assert_eq!(three.expected_intersection, 2.0);
        assert_eq!(three.corrected, 0.5);
        assert_eq!(three.jaccard, 3.0 / 5.0);
        // E J = (16 * 1/7 + 36 * 2/6 + 16 * 3/5 + 1) / 70, by hand.
        let expected = (16.0 / 7.0 + 12.0 + 48.0 / 5.0 + 1.0) / 70.0;
        assert!((three.expected_jaccard - expected).abs() < 1e-12);
    }

    #[test]
    fn chance_is_zero_on_average() {
        // Over all 6 pairs of 2-element subsets of 4 with a fixed one, the mean is 0 exactly.
        let first = [true, true, false, false];
        let mut total = (0.0, 0.0);
        for i in 0..4 {
            for j in 0..i {
                let mut second = [false; 4];
                second[i] = true;
                second[j] = true;
                let found = overlap(&first, &second).unwrap();
                total.0 += found.corrected;
                total.1 += found.corrected_jaccard;
            }
        }
        assert!(total.0.abs() < 1e-12 && total.1.abs() < 1e-12, "{total:?}");
    }

    #[test]
    fn what_chance_cannot_vary_is_undefined() {
        for (n, a, b, k) in [(10, 0, 3, 0), (10, 10, 3, 3), (0, 0, 0, 0)] {
            let found = from_counts(n, a, b, k);
            assert!(
                found.corrected.is_nan() && found.corrected_jaccard.is_nan(),
                "{found:?}"
            );
        }
        assert!(overlap(&[true], &[]).is_none());
        assert!(overlap(&[false], &[false]).unwrap().jaccard.is_nan());
    }

    #[test]
    fn equal_sets_of_many_elements_overlap_wholly() {
        let flags: Vec<bool> = (0..14_000).map(|i| i % 7 == 0).collect();
        let found = overlap(&flags, &flags).unwrap();
        assert_eq!(found.corrected, 1.0);
        assert!((found.corrected_jaccard - 1.0).abs() < 1e-12 && found.probability < 1e-300);
    }
}
