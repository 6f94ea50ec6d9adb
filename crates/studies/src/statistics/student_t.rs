//! Student's t: its quantiles, and intervals of means of few networks.

use std::sync::OnceLock;

use super::incomplete_beta::beta_quantile;
use super::interval::{Bounds, Interval};
use super::moments::{mean, standard_deviation};
use super::{EXPLORATORY_LEVEL, PRIMARY_LEVEL};

/// The `t` with `P(-t <= T <= t) = level` for Student's T with so many degrees of freedom (which
/// need not be whole).
///
/// `P(|T| <= t) = 1 - I_x(degrees / 2, 1 / 2)` at `x = degrees / (degrees + t^2)` (NIST Digital
/// Library of Mathematical Functions, 8.17), inverted for `x`, or for `1 - x` where `t` is small.
/// `NaN` for a level outside (0, 1) or degrees of freedom that are not above 0.
pub fn t_quantile(level: f64, degrees: f64) -> f64 {
    let domain = level > 0.0 && level < 1.0 && degrees > 0.0 && degrees.is_finite();
    if !domain {
        return f64::NAN;
    }
    let half = degrees / 2.0;
    let square_over_degrees = if level < 0.5 {
        let rest = beta_quantile(level, 0.5, half);
        rest / (1.0 - rest)
    } else {
        let x = beta_quantile(1.0 - level, half, 0.5);
        (1.0 - x) / x
    };
    (degrees * square_over_degrees).sqrt()
}

/// An estimate with a standard error: `value -+ t standard_error` at both levels. No interval
/// where the standard error is 0 (all replicates equal says nothing of others) or undefined.
pub fn t_bounds(value: f64, standard_error: f64, degrees: f64) -> Bounds {
    let [of95, of997] = quantiles(degrees);
    let interval = |quantile: f64| {
        let reach = quantile * standard_error;
        if reach > 0.0 && reach.is_finite() && value.is_finite() {
            Interval {
                low: value - reach,
                high: value + reach,
            }
        } else {
            Interval::UNDEFINED
        }
    };
    Bounds {
        value,
        interval95: interval(of95),
        interval997: interval(of997),
    }
}

/// The quantiles of both levels; those of few networks are asked over and over, and kept.
fn quantiles(degrees: f64) -> [f64; 2] {
    static KEPT: [OnceLock<[f64; 2]>; 64] = [const { OnceLock::new() }; 64];
    let of =
        |degrees: f64| [EXPLORATORY_LEVEL, PRIMARY_LEVEL].map(|level| t_quantile(level, degrees));
    match KEPT.get(degrees as usize) {
        Some(kept) if degrees.fract() == 0.0 => *kept.get_or_init(|| of(degrees)),
        _ => of(degrees),
    }
}

/// Mean of the `n` values that are defined: standard error `s / sqrt(n)`, `n - 1` degrees of
/// freedom. What the jackknife and Welch's t come to in simple cases.
pub(super) fn t_mean(values: &[f64]) -> Bounds {
    let (mean, error, degrees) = summary(values);
    t_bounds(mean, error, degrees)
}

/// Mean of `arm` minus that of `control`, over the networks of each that have a value, unpaired:
/// standard error `sqrt(v_a + v_c)` with `v = s^2 / n`, and
/// `(v_a + v_c)^2 / (v_a^2 / (n_a - 1) + v_c^2 / (n_c - 1))` degrees of freedom. B. L. Welch,
/// Biometrika 34 (1947), 28-35.
///
/// Where all networks of one side are equal (no death in any) the other side alone makes the
/// interval; where those of both are, there is none.
pub fn welch(arm: &[f64], control: &[f64]) -> Bounds {
    let ((a, error_a, degrees_a), (c, error_c, degrees_c)) = (summary(arm), summary(control));
    let (of_a, of_c) = (error_a * error_a, error_c * error_c);
    let variance = of_a + of_c;
    let degrees = variance * variance / (of_a * of_a / degrees_a + of_c * of_c / degrees_c);
    t_bounds(a - c, variance.sqrt(), degrees)
}

