//! Channels: a column, and how its values become places or looks.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Value;

/// A column of the table, and how it is shown.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// The column, or several whose levels are taken together.
    pub field: Fields,
    /// Label of the axis; before levels that are numbers elsewhere. The field's words if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How levels print here, where they do not as in the rest of the study; of several fields each
    /// one's, or all with `, ` between.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// The order of levels.
    #[serde(default)]
    pub sort: Sort,
    /// From values to places or shades.
    #[serde(default)]
    pub scale: ScaleSpec,
    /// Of x: a second scale along the upper edge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<Above>,
}

/// One column, or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Fields {
    /// One.
    One(String),
    /// Several, whose levels are taken together.
    More(Vec<String>),
}

impl Fields {
    /// The columns' names.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::More(names) => names,
        }
    }

    /// The first column's name.
    pub fn first(&self) -> &str {
        self.names().first().map_or("", String::as_str)
    }
}

/// The order of levels.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Sort {
    /// By a rule.
    By(Order),
    /// These in this order, then all others as in the table.
    Levels(Vec<Value>),
}

impl Default for Sort {
    fn default() -> Self {
        Self::By(Order::Table)
    }
}

/// Rules of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// As `where` lists them, if it does, else as the table's rows do.
    Table,
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// From values to places.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScaleSpec {
    /// Which lengths are equal; as the kind has it if not said.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ScaleType>,
    /// Whether values are multiplied by 100.
    #[serde(default)]
    pub percent: bool,
    /// Whether values are shown with the other sign: 5 steps before something stand at −5. Not of
    /// the values that have intervals.
    #[serde(default)]
    pub negative: bool,
    /// Where the axis starts and ends, in its own unit; all values if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<[f64; 2]>,
    /// Whether a linear axis holds 0; as the kind has it if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero: Option<bool>,
}

impl ScaleSpec {
    /// What values are multiplied by.
    pub fn factor(&self) -> f64 {
        let size = if self.percent { 100.0 } else { 1.0 };
        if self.negative { -size } else { size }
    }
}

/// Which lengths along an axis are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ScaleType {
    /// Those of equal differences.
    Linear,
    /// Those of equal ratios.
    Log,
    /// Those of equal ratios of 1 + value.
    Log1p,
    /// Those between neighbouring levels.
    Ordinal,
}

/// A second scale along the upper edge, a fixed multiple of x within each frame.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Above {
    /// The column.
    pub field: String,
    /// Label of the axis; the field's words if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}
