//! Distributions on `libm`: the ones of `rand_distr` call std's `exp` and `ln`, whose last bits
//! depend on the platform.

use rand::Rng;
use rand::distr::Distribution;

use super::unit;

/// The normal distribution N(mean, `standard_deviation`^2), by Box and Muller.
///
/// z = sqrt(-2 ln(1 - u1)) cos(2 pi u2) with u1, u2 in [0, 1) of 53 bits each, computed in f64
/// on `libm`; the sine is not used, so that each draw takes exactly two 64-bit words and draw k
/// does not depend on how the draws before it were grouped. |z| <= 8.58.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    /// Mean.
    pub mean: f64,
    /// Standard deviation, at least 0.
    pub standard_deviation: f64,
}

impl Distribution<f64> for Normal {
    fn sample<R: Rng + ?Sized>(&self, generator: &mut R) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - unit(generator))).sqrt();
        let angle = std::f64::consts::TAU * unit(generator);
        (radius * libm::cos(angle)).mul_add(self.standard_deviation, self.mean)
    }
}

/// The uniform distribution on [low, high).
///
/// low + (high - low) u with u in [0, 1) of 53 bits; one 64-bit word a draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    /// Lower bound, included.
    pub low: f64,
    /// Upper bound, excluded up to rounding.
    pub high: f64,
}

impl Uniform {
    /// Uniform on [-bound, bound).
    pub const fn symmetric(bound: f64) -> Self {
        Self {
            low: -bound,
            high: bound,
        }
    }
}

impl Distribution<f64> for Uniform {
    fn sample<R: Rng + ?Sized>(&self, generator: &mut R) -> f64 {
        (self.high - self.low).mul_add(unit(generator), self.low)
    }
}

/// The Beta(2, 1) distribution: density 2x on [0, 1), as the square root of a uniform draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beta21;

impl Distribution<f64> for Beta21 {
    fn sample<R: Rng + ?Sized>(&self, generator: &mut R) -> f64 {
        unit(generator).sqrt()
    }
}

/// Draws in f64 and rounds to the nearest f32.
impl Distribution<f32> for Normal {
    fn sample<R: Rng + ?Sized>(&self, generator: &mut R) -> f32 {
        let draw: f64 = self.sample(generator);
        draw as f32
    }
}

/// Draws in f64 and rounds to the nearest f32.
impl Distribution<f32> for Uniform {
    fn sample<R: Rng + ?Sized>(&self, generator: &mut R) -> f32 {
        let draw: f64 = self.sample(generator);
        draw as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Generator, Stream, StreamOffsets, Streams};

    fn generator() -> Generator {
        Streams::new(3, StreamOffsets::default()).generator(Stream::Initialization)
    }

    /// Largest distance between the empirical and the given distribution function
    /// (Kolmogorov and Smirnov), times sqrt(n): above 1.95 in one of 1,000 samples.
    fn kolmogorov(mut draws: Vec<f64>, distribution_function: impl Fn(f64) -> f64) -> f64 {
        draws.sort_by(f64::total_cmp);
        let n = draws.len() as f64;
        let distance = draws
            .iter()
            .enumerate()
            .fold(0.0_f64, |largest, (rank, &draw)| {
                let expected = distribution_function(draw);
                largest
                    .max((expected - rank as f64 / n).abs())
                    .max(((rank + 1) as f64 / n - expected).abs())
            });
        distance * n.sqrt()
    }

    #[test]
    fn normal_draws_are_normal() {
        let normal = Normal {
            mean: 3.0,
            standard_deviation: 2.0,
        };
        let draws = generator().sample_iter(normal).take(100_000).collect();
        let phi = |x: f64| 0.5 * libm::erfc(-(x - 3.0) / 2.0 / std::f64::consts::SQRT_2);
        assert!(kolmogorov(draws, phi) < 1.95);
    }

    #[test]
    fn uniform_draws_are_uniform() {
        let draws = generator()
            .sample_iter(Uniform {
                low: -2.0,
                high: 1.0,
            })
            .take(100_000);
        assert!(kolmogorov(draws.collect(), |x| (x + 2.0) / 3.0) < 1.95);
    }

    #[test]
    fn beta_draws_have_density_2x() {
        let draws = generator().sample_iter(Beta21).take(100_000).collect();
        assert!(kolmogorov(draws, |x| x * x) < 1.95);
    }

    #[test]
    fn a_wrong_distribution_is_noticed() {
        let draws: Vec<f64> = generator().sample_iter(Beta21).take(100_000).collect();
        assert!(kolmogorov(draws, |x| x) > 1.95);
    }

    #[test]
    fn zero_deviation_gives_the_mean() {
        let draw: f32 = generator().sample(Normal {
            mean: 0.5,
            standard_deviation: 0.0,
        });
        assert_eq!(draw, 0.5);
    }
}
