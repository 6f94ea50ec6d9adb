//! The numbers that the study's predictions refer to: differences from He, paired by seed.

use super::REFERENCE;
use crate::predictions::Estimate;
use crate::statistics::Bootstrap;
use crate::study::arm::{self, Arm, slug};
use crate::study::networks::{Network, Networks};

/// What is compared, in the order of the table: name, value of a network, meaning.
type Compared = (&'static str, fn(&Network<Arm>) -> f64, &'static str);

const COMPARED: [Compared; 3] = [
    (
        "dead",
        |network| network.working_dead_share(None),
        "share of filters dead at the end, where both networks of a pair work",
    ),
    (
        "dead_of_any",
        |network| network.dead_share(None),
        "share of filters dead at the end, collapsed networks counted as they are and pairs with \
         a diverged one left out",
    ),
    (
        "accuracy",
        |network| network.accuracy,
        "held-out accuracy after annealing, over all networks",
    ),
];

/// Name of the estimate of a difference from He.
pub(super) fn name(compared: &str, scheme: &str, rate_word: &str) -> String {
    let scheme = slug(scheme.strip_prefix("He, ").unwrap_or(scheme));
    format!("{compared}_{scheme}_minus_he_{}", slug(rate_word))
}

/// All estimates.
pub(super) fn estimates(networks: &Networks<Arm>, bootstrap: &Bootstrap) -> Vec<Estimate> {
    let rates = arm::rates(networks);
    let mut estimates = Vec::new();
    for (rate, word) in rates.iter().zip(arm::rate_words(&rates)) {
        for scheme in arm::names(networks) {
            if scheme == REFERENCE {
                continue;
            }
            for (compared, of, meaning) in COMPARED {
                let values = |name: &str| {
                    let name = name.to_owned();
                    networks.values(&Arm { name, rate: *rate }, of)
                };
                let (own, control) = (values(&scheme), values(REFERENCE));
                let pairs = own.iter().zip(&control);
                let n = pairs
                    .filter(|(a, c)| a.is_finite() && c.is_finite())
                    .count();
                estimates.push(Estimate::new(
                    &name(compared, &scheme, &word),
                    &format!("{scheme} minus He at rate {rate}, paired by seed: {meaning}."),
                    bootstrap.paired_difference(&own, &control),
                    n,
                ));
            }
        }
    }
    estimates
}
