//! The level of the primary predictions.

/// Primary predictions of the whole program: one a study, seventeen studies.
pub const PRIMARY_PREDICTIONS: u32 = 17;

/// Level of the interval that judges an exploratory prediction.
pub const EXPLORATORY_LEVEL: f64 = 0.95;

/// Level of the interval that judges a primary prediction: `1 - 0.05 / 17 = 0.99706`, printed as
/// 99.7%.
pub const PRIMARY_LEVEL: f64 = 1.0 - 0.05 / PRIMARY_PREDICTIONS as f64;

/// Level of each of `comparisons` intervals so that all of them hold together with probability at
/// least `family_level`, whatever their dependence: `1 - (1 - family_level) / comparisons`.
///
/// O. J. Dunn, "Multiple comparisons among means", JASA 56 (1961), 52-64. `NaN` for no comparison.
pub fn bonferroni_level(family_level: f64, comparisons: u32) -> f64 {
    if comparisons == 0 {
        return f64::NAN;
    }
    1.0 - (1.0 - family_level) / f64::from(comparisons)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seventeen_primaries_are_judged_at_99_7_percent() {
        assert!(
            (bonferroni_level(EXPLORATORY_LEVEL, PRIMARY_PREDICTIONS) - PRIMARY_LEVEL).abs()
                < 1e-15
        );
        assert_eq!(format!("{:.1}", 100.0 * PRIMARY_LEVEL), "99.7");
        assert!((bonferroni_level(0.95, 5) - 0.99).abs() < 1e-15);
        assert!(bonferroni_level(0.95, 0).is_nan());
    }
}
