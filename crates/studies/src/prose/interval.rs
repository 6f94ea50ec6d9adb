//! A number with its interval, as filters and questions see it.

use std::sync::Arc;

use minijinja::value::Object;
use minijinja::{Error, ErrorKind, Value};

use super::row::{Row, no_attribute};

/// A number with the ends of its interval; `NaN` where there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Bounds {
    pub(super) const MISSING: Self = Self {
        value: f64::NAN,
        low: f64::NAN,
        high: f64::NAN,
    };

    /// Of a row, an interval, a number (which is its own interval where `exact` asks for one) or
    /// nothing.
    ///
    /// # Errors
    /// If the value is anything else; `who` is the filter or question that wants it.
    pub(super) fn of(value: &Value, who: &str) -> Result<Self, Error> {
        if let Some(row) = value.downcast_object_ref::<Row>() {
            return row.bounds(who);
        }
        if let Some(interval) = value.downcast_object_ref::<Interval>() {
            return Ok(interval.bounds);
        }
        if value.is_none() {
            return Ok(Self::MISSING);
        }
        match f64::try_from(value.clone()) {
            Ok(number) if value.is_number() => Ok(Self {
                value: number,
                ..Self::MISSING
            }),
            _ => Err(Error::new(
                ErrorKind::InvalidOperation,
                format!(
                    "`{who}` takes a row, an interval or a number, not {}",
                    kind(value)
                ),
            )),
        }
    }

    /// Its ends, or a lone number twice: what a question asks.
    pub(super) fn whole(self, alone: bool) -> (f64, f64) {
        if alone {
            (self.value, self.value)
        } else {
            (self.low, self.high)
        }
    }
}

/// What a value is, in words of a message.
pub(super) fn kind(value: &Value) -> String {
    match value.as_str() {
        Some(text) => format!("the text \"{text}\""),
        None if value.is_undefined() => "nothing".into(),
        None => format!("a {}", value.kind()),
    }
}

/// The interval of a row at the level that judges.
#[derive(Debug)]
pub(super) struct Interval {
    pub(super) bounds: Bounds,
    pub(super) level: String,
}

impl Object for Interval {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let number = |value: f64| {
            if value.is_nan() {
                Value::from(())
            } else {
                Value::from(value)
            }
        };
        let key = key.as_str()?;
        Some(match key {
            "value" => number(self.bounds.value),
            "low" => number(self.bounds.low),
            "high" => number(self.bounds.high),
            "level" => Value::from(self.level.clone()),
            _ => no_attribute("an interval", key, &["value", "low", "high", "level"]),
        })
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !self.bounds.value.is_nan()
    }
}