/// Mean, standard error of the mean and degrees of freedom of the values that are defined.
fn summary(values: &[f64]) -> (f64, f64, f64) {
    let defined = values.iter().copied().filter(|value| !value.is_nan());
    let defined: Vec<f64> = defined.collect();
    let n = defined.len() as f64;
    let error = standard_deviation(&defined) / n.sqrt();
    (mean(&defined), error, n - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_published_tables() {
        // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, two-sided.
        for (level, degrees, published) in [
            (0.90, 1.0, 6.314),
            (0.95, 1.0, 12.706),
            (0.95, 2.0, 4.303),
            (0.95, 7.0, 2.365),
            (0.95, 15.0, 2.131),
            (0.95, 100.0, 1.984),
            (0.98, 4.0, 3.747),
            (0.99, 7.0, 3.499),
            (0.998, 7.0, 4.785),
            (0.998, 19.0, 3.579),
        ] {
            let found = t_quantile(level, degrees);
            assert!(
                (found - published).abs() < 5e-4,
                "{level} {degrees} {found}"
            );
        }
    }

    #[test]
    fn agrees_with_closed_forms_and_the_normal_limit() {
        for level in [1e-6, 0.1, 0.5, 0.9, 0.997, 0.999_999] {
            // One degree of freedom is Cauchy's distribution; two: t = L sqrt(2 / (1 - L^2)).
            let cauchy = libm::tan(std::f64::consts::FRAC_PI_2 * level);
            assert!(
                (t_quantile(level, 1.0) / cauchy - 1.0).abs() < 1e-9,
                "{level}"
            );
            let two = level * (2.0 / (1.0 - level * level)).sqrt();
            assert!((t_quantile(level, 2.0) / two - 1.0).abs() < 1e-9, "{level}");
        }
        assert!((t_quantile(0.95, 1e6) - 1.959_966).abs() < 1e-5);
        let nonsense = [(0.0, 3.0), (1.0, 3.0), (0.95, 0.0), (0.95, f64::NAN)];
        assert!(
            nonsense
                .iter()
                .all(|(level, n)| t_quantile(*level, *n).is_nan())
        );
    }

    #[test]
    fn a_mean_has_the_interval_of_its_t() {
        // Student (1908), additional hours of sleep, second soporific minus the first: mean 1.58,
        // R's t.test(extra ~ group, paired = TRUE): 0.7001142 to 2.4598858.
        let hours = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
        let found = t_mean(&hours);
        assert!((found.value - 1.58).abs() < 1e-12);
        assert!((found.interval95.low - 0.700_114_2).abs() < 1e-6);
        assert!((found.interval95.high - 2.459_885_8).abs() < 1e-6);
        assert!(!t_mean(&[2.0, 2.0, f64::NAN]).interval95.is_defined());
        assert!(!t_mean(&[2.0]).interval95.is_defined() && t_mean(&[]).value.is_nan());
    }

    #[test]
    fn unpaired_networks_are_compared_by_welch() {
        // The same as if they were of different patients, R's t.test(extra ~ group): first minus
        // second -1.58, -3.3654832 to 0.2054832, 17.776 degrees of freedom.
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let found = welch(&first, &second);
        assert!((found.value + 1.58).abs() < 1e-12);
        assert!((found.interval95.low + 3.365_483_2).abs() < 1e-6);
        assert!((found.interval95.high - 0.205_483_2).abs() < 1e-6);
        // One side without a death: the other's own interval.
        let own = t_mean(&first).interval95;
        let one = welch(&first, &[0.0; 5]).interval95;
        assert!((one.low - own.low).abs() < 1e-12 && (one.high - own.high).abs() < 1e-12);
        assert!(!welch(&[0.0; 4], &[0.0; 5]).interval95.is_defined());
    }
}
