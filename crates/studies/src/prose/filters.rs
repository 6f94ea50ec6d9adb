//! How a template shows what it found, and what it prints without a filter.

use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Output, State, Value};

use super::interval::{Bounds, kind};
use super::language::{Entry, Word, names};
use super::numbers::{MISSING, percent_with_interval, points_with_interval, significant};
use super::page::Page;

/// All of them.
pub(super) const ALL: [Entry; 8] = [
    Entry {
        word: Word {
            name: "percent",
            written: "percent",
            meaning: "a share as a percentage, of a row with its 95% interval: 39.6% (33.4 to 45.8%)",
            example: r#"{{ estimate("dead", learning_rate="low") | percent }}"#,
        },
        register: |environment, name, _| {
            environment.add_filter(name, move |value: &Value| {
                Bounds::of(value, name).map(|b| percent_with_interval(b.value, b.low, b.high))
            });
        },
    },
    Entry {
        word: Word {
            name: "points",
            written: "points",
            meaning: "a difference of shares in percentage points, with its interval",
            example: r#"{{ estimate("dead_at_0.5_minus_0.05") | points }}"#,
        },
        register: |environment, name, _| {
            environment.add_filter(name, move |value: &Value| {
                Bounds::of(value, name).map(|b| points_with_interval(b.value, b.low, b.high))
            });
        },
    },
    Entry {
        word: Word {
            name: "number",
            written: "number",
            meaning: "a number with three significant digits, with its interval",
            example: r#"{{ estimate("dead_at_0.5_minus_0.05") | number }}"#,
        },
        register: |environment, name, _| {
            environment.add_filter(name, move |value: &Value| {
                Bounds::of(value, name).map(number)
            });
        },
    },
    Entry {
        word: Word {
            name: "whole",
            written: "whole",
            meaning: "all digits of a whole number, without an interval",
            example: r#"{{ cell("cells", measure="dead_filters", learning_rate="low", layer="all").numerator | whole }}"#,
        },
        register: |environment, name, _| {
            environment.add_filter(name, move |value: &Value| {
                Bounds::of(value, name).map(whole)
            });
        },
    },
    Entry {
        word: Word {
            name: "label",
            written: "label, label(factor)",
            meaning: "a level as it prints, by `labels` of its factor",
            example: r#"{{ "0.5" | label("learning_rate") }}"#,
        },
        register: |environment, name, page| {
            environment.add_filter(name, move |level: &Value, factor: Option<&str>| {
                label(&page, level, factor)
            });
        },
    },
    Entry {
        word: Word {
            name: "list",
            written: "list, list(column)",
            meaning: "texts, or a column of rows, as `a, b and c`",
            example: r#"{{ rows("cells", measure="working") | list("learning_rate") }}"#,
        },
        register: |environment, name, page| {
            environment.add_filter(name, move |items: &Value, column: Option<&str>| {
                list(&page, items, column)
            });
        },
    },
    Entry {
        word: Word {
            name: "count",
            written: "count",
            meaning: "how many rows or texts",
            example: r#"{{ rows("cells", measure="working") | count }}"#,
        },
        register: |environment, name, _| {
            environment.add_filter(name, move |items: &Value| {
                several(items, name)?.len().ok_or_else(|| {
                    Error::new(ErrorKind::InvalidOperation, "these cannot be counted")
                })
            });
        },
    },
    Entry {
        word: Word {
            name: "upper_first",
            written: "upper_first",
            meaning: "a text with its first letter as a capital",
            example: r#"{{ verdict("more-die") | upper_first }}"#,
        },
        register: |environment, name, _| {
            environment.add_filter(name, |text: &str| {
                let mut letters = text.chars();
                let first = letters.next().map(char::to_uppercase);
                first.map_or_else(String::new, |first| first.chain(letters).collect())
            });
        },
    },
];

/// Their names.
pub(super) const NAMES: [&str; ALL.len()] = names(&ALL);

/// `0.332 (0.299 to ∞)`: three significant digits.
fn number(own: Bounds) -> String {
    if own.low.is_nan() || own.high.is_nan() || own.value.is_nan() {
        return significant(own.value);
    }
    let [value, low, high] = [own.value, own.low, own.high].map(significant);
    format!("{value} ({low} to {high})")
}

/// All digits of a whole number.
fn whole(own: Bounds) -> String {
    if own.value.is_finite() {
        let text = format!("{:.0}", own.value.abs());
        let negative = own.value < 0.0 && text != "0";
        format!("{}{text}", if negative { "\u{2212}" } else { "" })
    } else {
        significant(own.value)
    }
}

/// A level as it prints.
fn label(page: &Page, level: &Value, factor: Option<&str>) -> Result<String, Error> {
    let text = shown(level)?;
    Ok(page
        .label(&text, factor)
        .map_or(text.clone(), str::to_owned))
}

fn several<'a>(items: &'a Value, who: &str) -> Result<&'a Value, Error> {
    if matches!(items.kind(), ValueKind::Seq | ValueKind::Iterable) {
        return Ok(items);
    }
    let words = format!("`{who}` takes several texts or rows, not {}", kind(items));
    Err(Error::new(ErrorKind::InvalidOperation, words))
}

/// `a`, `a and b`, `a, b and c`, of texts or of a column of rows.
fn list(page: &Page, items: &Value, column: Option<&str>) -> Result<String, Error> {
    let mut words = Vec::new();
    for item in several(items, "list")?.try_iter()? {
        words.push(match column {
            Some(column) => label(page, &item.get_attr(column)?, Some(column))?,
            None => shown(&item)?,
        });
    }
    Ok(match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    })
}

/// A value as it prints without a filter: text as it is, a real number with three significant
/// digits, a whole one with all, nothing known as `n/a`.
fn shown(value: &Value) -> Result<String, Error> {
    if let Some(text) = value.as_str() {
        return Ok(text.into());
    }
    if value.is_none() {
        return Ok(MISSING.into());
    }
    if value.is_integer() {
        return Ok(value.to_string().replace('-', "\u{2212}"));
    }
    if value.is_number() {
        return Ok(significant(f64::try_from(value.clone())?));
    }
    Err(Error::new(
        ErrorKind::InvalidOperation,
        format!(
            "{} does not print: name a column, or a filter ({})",
            kind(value),
            NAMES.join(", ")
        ),
    ))
}

/// Writes what stands between `{{` and `}}`.
pub(super) fn print(output: &mut Output, _: &mut State, value: &Value) -> Result<(), Error> {
    // `{{ ", " if not loop.last }}` without its `else`.
    let text = if value.is_undefined() {
        String::new()
    } else {
        shown(value)?
    };
    output.write_str(&text).map_err(Error::from)
}
