//! Exponential function, logarithm, hyperbolic tangent and error function in f32, on fused
//! multiply-adds.
//!
//! Each is one fixed sequence of exactly rounded operations without branches or tables, so that
//! it gives the same bits however many lanes the compiler puts it into. The polynomials are
//! minimax fits of our own (`elementary.py` beside this file). NaN gives NaN.
//!
//! Bounds of the error in units in the last place of the result, measured against `libm` in f64
//! (by a test, on every 2,003rd f32; by another, when asked to, on every one from 2^-12 to 105):
//!
//! | function | range | error |
//! |---|---|---|
//! | [`exp`] | all | 1.1 |
//! | [`exp_m1`] | all | 1.6 |
//! | [`ln_1p`] | 0 to 1 | 2.1 |
//! | [`tanh`] | all | 2.4 |
//! | [`erf`] | all | 1.6 |

#![expect(
    clippy::inline_always,
    reason = "only what is inlined into a loop is compiled for the loop's vectors"
)]

use std::f32::consts::LOG2_E;

/// 1.5 2^23: adding and subtracting it rounds to a whole number, which stands in the last bits.
const ROUND: f32 = 12_582_912.0;
/// ln 2, its first 15 bits: a product with |n| < 512 is exact.
const LN_2_HIGH: f32 = 0.693_145_75;
/// ln 2 - [`LN_2_HIGH`].
const LN_2_LOW: f32 = 1.428_606_8e-6;

/// 2^n for n from -126 to 127.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// At least `low` and at most `high`; NaN stays NaN.
#[inline(always)]
fn clamp(x: f32, low: f32, high: f32) -> f32 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// n = x / ln 2 rounded to a whole number and e^r - 1 with r = x - n ln 2, for |x| below 128.
#[inline(always)]
fn reduced(x: f32) -> (i32, f32) {
    let shifted = x.mul_add(LOG2_E, ROUND);
    let n = (shifted.to_bits() as i32).wrapping_sub(ROUND.to_bits() as i32);
    let whole = shifted - ROUND;
    let r = whole.mul_add(-LN_2_LOW, whole.mul_add(-LN_2_HIGH, x));
    let p = 0.001_395_058_6_f32;
    let p = p.mul_add(r, 0.008_368_953);
    let p = p.mul_add(r, 0.041_666_206);
    let p = p.mul_add(r, 0.166_665_18);
    let p = p.mul_add(r, 0.5);
    (n, (r * r).mul_add(p, r))
}

/// e^x = 2^n (1 + (e^r - 1)).
///
/// Exactly 0 below -103.972 (150 ln 2, where half of the smallest number begins), infinite above
/// 88.7228.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let (n, q) = reduced(clamp(x, -104.0, 89.0));
    // In two factors, since n reaches from -150 to 128.
    let half = n >> 1;
    (1.0 + q) * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

/// e^x - 1 = 2^n (e^r - 1) + (2^n - 1), exact to the last places also near 0; as 2^n e^r - 1 from
/// n = -2 down, where 2^n - 1 would be rounded too early.
///
/// Exactly -1 below -17.329 (25 ln 2, where a quarter of a unit in the last place of 1 begins).
#[inline(always)]
pub fn exp_m1(x: f32) -> f32 {
    let (n, q) = reduced(clamp(x, -30.0, 89.0));
    // Half of everything, since n reaches to 128.
    let half = power_of_two(n.wrapping_sub(1));
    let far = n < -1;
    let factor = if far { 1.0 + q } else { q };
    let addend = if far { -0.5 } else { half - 0.5 };
    2.0 * half.mul_add(factor, addend)
}

/// ln(1 + x) for 0 <= x <= 1: 2 artanh(s) with s = x / (2 + x).
#[inline(always)]
pub fn ln_1p(x: f32) -> f32 {
    let s = x / (2.0 + x);
    let w = s * s;
    let p = 0.140_122_18_f32;
    let p = p.mul_add(w, 0.139_995_74);
    let p = p.mul_add(w, 0.200_108_5);
    let p = p.mul_add(w, 0.333_332_06);
    let twice = s + s;
    (twice * w).mul_add(p, twice)
}

/// tanh x: from d = e^(-2|x|), as (1 - d) / (1 + d) up to |x| = 0.55 (with 1 - d from its own
/// series) and as 1 - 2 d / (1 + d) beyond.
///
/// Exactly +-1 beyond +-9.0109 (13 ln 2, where half a unit in the last place of 1 begins).
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let magnitude = x.abs();
    let (n, q) = reduced(clamp(-2.0 * magnitude, -30.0, 0.0));
    let power = power_of_two(n);
    let decay = power.mul_add(q, power);
    let gap = -power.mul_add(q, power - 1.0);
    let small = magnitude <= 0.55;
    let numerator = if small { gap } else { 2.0 * decay };
    let denominator = if small { 2.0 - gap } else { 1.0 + decay };
    let quotient = numerator / denominator;
    let result = if small { quotient } else { 1.0 - quotient };
    result.copysign(x)
}

