//! Numbers as they stand in sentences and tables of a README.

/// What stands for a number that is not known.
pub const MISSING: &str = "n/a";

/// A share as a percentage: with one decimal, `0.1234` is `12.3%`, or below 0.1% with its first digit,
/// `0.00048` is `0.05%`, so that few is not none. Nothing known is `n/a`.
pub fn percent(share: f64) -> String {
    percent_to(share, decimals(share))
}

/// A share with its interval, all to as many decimals: `12.3% (10.1 to 14.9%)`.
pub fn percent_with_interval(share: f64, low: f64, high: f64) -> String {
    let decimals = decimals(share);
    let text = percent_to(share, decimals);
    if low.is_finite() && high.is_finite() {
        let (low, high) = (percent_to(low, decimals), percent_to(high, decimals));
        format!("{text} ({} to {high})", low.trim_end_matches('%'))
    } else {
        text
    }
}

fn percent_to(share: f64, decimals: usize) -> String {
    if share.is_finite() {
        format!("{}%", minus(&format!("{:.decimals$}", 100.0 * share)))
    } else {
        MISSING.into()
    }
}

/// As many decimals of a percentage as show its first digit: one, or up to four below 0.1%.
fn decimals(share: f64) -> usize {
    if share > 0.0 && share < 0.001 {
        let exponent = libm::log10(100.0 * share).floor();
        (-exponent).clamp(1.0, 4.0) as usize
    } else {
        1
    }
}

/// A difference of shares in points with its interval: `-0.2 points (-0.5 to 0.1)`, with true
/// minus signs.
pub fn points_with_interval(difference: f64, low: f64, high: f64) -> String {
    let points = |value: f64| minus(&format!("{:.1}", 100.0 * value));
    if !difference.is_finite() {
        MISSING.into()
    } else if low.is_finite() && high.is_finite() {
        let (low, high) = (points(low), points(high));
        format!("{} points ({low} to {high})", points(difference))
    } else {
        format!("{} points", points(difference))
    }
}

/// A number with three significant digits, without trailing zeros, as `8.58e-7` where it is very
/// small; `n/a` if there is none.
pub fn significant(value: f64) -> String {
    if value.is_nan() {
        return MISSING.into();
    }
    if value.is_infinite() {
        let sign = if value < 0.0 { "\u{2212}" } else { "" };
        return format!("{sign}\u{221e}");
    }
    if value == 0.0 {
        return "0".into();
    }
    let exponent = (libm::log10(value.abs()) + 1e-12).floor() as i32;
    if exponent < -4 {
        return minus(&format!("{value:.2e}").replace("e-", "e\u{2212}"));
    }
    let decimals = (2 - exponent).clamp(0, 12) as usize;
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    minus(text)
}

/// The same number with a typesetter's minus sign, and without a negative zero.
fn minus(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().any(|c| ('1'..='9').contains(&c)) => format!("\u{2212}{rest}"),
        Some(rest) => rest.into(),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_one_decimal_or_their_first_digit() {
        assert_eq!(percent(0.123_4), "12.3%");
        assert_eq!(percent(-0.000_01), "0.0%");
        assert_eq!(percent(0.0), "0.0%");
        assert_eq!(percent(0.001), "0.1%");
        assert_eq!(percent(0.000_48), "0.05%");
        assert_eq!(percent(1e-9), "0.0000%");
        assert_eq!(percent(f64::NAN), "n/a");
        assert_eq!(
            percent_with_interval(0.000_48, 0.000_37, 0.001_26),
            "0.05% (0.04 to 0.13%)"
        );
        assert_eq!(
            percent_with_interval(0.1, -0.012, 0.2),
            "10.0% (\u{2212}1.2 to 20.0%)"
        );
        assert_eq!(percent_with_interval(0.1, f64::NAN, 0.2), "10.0%");
    }

    #[test]
    fn differences_are_in_points() {
        assert_eq!(
            points_with_interval(-0.002, -0.005, 0.001),
            "\u{2212}0.2 points (\u{2212}0.5 to 0.1)"
        );
        assert_eq!(points_with_interval(0.05, f64::NAN, 0.1), "5.0 points");
        assert_eq!(points_with_interval(f64::NAN, 0.0, 0.1), "n/a");
    }

    #[test]
    fn three_digits_and_no_zeros_after_them() {
        assert_eq!(significant(0.032), "0.032");
        assert_eq!(significant(0.123_456), "0.123");
        assert_eq!(significant(2.0), "2");
        assert_eq!(significant(1234.0), "1234");
        assert_eq!(significant(-0.5), "\u{2212}0.5");
        assert_eq!(significant(f64::NEG_INFINITY), "\u{2212}\u{221e}");
        assert_eq!(significant(0.0), "0");
        assert_eq!(significant(-4.976e-9), "\u{2212}4.98e\u{2212}9");
    }
}
