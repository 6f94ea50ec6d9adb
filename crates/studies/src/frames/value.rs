//! One cell of a frame.

use std::fmt;

use crate::table::Values;

/// A setting of a trial, or the key of a group.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A real number; `NaN` where there is none.
    Real(f64),
    /// A whole number; `None` where there is none.
    Integer(Option<i64>),
    /// A word.
    Text(String),
    /// Yes or no; `None` where there is neither.
    Flag(Option<bool>),
}

impl Value {
    /// As a number: 0 and 1 for a flag, `NaN` for a word or where there is none.
    pub fn real(&self) -> f64 {
        match self {
            Self::Real(value) => *value,
            Self::Integer(value) => value.map_or(f64::NAN, |v| v as f64),
            Self::Flag(value) => value.map_or(f64::NAN, |v| f64::from(u8::from(v))),
            Self::Text(_) => f64::NAN,
        }
    }

    /// A column of values of this one's kind.
    pub fn column<'a>(&self, values: impl Iterator<Item = &'a Self>) -> Values {
        match self {
            Self::Real(_) => Values::Real(values.map(Self::real).collect()),
            Self::Integer(_) => {
                let whole = |value: &Self| match value {
                    Self::Integer(whole) => *whole,
                    _ => None,
                };
                Values::Integer(values.map(whole).collect())
            }
            Self::Text(_) => Values::Text(values.map(ToString::to_string).collect()),
            Self::Flag(_) => {
                let flag = |value: &Self| match value {
                    Self::Flag(flag) => *flag,
                    _ => None,
                };
                Values::Flag(values.map(flag).collect())
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real(value) if value.is_nan() => Ok(()),
            Self::Real(value) => write!(f, "{value}"),
            Self::Integer(value) => value.map_or(Ok(()), |v| write!(f, "{v}")),
            Self::Text(value) => f.write_str(value),
            Self::Flag(value) => value.map_or(Ok(()), |v| write!(f, "{v}")),
        }
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(Some(value))
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(Some(i64::from(value)))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Flag(Some(value))
    }
}
