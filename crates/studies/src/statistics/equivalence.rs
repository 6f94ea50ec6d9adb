//! Equivalence within a margin.

use serde::Serialize;

use super::interval::Interval;

/// Whether a difference is small, shown to be so and not merely not shown to be large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Equivalence {
    /// The whole interval lies within the margin.
    Equivalent,
    /// The whole interval lies outside, on one side.
    Different,
    /// Neither, or an end of the interval is undefined.
    Undecided,
}

/// Equivalence of a difference to 0 within `margin`: the whole `interval` lies in
/// `[-margin, margin]`.
///
/// With a `1 - 2 alpha` interval this is the pair of one-sided tests at level `alpha` (TOST) of
/// D. J. Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987), 657-680. Here the judging interval is
/// the two-sided 95% or 99.7% one, so the tests are at half of what remains, 2.5% or 0.15%: never
/// laxer than the convention of 5%. A failed difference is never taken for equivalence.
pub fn equivalence(interval: Interval, margin: f64) -> Equivalence {
    if interval.low >= -margin && interval.high <= margin {
        Equivalence::Equivalent
    } else if interval.low > margin || interval.high < -margin {
        Equivalence::Different
    } else {
        Equivalence::Undecided
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_interval_decides() {
        let judge = |low, high| equivalence(Interval { low, high }, 1.0);
        assert_eq!(judge(-0.9, 1.0), Equivalence::Equivalent);
        assert_eq!(
            judge(-0.2, 1.1),
            Equivalence::Undecided,
            "no difference shown, none excluded"
        );
        assert_eq!(judge(1.1, 3.0), Equivalence::Different);
        assert_eq!(judge(-3.0, -1.5), Equivalence::Different);
        assert_eq!(judge(f64::NAN, 0.5), Equivalence::Undecided);
        assert_eq!(
            equivalence(Interval::UNDEFINED, 1.0),
            Equivalence::Undecided
        );
    }
}
