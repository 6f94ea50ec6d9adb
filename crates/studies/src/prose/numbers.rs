//! Numbers as they stand in sentences and tables of a README.

/// What stands for a number that is not known.
pub const MISSING: &str = "n/a";

/// A share as a percentage with one decimal: `0.1234` is `12.3%`; nothing known is `n/a`.
pub fn percent(share: f64) -> String {
    if share.is_finite() {
        format!("{}%", minus(&format!("{:.1}", 100.0 * share)))
    } else {
        MISSING.into()
    }
}

/// A share with its interval: `12.3% (10.1 to 14.9%)`.
pub fn percent_with_interval(share: f64, low: f64, high: f64) -> String {
    if low.is_finite() && high.is_finite() {
        let low = minus(&format!("{:.1}", 100.0 * low));
        format!("{} ({low} to {})", percent(share), percent(high))
    } else {
        percent(share)
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
    fn shares_have_one_decimal() {
        assert_eq!(percent(0.123_4), "12.3%");
        assert_eq!(percent(-0.000_01), "0.0%");
        assert_eq!(percent(f64::NAN), "n/a");
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
