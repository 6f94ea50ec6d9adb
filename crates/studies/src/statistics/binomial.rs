//! Exact limits of a share of independent networks.

use super::incomplete_beta::beta_quantile;
use super::interval::{Bounds, Interval};
use super::{EXPLORATORY_LEVEL, PRIMARY_LEVEL};

/// Exact two-sided limits of a share after `events` of `trials` independent networks.
///
/// With `alpha = 1 - level`, the lower limit is the `alpha / 2` quantile of
/// Beta(events, trials - events + 1), the upper one the `1 - alpha / 2` quantile of
/// Beta(events + 1, trials - events); 0 and 1 where there is no such distribution. Without
/// events the upper limit is `1 - (alpha / 2)^(1 / trials)`: 16.8% for 0 of 20 at 95%.
/// C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), 404-413.
///
/// Undefined without trials, with more events than trials, and for a level outside (0, 1).
pub fn exact_interval(events: u64, trials: u64, level: f64) -> Interval {
    if trials == 0 || events > trials || !(level > 0.0 && level < 1.0) {
        return Interval::UNDEFINED;
    }
    let tail = (1.0 - level) / 2.0;
    let (events, trials) = (events as f64, trials as f64);
    let low = if events == 0.0 {
        0.0
    } else {
        beta_quantile(tail, events, trials - events + 1.0)
    };
    let high = if events == trials {
        1.0
    } else {
        beta_quantile(1.0 - tail, events + 1.0, trials - events)
    };
    Interval { low, high }
}

/// The share itself with its exact limits at 95% and 99.7%.
pub fn exact_share(events: u64, trials: u64) -> Bounds {
    Bounds {
        value: if trials == 0 {
            f64::NAN
        } else {
            events as f64 / trials as f64
        },
        interval95: exact_interval(events, trials, EXPLORATORY_LEVEL),
        interval997: exact_interval(events, trials, PRIMARY_LEVEL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(interval: Interval, low: f64, high: f64) {
        assert!(
            (interval.low - low).abs() < 5e-5 && (interval.high - high).abs() < 5e-5,
            "{interval:?} {low} {high}"
        );
    }

    #[test]
    fn agrees_with_published_limits() {
        // R's binom.test documentation: Conover (1971), 682 of 925: 0.7076683 to 0.7654066.
        let conover = exact_interval(682, 925, 0.95);
        assert!((conover.low - 0.707_668_3).abs() < 5e-8);
        assert!((conover.high - 0.765_406_6).abs() < 5e-8);
        // Geigy tables: 1 of 10 and 5 of 10.
        close(exact_interval(1, 10, 0.95), 0.0025, 0.4450);
        close(exact_interval(5, 10, 0.95), 0.1871, 0.8129);
    }

    #[test]
    fn without_events_there_is_an_upper_limit() {
        close(exact_interval(0, 20, 0.95), 0.0, 0.1684);
        close(exact_interval(0, 16, 0.95), 0.0, 0.2059);
        close(exact_interval(20, 20, 0.95), 1.0 - 0.1684, 1.0);
        let closed_form = 1.0 - libm::pow(0.025, 1.0 / 20.0);
        assert!((exact_interval(0, 20, 0.95).high - closed_form).abs() < 1e-14);
    }

    #[test]
    fn limits_invert_the_test_and_mirror() {
        for trials in [1_u64, 7, 16, 100_000] {
            for events in [0, 1, trials / 2, trials] {
                let events = events.min(trials);
                let one = exact_interval(events, trials, 0.95);
                let other = exact_interval(trials - events, trials, 0.95);
                assert!((one.low - (1.0 - other.high)).abs() < 1e-9);
                assert!(one.low <= one.high);
            }
        }
    }

    #[test]
    fn nonsense_is_undefined() {
        assert!(!exact_interval(0, 0, 0.95).is_defined());
        assert!(!exact_interval(3, 2, 0.95).is_defined());
        assert!(!exact_interval(0, 2, 1.0).is_defined());
        assert!(exact_share(0, 0).value.is_nan());
    }
}
