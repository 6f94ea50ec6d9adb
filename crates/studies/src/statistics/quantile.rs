//! Quantiles of a sample.

/// Quantile of type 7 of Hyndman and Fan (The American Statistician 50 (1996), 361-365), which is
/// R's default: with the sorted values `x_1 <= ... <= x_n` and `h = (n - 1) p + 1`,
/// `x_floor(h) + (h - floor(h)) (x_floor(h)+1 - x_floor(h))`.
///
/// `p` is in [0, 1]. `NaN` values are undefined and left out; `NaN` if nothing is left or `p` is
/// outside its range. (Percentile intervals use order statistics instead, see
/// [`Bootstrap`](super::Bootstrap).)
pub fn quantile(values: &[f64], p: f64) -> f64 {
    let mut sorted: Vec<f64> = values
        .iter()
        .copied()
        .filter(|value| !value.is_nan())
        .collect();
    if sorted.is_empty() || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    sorted.sort_by(f64::total_cmp);
    let position = (sorted.len() - 1) as f64 * p;
    let below = position.floor();
    let low = sorted[below as usize];
    let share = position - below;
    if share == 0.0 {
        return low;
    }
    let high = sorted[below as usize + 1];
    if low == high {
        low
    } else {
        low + share * (high - low)
    }
}

/// The quantile at 1/2.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_r() {
        // R: quantile(c(15, 20, 35, 40, 50), c(.05, .3, .4, .5, 1)) -> 16 23 29 35 50
        let values = [35.0, 20.0, 15.0, 50.0, 40.0];
        for (p, expected) in [
            (0.05, 16.0),
            (0.3, 23.0),
            (0.4, 29.0),
            (0.5, 35.0),
            (1.0, 50.0),
        ] {
            assert!((quantile(&values, p) - expected).abs() < 1e-12, "{p}");
        }
        assert_eq!(median(&[1.0, 2.0, 3.0, 10.0]), 2.5);
    }

    #[test]
    fn undefined_values_are_left_out() {
        assert_eq!(median(&[f64::NAN, 4.0]), 4.0);
        assert!(median(&[f64::NAN]).is_nan());
        assert!(quantile(&[1.0], 1.5).is_nan());
        assert_eq!(
            quantile(&[1.0, f64::INFINITY, f64::INFINITY], 0.75),
            f64::INFINITY
        );
    }
}
