//! Ticks along a scale, and the numbers at them.

use super::Scale;

/// A tick of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where it stands.
    pub value: f64,
    /// What is written at it; a tick without label is short.
    pub label: Option<String>,
}

impl Tick {
    /// A tick that shows its value.
    pub fn labelled(value: f64) -> Self {
        Self {
            value,
            label: Some(number(value)),
        }
    }
}

impl Scale {
    /// Logarithmic ticks: each decade labelled, 2 to 9 times it short. On a linear scale: both
    /// ends.
    pub fn decades(self) -> Vec<Tick> {
        let (Self::Log { .. } | Self::LogOnePlus { .. }) = self else {
            return vec![Tick::labelled(self.low()), Tick::labelled(self.high())];
        };
        let mut ticks = Vec::new();
        if self.low() == 0.0 {
            ticks.push(Tick::labelled(0.0));
        }
        let start = if self.low() > 0.0 { self.low() } else { 1.0 };
        for exponent in decade(start)..=decade(self.high()) {
            for factor in 1..=9 {
                let value = power_of_ten(exponent, factor);
                if self.contains(value) {
                    ticks.push(if factor == 1 {
                        Tick::labelled(value)
                    } else {
                        Tick { value, label: None }
                    });
                }
            }
        }
        ticks
    }

    /// Logarithmic ticks: 1, 2 and 5 times each power of ten labelled, the others short. For wide
    /// panels, of about 8 mm a label.
    pub fn one_two_five(self) -> Vec<Tick> {
        let mut ticks = self.decades();
        for tick in &mut ticks {
            let factor = tick.value / power_of_ten(decade(tick.value), 1);
            if [2.0, 5.0]
                .iter()
                .any(|wanted| libm::fabs(factor - wanted) < 1e-9)
            {
                tick.label = Some(number(tick.value));
            }
        }
        ticks
    }

    /// The same ticks with the axis's last value labelled too, where it has room.
    pub fn decades_and_end(self) -> Vec<Tick> {
        let end = self.high();
        let mut ticks = self.decades();
        ticks.retain(|tick| tick.value != end);
        ticks.push(Tick::labelled(end));
        ticks
    }

    /// Powers of ten of a logarithmic axis, those whose exponent is a multiple of `every` labelled,
    /// below a thousandth as `1e-4`: for axes of many decades.
    pub fn powers(self, every: i32) -> Vec<Tick> {
        let exponents = decade(self.low())..=decade(self.high());
        let ticks = exponents.map(|exponent| {
            let value = power_of_ten(exponent, 1);
            let label = if exponent < -3 {
                format!("1e\u{2212}{}", -exponent)
            } else {
                number(value)
            };
            Tick {
                value,
                label: (exponent % every.max(1) == 0).then_some(label),
            }
        });
        ticks.filter(|tick| self.contains(tick.value)).collect()
    }

    /// About `count` ticks of a linear axis at multiples of a round number: 1, 2 or 5 times a power
    /// of ten.
    pub fn round(self, count: u32) -> Vec<Tick> {
        let (low, high) = (self.low(), self.high());
        let wanted = (high - low) / f64::from(count);
        let exponent = decade(wanted);
        let factors = [1, 2, 5].map(|factor| power_of_ten(exponent, factor));
        let fitting = factors.into_iter().find(|step| *step >= wanted);
        let step = fitting.unwrap_or_else(|| power_of_ten(exponent + 1, 1));
        let (first, last) = ((low / step).ceil() as i32, (high / step).floor() as i32);
        let values = (first..=last).map(|index| {
            // Ten decimals: what the multiplication rounds away is not a digit of the tick.
            let text = format!("{:.10}", f64::from(index) * step);
            text.parse().unwrap_or(0.0)
        });
        values.map(Tick::labelled).collect()
    }
}

/// A number as it stands in a figure: no trailing zeros, a true minus sign, no negative zero.
pub fn number(value: f64) -> String {
    let text = format!("{}", value + 0.0);
    text.strip_prefix('-')
        .map_or(text.clone(), |rest| format!("\u{2212}{rest}"))
}

/// The exponent of the decade that holds a value.
fn decade(value: f64) -> i32 {
    (libm::log10(value) + 1e-12).floor() as i32
}

/// `factor` times 10 to the power `exponent`, rounded once, so that 3 x 10^-1 is 0.3.
fn power_of_ten(exponent: i32, factor: i32) -> f64 {
    let ten = |n: i32| (0..n).fold(1.0, |power, _| power * 10.0);
    if exponent < 0 {
        f64::from(factor) / ten(-exponent)
    } else {
        f64::from(factor) * ten(exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_are_labelled_and_their_multiples_short() {
        let ticks = Scale::Log {
            low: 0.02,
            high: 1.5,
        }
        .decades();
        let labels: Vec<_> = ticks.iter().filter_map(|t| t.label.as_deref()).collect();
        assert_eq!(labels, ["0.1", "1"]);
        assert_eq!(ticks.len(), 8 + 9 + 1);
        assert!(ticks.iter().any(|tick| tick.value == 0.3));
        let ticks = Scale::Log {
            low: 0.03,
            high: 1.5,
        }
        .one_two_five();
        let labels: Vec<_> = ticks.iter().filter_map(|t| t.label.as_deref()).collect();
        assert_eq!(labels, ["0.05", "0.1", "0.2", "0.5", "1"]);
        let labels: Vec<_> = Scale::LogOnePlus { high: 900.0 }
            .decades()
            .into_iter()
            .filter_map(|tick| tick.label)
            .collect();
        assert_eq!(labels, ["0", "1", "10", "100"]);
    }

    #[test]
    fn round_ticks_are_multiples_of_one_two_or_five() {
        let labels = |low: f64, high: f64| -> Vec<String> {
            let ticks = Scale::Linear { low, high }.round(5).into_iter();
            ticks.filter_map(|tick| tick.label).collect()
        };
        assert_eq!(labels(-0.1, 1.4), ["0", "0.5", "1"]);
        assert_eq!(labels(0.0, 10.0), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(
            labels(-1.0, 0.0),
            [
                "\u{2212}1",
                "\u{2212}0.8",
                "\u{2212}0.6",
                "\u{2212}0.4",
                "\u{2212}0.2",
                "0"
            ]
        );
    }

    #[test]
    fn small_powers_of_ten_are_written_short() {
        let scale = Scale::Log {
            low: 2e-6,
            high: 1.5,
        };
        let labels = |every| -> Vec<String> {
            let ticks = scale.powers(every).into_iter();
            ticks.filter_map(|tick| tick.label).collect()
        };
        assert_eq!(labels(2), ["1e\u{2212}4", "0.01", "1"]);
        assert_eq!(labels(3), ["0.001", "1"]);
        assert_eq!(scale.powers(2).len(), 6);
    }

    #[test]
    fn numbers_are_set_as_a_typesetter_would() {
        assert_eq!(number(0.3), "0.3");
        assert_eq!(number(20.0), "20");
        assert_eq!(number(-1.5), "\u{2212}1.5");
        assert_eq!(number(-0.0), "0");
    }
}
