//! The rate at which half of the networks have an event, from a logistic fit.

use super::bootstrap::Replicates;
use super::logit::expit;

/// How often the event was seen at one level, of how many networks.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// Natural logarithm of the level.
    log: f64,
    events: f64,
    networks: f64,
}

impl Seen {
    fn share(&self) -> f64 {
        self.events / self.networks
    }
}

/// Level at which half of the networks have an event, over increasing, positive `levels` (learning
/// rates); `outcomes` holds one list a level, by replicate: 1 with the event, 0 without, `NaN` where
/// not run.
///
/// Going up from the level with the fewest events (the lowest of several), the probability of one
/// is `p(r) = 1 / (1 + exp(-(a + b ln r)))`, and the answer is `exp(-a / b)`. The fit maximizes the
/// likelihood times the root of the determinant of the information (D. Firth, "Bias reduction of
/// maximum likelihood estimates", Biometrika 80 (1993), 27-38), which exists for all outcomes, where
/// that of the likelihood alone runs away as soon as levels separate them.
///
/// As of a crossing: `-inf` where half have the event at each level already, `inf` where half never
/// have it above that level, `NaN` where nothing was run or the fit falls.
pub fn half_rate_at(levels: &[f64], outcomes: &[Vec<f64>], drawn: &Replicates) -> f64 {
    let seen = upwards(levels, outcomes, drawn);
    let Some(first) = seen.first() else {
        return f64::NAN;
    };
    if first.share() >= 0.5 {
        return f64::NEG_INFINITY;
    }
    if seen.iter().all(|seen| seen.share() < 0.5) {
        return f64::INFINITY;
    }
    // Centred, so that the two parameters are nearly independent.
    let centre = seen.iter().map(|seen| seen.log).sum::<f64>() / seen.len() as f64;
    let (a, b) = firth(&seen, centre);
    if b > 0.0 {
        libm::exp(centre - a / b)
    } else {
        f64::NAN
    }
}

/// Whether a level separates the outcomes: none has the event up to it and all have it above. Then
/// the data know two levels between which the half lies, and no error of it.
pub fn separated(levels: &[f64], outcomes: &[Vec<f64>], drawn: &Replicates) -> bool {
    let shares = upwards(levels, outcomes, drawn);
    shares.iter().all(|seen| [0.0, 1.0].contains(&seen.share()))
}

/// The counts of the levels at which networks were run, from the one with the fewest events.
fn upwards(levels: &[f64], outcomes: &[Vec<f64>], drawn: &Replicates) -> Vec<Seen> {
    let seen = levels.iter().zip(outcomes).map(|(level, outcomes)| {
        let drawn = drawn.iter().filter_map(|one| outcomes.get(*one as usize));
        let run: Vec<f64> = drawn.copied().filter(|outcome| !outcome.is_nan()).collect();
        Seen {
            log: libm::log(*level),
            events: run.iter().sum(),
            networks: run.len() as f64,
        }
    });
    let seen: Vec<Seen> = seen.filter(|seen| seen.networks > 0.0).collect();
    let fewest = seen.iter().map(Seen::share).fold(f64::INFINITY, f64::min);
    let start = seen.iter().position(|seen| seen.share() == fewest);
    seen[start.unwrap_or(0)..].to_vec()
}

/// Information of intercept and slope: weights `n p (1 - p)`, summed with the powers 0, 1, 2 of
/// the centred logarithm.
struct Information([f64; 3]);

impl Information {
    fn at(seen: &[Seen], centre: f64, (a, b): (f64, f64)) -> Self {
        let mut sums = [0.0; 3];
        for seen in seen {
            let x = seen.log - centre;
            let p = expit(a + b * x);
            let weight = seen.networks * p * (1.0 - p);
            for (sum, power) in sums.iter_mut().zip([1.0, x, x * x]) {
                *sum += weight * power;
            }
        }
        Self(sums)
    }

    fn determinant(&self) -> f64 {
        let [zero, one, two] = self.0;
        zero * two - one * one
    }

    /// The solution `s` of `I s = score`.
    fn step(&self, score: [f64; 2]) -> (f64, f64) {
        let ([zero, one, two], whole) = (self.0, self.determinant());
        (
            (two * score[0] - one * score[1]) / whole,
            (zero * score[1] - one * score[0]) / whole,
        )
    }

    /// Of one network at `x`: `p (1 - p) (1, x) I^-1 (1, x)'`.
    fn leverage(&self, x: f64, p: f64) -> f64 {
        let [zero, one, two] = self.0;
        p * (1.0 - p) * (two - 2.0 * one * x + zero * x * x) / self.determinant()
    }
}

