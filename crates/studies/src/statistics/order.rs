//! Agreement of an order of arms with one known before.

use super::best::{Levels, best_difference_at};
use super::bootstrap::Replicates;

/// Kendall's tau of arms, each at its best level, with the order in which they are given, the
/// best first: `(pairs in that order - pairs in the reverse) / pairs`, a pair being compared by
/// [`best_difference_at`]. Ties count for neither. M. G. Kendall, Biometrika 30 (1938), 81-93.
///
/// `NaN` for fewer than two arms and where a pair cannot be compared.
pub fn tau_at(ranking: &[Levels<'_>], drawn: &Replicates) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0.0);
    for (index, better) in ranking.iter().enumerate() {
        for worse in &ranking[index + 1..] {
            let difference = best_difference_at(*better, *worse, drawn);
            if difference.is_nan() {
                return f64::NAN;
            }
            if difference != 0.0 {
                sum += difference.signum();
            }
            pairs += 1.0;
        }
    }
    sum / pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tau_counts_pairs_in_order_and_in_reverse() {
        let tau_of = |values: &[f64]| {
            let all: Vec<[Vec<f64>; 1]> = values.iter().map(|value| [vec![*value; 4]]).collect();
            let ranking: Vec<Levels<'_>> = all.iter().map(|arm| Levels(arm)).collect();
            tau_at(&ranking, &[0, 1, 2, 3])
        };
        assert_eq!(tau_of(&[0.9, 0.8, 0.7]), 1.0);
        assert_eq!(tau_of(&[0.7, 0.8, 0.9]), -1.0);
        assert!((tau_of(&[0.9, 0.7, 0.8]) - 1.0 / 3.0).abs() < 1e-12);
        assert!((tau_of(&[0.9, 0.9, 0.8]) - 2.0 / 3.0).abs() < 1e-12);
        // Kendall's own example of two judges' rankings, 1 2 3 4 5 6 7 8 9 10 against
        // 4 7 2 10 3 6 8 1 5 9: S = 5, tau = 0.11.
        let ranks = [4.0, 7.0, 2.0, 10.0, 3.0, 6.0, 8.0, 1.0, 5.0, 9.0];
        assert!((tau_of(&ranks.map(|rank| -rank)) - 5.0 / 45.0).abs() < 1e-12);
        assert!(tau_of(&[0.9]).is_nan() && tau_of(&[0.9, f64::NAN]).is_nan());
    }
}
