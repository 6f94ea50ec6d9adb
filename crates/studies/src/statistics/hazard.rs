//! Hazards: deaths of live units and revivals of dead ones, per epoch.

use super::logit::{Share, logit_ratio};
use super::pooled::Part;

/// A hazard per unit at risk and epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hazard {
    /// The hazard with its intervals; in `limit_of_networks`, where nothing happened in any
    /// replicate at risk, the exact limit of the share of such replicates in which something does
    /// (over the whole time looked at, not per epoch).
    pub per_epoch: Share,
    /// Units that changed between two looks.
    pub events: f64,
    /// Units at risk, added over looks: each counts once for each look after which there is
    /// another.
    pub at_risk: f64,
}

/// Hazard between looks that are `epochs` apart, pooled over networks and looks.
///
/// A part is a replicate, its units that changed by the next look (deaths; revivals), and its
/// units at risk at the look (alive; dead). Per look the hazard is `h = events / at risk`, with t
/// on the logit and the variance linearized over replicates, `n - 1` degrees of freedom
/// ([`logit_ratio`]). If it is the same in each epoch between two looks, a unit escapes with
/// `(1 - h_1)^epochs = 1 - h`, so that per epoch `h_1 = 1 - (1 - h)^(1 / epochs)`, to which value
/// and limits are mapped. A unit that changes and changes back between two looks is not seen, so
/// looks one epoch apart are best.
///
/// Looks that are unevenly spaced are no part of one hazard: call it for each spacing.
/// Undefined without units at risk, and for a spacing that is not above 0.
pub fn hazard(parts: &[Part], epochs: f64) -> Hazard {
    let sum = |of: fn(&Part) -> f64| parts.iter().map(of).sum::<f64>();
    let per_epoch = if epochs > 0.0 && epochs.is_finite() {
        // One epoch is one look, to the bit.
        let share = logit_ratio(parts);
        if epochs == 1.0 {
            share
        } else {
            share.map(|h| -libm::expm1(libm::log1p(-h) / epochs))
        }
    } else {
        Share::UNDEFINED
    };
    Hazard {
        per_epoch,
        events: sum(|part| part.1),
        at_risk: sum(|part| part.2),
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn by_hand() {
        // Of 10, 9, 9 live units 1, 0, 2 die; of 12 of another seed none; of 20 of a third 3.
        let looks = [
            (0, 1.0, 10.0),
            (0, 0.0, 9.0),
            (0, 2.0, 9.0),
            (1, 0.0, 12.0),
            (2, 3.0, 20.0),
        ];
        let found = hazard(&looks, 1.0);
        assert_eq!((found.events, found.at_risk), (6.0, 60.0));
        assert_eq!((found.per_epoch.bounds.value, found.per_epoch.n), (0.1, 3));
        // Residuals 3 - 2.8, 0 - 1.2, 3 - 2: v = 1.5 * 2.48 / 3600; t with 2 degrees 4.30265.
        let reach = 4.302_65 * (1.5 * 2.48 / 3600.0_f64).sqrt() / 0.09;
        let low = 1.0 / (1.0 + 9.0 * libm::exp(reach));
        assert!((found.per_epoch.bounds.interval95.low - low).abs() < 1e-6);
        // Two epochs apart: 1 - sqrt(0.9).
        let two = hazard(&looks, 2.0).per_epoch.bounds;
        assert!((two.value - (1.0 - 0.9_f64.sqrt())).abs() < 1e-15);
        let low = 1.0 - (1.0 - found.per_epoch.bounds.interval95.low).sqrt();
        assert!((two.interval95.low - low).abs() < 1e-15);
    }

    #[test]
    fn without_an_event_the_networks_at_risk_have_a_limit() {
        // Four seeds, one of which had nothing at risk: 0 of 3: 1 - 0.025^(1/3).
        let looks = [(0, 0.0, 5.0), (1, 0.0, 0.0), (2, 0.0, 1.0), (3, 0.0, 70.0)];
        for epochs in [1.0, 5.0] {
            let found = hazard(&looks, epochs).per_epoch;
            assert_eq!((found.bounds.value, found.n), (0.0, 3));
            assert!(!found.bounds.interval95.is_defined());
            let limit = 1.0 - libm::cbrt(0.025);
            assert!((found.limit_of_networks.interval95.high - limit).abs() < 1e-9);
        }
        for nothing in [
            hazard(&[], 1.0),
            hazard(&[(0, 0.0, 0.0)], 1.0),
            hazard(&looks, 0.0),
        ] {
            assert!(nothing.per_epoch.bounds.value.is_nan());
        }
    }

    #[test]
    fn finds_the_hazard_that_was_put_in_whatever_the_spacing() {
        // 400 seeds of 200 units that die at 2% an epoch for good, looked at every 1, 2, 5 epochs.
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let deaths: Vec<Vec<usize>> = (0..400)
            .map(|_| {
                let death = |random: &mut ChaCha8Rng| {
                    (0..20)
                        .find(|_| random.random::<f64>() < 0.02)
                        .unwrap_or(20)
                };
                (0..200).map(|_| death(&mut random)).collect()
            })
            .collect();
        for spacing in [1_usize, 2, 5] {
            let mut looks: Vec<Part> = Vec::new();
            for (seed, deaths) in deaths.iter().enumerate() {
                for look in (0..20).step_by(spacing) {
                    let alive = deaths.iter().filter(|death| **death >= look);
                    let died = alive.clone().filter(|death| **death < look + spacing);
                    looks.push((seed as u32, died.count() as f64, alive.count() as f64));
                }
            }
            let found = hazard(&looks, spacing as f64).per_epoch.bounds;
            assert!(found.interval997.overlaps(0.02, 0.02), "{found:?}");
            assert!((found.value - 0.02).abs() < 0.0005, "{found:?}");
        }
    }
}
