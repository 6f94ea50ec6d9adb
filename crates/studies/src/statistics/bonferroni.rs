//! The level of the primary predictions.

/// Primary predictions of the whole program: one a study, seventeen studies.
const PRIMARY_PREDICTIONS: u32 = 17;

/// Level of the interval that judges an exploratory prediction.
pub const EXPLORATORY_LEVEL: f64 = 0.95;

/// Level of the interval that judges a primary prediction: `1 - 0.05 / 17 = 0.99706`, printed as
/// 99.7%, so that all of them hold together with probability 95% at least, whatever their
/// dependence. O. J. Dunn, "Multiple comparisons among means", JASA 56 (1961), 52-64.
pub const PRIMARY_LEVEL: f64 = 1.0 - 0.05 / PRIMARY_PREDICTIONS as f64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seventeen_primaries_are_judged_at_99_7_percent() {
        assert_eq!(format!("{:.1}", 100.0 * PRIMARY_LEVEL), "99.7");
    }
}
