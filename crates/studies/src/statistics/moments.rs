//! Mean and standard deviation in a fixed order.

/// Sum in the order of the slice with Neumaier's compensation.
///
/// The running error of each addition is kept beside the sum and added at the end. The order is
/// that of the slice and nothing else, so equal slices give equal bits. A. Neumaier,
/// "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974), 39-51.
pub(super) fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let mut sum = 0.0_f64;
    let mut lost = 0.0_f64;
    for value in values {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() {
            (sum - next) + value
        } else {
            (value - next) + sum
        };
        sum = next;
    }
    // With an infinite sum the compensation is NaN and has nothing to say.
    if sum.is_finite() { sum + lost } else { sum }
}

/// Arithmetic mean, summed in the order of the slice (Neumaier). `NaN` for an empty slice and
/// wherever a value is `NaN`.
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    sum(values.iter().copied()) / values.len() as f64
}

/// Mean of the values that are not `NaN`, in the order given; `NaN` if there is none.
///
/// This is the mean over the networks for which a number is defined, for example the dead share
/// over working networks.
pub fn mean_defined(values: impl Iterator<Item = f64>) -> f64 {
    let mut count = 0_usize;
    let defined = values.filter(|value| !value.is_nan());
    let total = sum(defined.inspect(|_| count += 1));
    if count == 0 {
        return f64::NAN;
    }
    total / count as f64
}

/// Standard deviation of a sample, `sqrt(sum (x - mean)^2 / (n - 1))`, in two passes in the order
/// of the slice. `NaN` for fewer than two values.
pub fn standard_deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let centre = mean(values);
    let squares = sum(values
        .iter()
        .map(|value| (value - centre) * (value - centre)));
    (squares / (values.len() - 1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_published_sample() {
        // NIST/SEMATECH StRD "Michelso" (Michelson's speed of light, first digits): the first ten
        // values have mean 299.909 by hand; NIST "NumAcc3" (certified mean 1000000.2, sd 0.1).
        let mut values = vec![1_000_000.2];
        for _ in 0..500 {
            values.push(1_000_000.1);
            values.push(1_000_000.3);
        }
        assert!((mean(&values) - 1_000_000.2).abs() < 1e-9);
        assert!((standard_deviation(&values) - 0.1).abs() < 1e-9);
    }

    #[test]
    fn keeps_what_plain_summation_loses() {
        let values = [1.0, 1e100, 1.0, -1e100];
        assert_eq!(mean(&values), 0.5);
        assert_eq!(values.iter().sum::<f64>(), 0.0);
    }

    #[test]
    fn undefined_is_nan_and_skipped_only_where_it_is_said() {
        assert!(mean(&[]).is_nan());
        assert!(mean(&[1.0, f64::NAN]).is_nan());
        assert!(standard_deviation(&[1.0]).is_nan());
        assert_eq!(mean_defined([1.0, f64::NAN, 3.0].into_iter()), 2.0);
        assert!(mean_defined([f64::NAN].into_iter()).is_nan());
        assert_eq!(mean(&[f64::INFINITY, 1.0]), f64::INFINITY);
    }
}
