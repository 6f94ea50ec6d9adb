//! The regularized incomplete beta function.

/// `I_x(a, b)` for `a, b > 0` and `x` in [0, 1], the distribution function of Beta(a, b).
///
/// Continued fraction 8.17.22 of the NIST Digital Library of Mathematical Functions
/// (<https://dlmf.nist.gov/8.17.E22>), evaluated by Lentz's method as modified by Thompson and
/// Barnett, on the side where it converges fast: `I_x(a, b) = 1 - I_{1-x}(b, a)`. `NaN` outside
/// the domain.
pub fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    let domain = (0.0..=1.0).contains(&x) && a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite();
    if !domain {
        return f64::NAN;
    }
    if x == 0.0 || x == 1.0 {
        return x;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        1.0 - prefactor(x, a, b) / (b * continued_fraction(1.0 - x, b, a))
    } else {
        prefactor(x, a, b) / (a * continued_fraction(x, a, b))
    }
}

/// The `p` quantile of Beta(a, b), by bisection until neighbouring numbers are reached.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle;
        }
        if incomplete_beta(middle, a, b) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// `x^a (1-x)^b / B(a, b)`.
fn prefactor(x: f64, a: f64, b: f64) -> f64 {
    let log_beta = libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    libm::exp(a * libm::log(x) + b * libm::log1p(-x) - log_beta)
}

/// The denominator `1 + d_1/(1 + d_2/(1 + ...))`.
fn continued_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const STEPS: usize = 10_000;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 0.0;
    let mut fraction = 1.0;
    for step in 1..STEPS {
        let m = (step / 2) as f64;
        let coefficient = if step % 2 == 0 {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        d = 1.0 / away_from_zero(1.0 + coefficient * d);
        c = away_from_zero(1.0 + coefficient / c);
        let change = c * d;
        fraction *= change;
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_binomial_tail_summed_by_hand() {
        // I_p(k, n - k + 1) = P(X >= k) for X ~ Binomial(n, p).
        for n in 1..=20_u32 {
            for k in 1..=n {
                for p in [0.001, 0.1, 0.37, 0.5, 0.9] {
                    let mut term = libm::pow(1.0 - p, f64::from(n));
                    let mut below = 0.0;
                    for i in 0..k {
                        below += term;
                        term *= f64::from(n - i) / f64::from(i + 1) * p / (1.0 - p);
                    }
                    let value = incomplete_beta(p, f64::from(k), f64::from(n - k + 1));
                    assert!((value - (1.0 - below)).abs() < 1e-12, "{n} {k} {p}");
                }
            }
        }
    }

    #[test]
    fn agrees_with_closed_forms() {
        // I_x(1, b) = 1 - (1-x)^b; I_x(1/2, 1/2) = 2/pi asin(sqrt x), here at x = 1/4: 1/3.
        assert!((incomplete_beta(0.3, 1.0, 7.0) - (1.0 - libm::pow(0.7, 7.0))).abs() < 1e-14);
        assert!((incomplete_beta(0.25, 0.5, 0.5) - 1.0 / 3.0).abs() < 1e-13);
        assert!((incomplete_beta(0.5, 5e4, 5e4) - 0.5).abs() < 1e-9);
        assert!(incomplete_beta(-0.1, 1.0, 1.0).is_nan());
        assert!(incomplete_beta(0.5, 0.0, 1.0).is_nan());
    }
}
