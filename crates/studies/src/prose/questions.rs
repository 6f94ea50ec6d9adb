//! Where an interval lies: what a template may ask with `is`.
//!
//! All but `known` and `finite`, which are of the number, are of the whole interval (a number without
//! one stands for itself), and false where an end is not known: then neither a question nor its
//! opposite holds.

use minijinja::{Error, Value};

use super::interval::{Bounds, Interval};
use super::language::{Entry, Word, names};
use super::row::Row;

/// All of them.
pub(super) const ALL: [Entry; 6] = [
    Entry {
        word: Word {
            name: "within",
            written: "is within(a, b)",
            meaning: "the whole interval lies between the two numbers",
            example: r#"{{ "equal" if estimate("dead_at_0.5_minus_0.05") is within(-0.01, 0.01) else "not shown to be equal" }}"#,
        },
        register: |environment, name, _| {
            environment.add_test(name, move |value: &Value, low: f64, high: f64| {
                ask(value, name, |own| own.0 >= low && own.1 <= high)
            });
        },
    },
    Entry {
        word: Word {
            name: "outside",
            written: "is outside(a, b)",
            meaning: "the whole interval lies beyond them",
            example: r#"{{ "different" if estimate("dead_at_0.5_minus_0.05") is outside(-0.01, 0.01) else "not shown to differ" }}"#,
        },
        register: |environment, name, _| {
            environment.add_test(name, move |value: &Value, low: f64, high: f64| {
                ask(value, name, |own| own.1 < low || own.0 > high)
            });
        },
    },
    Entry {
        word: Word {
            name: "above",
            written: "is above(a)",
            meaning: "the whole interval lies above the number",
            example: r#"{{ "more" if estimate("dead_at_0.5_minus_0.05") is above(0) else "not decided" }}"#,
        },
        register: |environment, name, _| {
            environment.add_test(name, move |value: &Value, limit: f64| {
                ask(value, name, |own| own.0 > limit)
            });
        },
    },
    Entry {
        word: Word {
            name: "below",
            written: "is below(a)",
            meaning: "the whole interval lies below the number",
            example: r#"{{ "fewer" if estimate("dead_at_0.5_minus_0.05") is below(0) else "not decided" }}"#,
        },
        register: |environment, name, _| {
            environment.add_test(name, move |value: &Value, limit: f64| {
                ask(value, name, |own| own.1 < limit)
            });
        },
    },
    Entry {
        word: Word {
            name: "known",
            written: "is known",
            meaning: "there is a number: some network works, and this version of the study has it",
            example: r#"{{ "there" if estimate("dead", learning_rate="high") is known else "no network works" }}"#,
        },
        register: |environment, name, _| {
            environment.add_test(name, move |value: &Value| match value.as_str() {
                Some(text) => Ok(!text.is_empty()),
                None => Bounds::of(value, name).map(|own| !own.value.is_nan()),
            });
        },
    },
    Entry {
        word: Word {
            name: "finite",
            written: "is finite",
            meaning: "the number is neither unknown nor infinite (a crossing that is never reached)",
            example: r#"{{ "finite" if estimate("dead", learning_rate="high") is finite else "none" }}"#,
        },
        register: |environment, name, _| {
            environment.add_test(name, move |value: &Value| {
                Bounds::of(value, name).map(|own| own.value.is_finite())
            });
        },
    },
];

/// Their names.
pub(super) const NAMES: [&str; ALL.len()] = names(&ALL);

fn ask(value: &Value, who: &str, holds: impl Fn((f64, f64)) -> bool) -> Result<bool, Error> {
    let interval = value.downcast_object_ref::<Row>().is_some()
        || value.downcast_object_ref::<Interval>().is_some();
    Ok(holds(Bounds::of(value, who)?.whole(!interval)))
}
