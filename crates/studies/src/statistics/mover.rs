//! The difference of two means, from the interval of each.

use super::interval::{Bounds, Interval};

/// Interval of `own - control` from those of both (the method of variance estimates recovery):
/// with values `p`, `q`, limits `l..u` and `m..v` and the correlation `r` of the two means,
///
/// `d - sqrt((p - l)^2 + (v - q)^2 - 2 r (p - l)(v - q))` to
/// `d + sqrt((u - p)^2 + (q - m)^2 - 2 r (u - p)(q - m))`, `d = p - q`.
///
/// So a difference of shares has what the intervals of shares know: that they lean away from 0 and 1.
/// `r` is 0 for two samples of their own. Both sides must have an interval. R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890;
/// G. Y. Zou, A. Donner, Statistics in Medicine 27 (2008), 1693-1702; in pairs: G. Y. Zou, American
/// Journal of Epidemiology 165 (2007), 1228.
pub fn mover(own: Bounds, control: Bounds, correlation: f64) -> Bounds {
    let difference = own.value - control.value;
    let interval = |one: Interval, other: Interval| {
        let below = [own.value - one.low, other.high - control.value];
        let above = [one.high - own.value, control.value - other.low];
        Interval {
            low: difference - together(below, correlation),
            high: difference + together(above, correlation),
        }
    };
    Bounds {
        value: difference,
        interval95: interval(own.interval95, control.interval95),
        interval997: interval(own.interval997, control.interval997),
    }
}

fn together([one, other]: [f64; 2], correlation: f64) -> f64 {
    let square = one * one + other * other - 2.0 * correlation * one * other;
    // Rounding only; what is not known stays so.
    if square < 0.0 { 0.0 } else { square.sqrt() }
}

/// Correlation of the `n` pairs that are both defined, times `(n - 2) / n`: that of few pairs is off
/// to both sides, and only where it is too large does an interval get too short. 0 where one side
/// has no spread.
pub fn correlation(own: &[f64], control: &[f64]) -> f64 {
    let pairs = own.iter().zip(control);
    let pairs: Vec<(f64, f64)> = pairs
        .filter(|(one, other)| !one.is_nan() && !other.is_nan())
        .map(|(one, other)| (*one, *other))
        .collect();
    let n = pairs.len() as f64;
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
    let (x, y) = (sum(&|pair| pair.0) / n, sum(&|pair| pair.1) / n);
    let products = sum(&|pair| (pair.0 - x) * (pair.1 - y));
    let squares =
        sum(&|pair| (pair.0 - x) * (pair.0 - x)) * sum(&|pair| (pair.1 - y) * (pair.1 - y));
    let found = products / squares.sqrt();
    if found.is_finite() {
        found * (n - 2.0) / n
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wilson's score interval of `events` of `n`.
    fn wilson(events: f64, n: f64) -> Bounds {
        let (share, z) = (events / n, 1.959_964_f64);
        let middle = (events + z * z / 2.0) / (n + z * z);
        let reach = z / (n + z * z) * (n * share * (1.0 - share) + z * z / 4.0).sqrt();
        let interval = Interval {
            low: middle - reach,
            high: middle + reach,
        };
        Bounds {
            value: share,
            interval95: interval,
            interval997: interval,
        }
    }

    #[test]
    fn agrees_with_newcombes_table() {
        // Newcombe (1998), table II, method 10.
        for (own, control, low, high) in [
            ((56.0, 70.0), (48.0, 80.0), 0.0524, 0.3339),
            ((9.0, 10.0), (3.0, 10.0), 0.1705, 0.8090),
            ((10.0, 10.0), (0.0, 20.0), 0.6791, 1.0),
        ] {
            let found = mover(wilson(own.0, own.1), wilson(control.0, control.1), 0.0);
            assert!((found.interval95.low - low).abs() < 5e-5, "{found:?}");
            assert!((found.interval95.high - high).abs() < 5e-5, "{found:?}");
        }
    }

    #[test]
    fn of_symmetric_intervals_it_is_that_of_paired_differences() {
        // Reaches 2 s / sqrt n and correlation r: the reach of differences, whose variance is
        // s^2 + t^2 - 2 r s t.
        let (own, control) = ([1.0, 2.0, 4.0, 3.0], [2.0, 2.0, 5.0, 7.0]);
        let r = correlation(&own, &control) * 2.0;
        let bounds = |value: f64, reach: f64| {
            let interval = Interval {
                low: value - reach,
                high: value + reach,
            };
            Bounds {
                value,
                interval95: interval,
                interval997: interval,
            }
        };
        let deviation = crate::statistics::standard_deviation;
        let found = mover(
            bounds(2.5, deviation(&own)),
            bounds(4.0, deviation(&control)),
            r,
        );
        let differences: Vec<f64> = own.iter().zip(control).map(|(a, b)| a - b).collect();
        assert!((found.interval95.high - (deviation(&differences) - 1.5)).abs() < 1e-12);
    }

    #[test]
    fn without_both_intervals_there_is_none() {
        let none = Bounds {
            value: 0.0,
            ..Bounds::UNDEFINED
        };
        assert!(!mover(wilson(3.0, 10.0), none, 0.0).interval95.is_defined());
        assert_eq!(correlation(&[1.0, 1.0], &[0.0, 3.0]), 0.0);
    }
}
