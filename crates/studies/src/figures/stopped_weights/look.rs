//! How causes and optimizers look in every figure of the study.

use crate::figures::panel::Axis;
use crate::figures::scale::{Scale, Tick};
use crate::figures::style::{Colour, Fill, Series};

/// Causes as the tables name their columns, from the bottom of a stack, and in words.
pub(super) const CAUSES: [(&str, &str); 10] = [
    ("dead", "Dead filter"),
    ("starved", "Reads a dead filter"),
    ("blank_input", "Reads blank pixels"),
    ("cut_off", "Cut off"),
    ("inactive", "Filter silent on these batches"),
    ("quiet_input", "Reads a filter silent on them"),
    ("unreached", "No gradient reached its filter"),
    ("no_input", "Own input 0 where gradient came"),
    ("stalled", "Update rounds away"),
    ("returned", "Changed and came back"),
];

/// The area of a cause. Only dead filters are of one colour, the darkest of all: in grey print too
/// each other cause is told by its lines.
pub(super) fn fill(cause: &str) -> Fill {
    match cause {
        "dead" => Fill::dead(),
        "starved" => Fill::hatched(Colour::SKY_BLUE, Colour::BLUE, (1.0, -1.0), 0.8),
        "blank_input" => Fill::born_dead(),
        "cut_off" => Fill::cut_off(),
        "inactive" => Fill::hatched(Colour::GREEN, Colour::WHITE, (1.0, -1.0), 1.1),
        "quiet_input" => Fill::hatched(Colour::GREEN.tint(0.3), Colour::GREEN, (1.0, 1.0), 0.7),
        "unreached" => Fill::hatched(Colour::PURPLE.tint(0.3), Colour::PURPLE, (1.0, -1.0), 0.7),
        "no_input" => Fill::hatched(Colour::PURPLE, Colour::WHITE, (0.0, 1.0), 0.8),
        "stalled" => Fill::hatched(Colour::ORANGE, Colour::BLACK, (1.0, 1.0), 1.0),
        _ => Fill::hatched(Colour::WHITE, Colour::BLACK, (1.0, 0.0), 0.7),
    }
}

/// How an optimizer looks where optimizers are compared: by its place in the specification.
pub(super) fn optimizer(index: usize) -> Series {
    Series::arm(index)
}

/// How an optimizer is called in headings.
pub(super) fn heading(optimizer: &str) -> String {
    match optimizer {
        "SGD" => "Plain SGD".into(),
        "L2" => "Momentum with L2".into(),
        other => other.into(),
    }
}

/// A step or interval with its thousands apart: 1,000.
pub(super) fn thousands(steps: f64) -> String {
    let whole = steps as u64;
    if whole >= 1000 {
        format!("{},{:03}", whole / 1000, whole % 1000)
    } else {
        whole.to_string()
    }
}

/// "1 step", "10 steps".
pub(super) fn steps(interval: f64) -> String {
    let plural = if interval == 1.0 { "" } else { "s" };
    format!("{} step{plural}", thousands(interval))
}

/// The axis of the long runs: from 0 to their last step.
pub(super) fn training_steps(last: f64) -> Axis {
    let scale = Scale::Linear {
        low: 0.0,
        high: last,
    };
    let ticks = [0.0, 5_000.0, 10_000.0, 15_000.0, 20_000.0].map(|value| Tick {
        value,
        label: (value % 10_000.0 == 0.0).then(|| thousands(value)),
    });
    Axis::new(scale, "Training step", ticks.to_vec())
}

/// The end of an axis that starts at 0 and holds `highest`: 1, 2 or 5 times a power of ten, with
/// ticks.
pub(super) fn axis_end(highest: f64, least: f64) -> (f64, Vec<f64>) {
    let mut end = least;
    let factors = [2.0, 2.5, 2.0];
    let mut turn = match least {
        least if (least - 2.0).abs() < 1e-9 || (least - 20.0).abs() < 1e-9 => 1,
        least if (least - 5.0).abs() < 1e-9 || (least - 50.0).abs() < 1e-9 => 2,
        _ => 0,
    };
    while end < highest && end < 100.0 {
        end = (end * factors[turn % 3]).min(100.0);
        turn += 1;
    }
    (end, vec![0.0, end / 2.0, end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        for (highest, end) in [
            (0.3, 1.0),
            (1.1, 2.0),
            (3.0, 5.0),
            (7.0, 10.0),
            (42.0, 50.0),
        ] {
            assert_eq!(axis_end(highest, 1.0).0, end);
        }
        assert_eq!(axis_end(99.0, 1.0).0, 100.0);
        assert_eq!(axis_end(3.0, 5.0), (5.0, vec![0.0, 2.5, 5.0]));
    }

    #[test]
    fn steps_are_readable() {
        assert_eq!(steps(1.0), "1 step");
        assert_eq!(steps(1000.0), "1,000 steps");
        assert_eq!(thousands(20_025.0), "20,025");
    }

    #[test]
    fn no_two_causes_look_the_same() {
        for (index, (cause, _)) in CAUSES.iter().enumerate() {
            for (other, _) in &CAUSES[..index] {
                assert_ne!(fill(cause), fill(other), "{cause} {other}");
            }
        }
    }
}