/// erf x = 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x: an odd polynomial up to
/// |x| = 1, 1 - e^(-h(|x|)) with a polynomial h beyond.
///
/// Exactly +-1 beyond +-3.92.
#[inline(always)]
pub fn erf(x: f32) -> f32 {
    let w = x * x;
    let p = 7.853_853_5e-5_f32;
    let p = p.mul_add(w, -0.000_801_019_1);
    let p = p.mul_add(w, 0.005_188_327_3);
    let p = p.mul_add(w, -0.026_853_811);
    let p = p.mul_add(w, 0.112_835_854);
    let p = p.mul_add(w, -0.376_126_26);
    let p = p.mul_add(w, 0.128_379_17);
    // The last coefficient is 1 less than the polynomial's: x is added apart, exactly.
    let near = x.mul_add(p, x);

    let a = clamp(x.abs(), 0.0, 4.0);
    let h = -0.000_186_377_09_f32;
    let h = h.mul_add(a, 0.002_947_637_8);
    let h = h.mul_add(a, -0.021_837_983);
    let h = h.mul_add(a, 0.103_106_59);
    let h = h.mul_add(a, 0.638_145);
    let h = h.mul_add(a, 1.127_089);
    let h = h.mul_add(a, 0.000_341_550_36);
    let far = (1.0 - exp(-h)).copysign(x);

    if x.abs() <= 1.0 { near } else { far }
}

#[cfg(test)]
mod tests {
    use super::{erf, exp, exp_m1, ln_1p, tanh};

    /// Largest error in units in the last place of the f32 nearest to the true value, over these
    /// numbers, given as bits, and if `both` over those of the other sign too.
    fn largest_error(
        numbers: impl Iterator<Item = u32>,
        both: bool,
        function: fn(f32) -> f32,
        truth: fn(f64) -> f64,
    ) -> (f64, f32) {
        let mut largest = (0.0, 0.0);
        for magnitude in numbers.map(f32::from_bits) {
            for x in [magnitude, -magnitude]
                .into_iter()
                .take(1 + usize::from(both))
            {
                let (found, expected) = (function(x), truth(f64::from(x)));
                let nearest = expected as f32;
                if found == nearest {
                    continue;
                }
                let unit = f64::from(nearest.abs().next_up()) - f64::from(nearest.abs());
                let error = (f64::from(found) - expected).abs() / unit;
                if error > largest.0 || error.is_nan() {
                    largest = (error, x);
                }
            }
        }
        largest
    }

    fn errors(low: f32, high: f32, stride: usize) {
        let up_to = |high: f32| (low.to_bits()..=high.to_bits()).step_by(stride);
        for (name, bound, (error, x)) in [
            ("exp", 1.1, largest_error(up_to(high), true, exp, libm::exp)),
            (
                "exp_m1",
                1.6,
                largest_error(up_to(high), true, exp_m1, libm::expm1),
            ),
            (
                "ln_1p",
                2.1,
                largest_error(up_to(1.0), false, ln_1p, libm::log1p),
            ),
            (
                "tanh",
                2.4,
                largest_error(up_to(high), true, tanh, libm::tanh),
            ),
            ("erf", 1.6, largest_error(up_to(high), true, erf, libm::erf)),
        ] {
            println!("{name}: {error} units in the last place at {x}");
            assert!(error <= bound, "{name}({x}) is {error} units off");
        }
    }

    #[test]
    fn errors_stay_below_their_bounds() {
        errors(0.0, f32::INFINITY, 2003);
    }

    #[test]
    #[ignore = "takes a minute: every f32 where there is something to compute"]
    fn errors_stay_below_their_bounds_everywhere() {
        errors(1.0 / 4096.0, 105.0, 1);
    }

    #[test]
    fn limits_and_nan() {
        let infinity = f32::INFINITY;
        assert_eq!(
            [exp(-infinity), exp(0.0), exp(infinity)],
            [0.0, 1.0, infinity]
        );
        assert_eq!(
            [exp_m1(-infinity), exp_m1(0.0), exp_m1(infinity)],
            [-1.0, 0.0, infinity]
        );
        assert_eq!(
            [tanh(-infinity), tanh(0.0), tanh(infinity)],
            [-1.0, 0.0, 1.0]
        );
        assert_eq!([erf(-infinity), erf(0.0), erf(infinity)], [-1.0, 0.0, 1.0]);
        assert_eq!(ln_1p(0.0), 0.0);
        for function in [exp, exp_m1, ln_1p, tanh, erf] {
            assert!(function(f32::NAN).is_nan());
        }
    }
}