/// Intercept, at `centre`, and slope that maximize the penalized likelihood, by Newton's steps with
/// the modified score `sum (y - p + h (1/2 - p)) (1, x)`, halved until the likelihood rises.
fn firth(seen: &[Seen], centre: f64) -> (f64, f64) {
    let likelihood = |at: (f64, f64)| {
        let each = seen.iter().map(|seen| {
            let z = at.0 + at.1 * (seen.log - centre);
            // ln p and ln (1 - p), without overflow.
            let softplus = z.max(0.0) + libm::log1p(libm::exp(-z.abs()));
            seen.events * z - seen.networks * softplus
        });
        each.sum::<f64>() + 0.5 * libm::log(Information::at(seen, centre, at).determinant())
    };
    let mut at = (0.0, 0.0);
    let mut height = likelihood(at);
    for _ in 0..200 {
        let information = Information::at(seen, centre, at);
        let mut score = [0.0; 2];
        for seen in seen {
            let x = seen.log - centre;
            let p = expit(at.0 + at.1 * x);
            let pulled = seen.networks * information.leverage(x, p) * (0.5 - p);
            let own = seen.events - seen.networks * p + pulled;
            score[0] += own;
            score[1] += own * x;
        }
        let (da, db) = information.step(score);
        let tried = (0..40).map(|halvings| {
            let part = libm::ldexp(1.0, -halvings);
            (at.0 + part * da, at.1 + part * db)
        });
        let Some(better) = tried.into_iter().find(|tried| likelihood(*tried) > height) else {
            break;
        };
        at = better;
        height = likelihood(at);
    }
    at
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::super::bootstrap::Bootstrap;
    use super::super::inference::Inference;
    use super::*;

    /// `events` of `networks` at each level.
    fn outcomes(counts: &[(usize, usize)]) -> Vec<Vec<f64>> {
        let list = |(events, networks): &(usize, usize)| {
            let each = 0..*networks;
            each.map(|one| f64::from(u8::from(one < *events))).collect()
        };
        counts.iter().map(list).collect()
    }

    fn all(n: u32) -> Vec<u32> {
        (0..n).collect()
    }

    #[test]
    fn the_fit_agrees_with_a_direct_search() {
        // The maximum of the penalized likelihood over a fine grid around it, which knows nothing of
        // scores and steps.
        let counts = [(0, 8), (1, 8), (5, 8), (8, 8)];
        let levels: [f64; 4] = [0.1, 0.2, 0.4, 0.8];
        let seen = upwards(&levels, &outcomes(&counts), &all(8));
        let (a, b) = firth(&seen, -1.2);
        let penalized = |a: f64, b: f64| {
            let (mut likelihood, mut sums) = (0.0, [0.0; 3]);
            for ((events, networks), level) in counts.iter().zip(levels) {
                let x = libm::log(level) + 1.2;
                let p = 1.0 / (1.0 + libm::exp(-(a + b * x)));
                let (events, networks) = (*events as f64, *networks as f64);
                likelihood += events * libm::log(p) + (networks - events) * libm::log(1.0 - p);
                for (sum, power) in sums.iter_mut().zip([1.0, x, x * x]) {
                    *sum += networks * p * (1.0 - p) * power;
                }
            }
            likelihood + 0.5 * libm::log(sums[0] * sums[2] - sums[1] * sums[1])
        };
        let mut best = (f64::NEG_INFINITY, 0.0, 0.0);
        for i in -400..=400 {
            for j in -400..=400 {
                let at = (a + f64::from(i) * 1e-3, b + f64::from(j) * 1e-3);
                let height = penalized(at.0, at.1);
                if height > best.0 {
                    best = (height, at.0, at.1);
                }
            }
        }
        assert!((best.1 - a).abs() < 2e-3 && (best.2 - b).abs() < 2e-3);
    }

    #[test]
    fn symmetric_outcomes_have_their_half_in_the_middle() {
        let levels = [0.1, 0.2, 0.4, 0.8];
        for counts in [
            [(0, 8), (2, 8), (6, 8), (8, 8)],
            [(0, 8), (0, 8), (8, 8), (8, 8)],
        ] {
            let half = half_rate_at(&levels, &outcomes(&counts), &all(8));
            assert!((half - 0.08_f64.sqrt()).abs() < 1e-6, "{half}");
        }
    }

    #[test]
    fn it_starts_where_networks_learn_best() {
        // Too slow a rate does not learn either: those networks say nothing of the limit above.
        let counts = [(8, 8), (0, 8), (2, 8), (6, 8), (8, 8)];
        let slow = half_rate_at(&[0.001, 0.1, 0.2, 0.4, 0.8], &outcomes(&counts), &all(8));
        let without = half_rate_at(&[0.1, 0.2, 0.4, 0.8], &outcomes(&counts[1..]), &all(8));
        assert_eq!(slow, without);
    }

    #[test]
    fn beyond_the_levels_and_undefined_are_told_apart() {
        let levels = [0.1, 0.2];
        let at = |counts: [(usize, usize); 2]| half_rate_at(&levels, &outcomes(&counts), &all(4));
        assert_eq!(at([(2, 4), (4, 4)]), f64::NEG_INFINITY);
        assert_eq!(at([(0, 4), (1, 4)]), f64::INFINITY);
        assert!(at([(0, 0), (0, 0)]).is_nan());
    }

    #[test]
    fn separation_is_seen() {
        let levels = [0.1, 0.2, 0.4];
        let of = |counts: [(usize, usize); 3]| separated(&levels, &outcomes(&counts), &all(8));
        assert!(of([(0, 8), (0, 8), (8, 8)]));
        assert!(!of([(0, 8), (1, 8), (8, 8)]));
    }

    #[test]
    fn its_interval_holds_the_truth() {
        // 8 seeds at five rates around 0.2, the logistic curve as steep as those of the studies: half
        // of the networks fail at 0.2, an eighth at 0.125.
        let (levels, half, slope) = ([0.08, 0.125, 0.2, 0.32, 0.5], 0.2, 4.14);
        let inference = Inference::student(Bootstrap::new(8, 1));
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let (mut held, mut of) = (0, 0);
        for _ in 0..2_000 {
            let drawn: Vec<Vec<f64>> = levels
                .iter()
                .map(|level: &f64| {
                    let p = expit(slope * libm::log(level / half));
                    let one = |_| f64::from(u8::from(random.random::<f64>() < p));
                    (0..8).map(one).collect()
                })
                .collect();
            if separated(&levels, &drawn, &all(8)) {
                continue;
            }
            let found = inference.of_positive(&drawn, |on| half_rate_at(&levels, &drawn, on));
            if found.interval95.is_defined() {
                of += 1;
                held += u32::from(found.interval95.overlaps(half, half));
            }
        }
        let share = f64::from(held) / f64::from(of);
        assert!((0.93..=0.99).contains(&share), "{held} of {of}");
    }
}
