//! Counts of events: of an exact claim, and of networks.

use super::binomial::exact_share;
use super::interval::Bounds;

/// Share of opportunities at which an event happened, for a claim that it never does: one event
/// refutes it, so there is no interval. `NaN` without opportunities.
pub fn count(events: u64, opportunities: u64) -> Bounds {
    Bounds {
        value: events as f64 / opportunities as f64,
        ..Bounds::UNDEFINED
    }
}

/// Share of the networks that have an event, with its exact limits ([`exact_share`]). `values` are
/// 1 where a network has it, 0 where not, `NaN` where there is no network.
pub fn share_of_events(values: &[f64]) -> Bounds {
    let events = values.iter().filter(|value| **value == 1.0).count();
    let networks = values.iter().filter(|value| !value.is_nan()).count();
    exact_share(events as u64, networks as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_claim_has_no_interval() {
        let found = count(1, 4);
        assert_eq!(found.value, 0.25);
        assert!(!found.interval95.is_defined());
        assert!(count(0, 0).value.is_nan());
    }

    #[test]
    fn networks_that_are_not_there_do_not_count() {
        // Geigy tables: 1 of 10: 0.0025 to 0.4450.
        let mut values = [0.0; 12];
        values[3] = 1.0;
        values[10] = f64::NAN;
        values[11] = f64::NAN;
        let found = share_of_events(&values);
        assert_eq!(found.value, 0.1);
        assert!((found.interval95.high - 0.4450).abs() < 5e-5);
        assert!(share_of_events(&[f64::NAN]).value.is_nan());
    }
}
