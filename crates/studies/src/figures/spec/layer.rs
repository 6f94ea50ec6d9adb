//! What stands in a panel beside its own marks, and what its frames share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Where;

/// What is drawn over a panel's own marks.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// How.
    pub mark: LayerMark,
    /// Takes the place of the panel's `where`, column by column.
    #[serde(default, rename = "where", skip_serializing_if = "Where::is_empty")]
    pub filter: Where,
    /// What it is, for the legend; after the number in tiles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Of text: the column of the number; that of the tile's own if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Of bands and intervals: the columns of their ends; `low95` and `high95` if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<[String; 2]>,
    /// Of text: whether values are multiplied by 100; as the tile's own number if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<bool>,
    /// Of lines: one a network instead of their mean.
    #[serde(default)]
    pub networks: bool,
}

/// How a layer is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LayerMark {
    /// A dotted line through values.
    Line,
    /// From one end to the other.
    Band,
    /// The same, at each value.
    Interval,
    /// A line of words in each tile.
    Text,
}

/// A line of reference; one of `x`, `y` and `diagonal`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// An upright line here, in the unit of the axis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<f64>,
    /// A level line here, in the unit of the axis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<f64>,
    /// A line where both are equal.
    #[serde(default)]
    pub diagonal: bool,
    /// Written at the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it is, for the legend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// What frames have of their own and what they share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resolve {
    /// The range of x.
    #[serde(default)]
    pub x: Scope,
    /// The range of y.
    #[serde(default)]
    pub y: Scope,
    /// The levels of the columns, row by row.
    #[serde(default)]
    pub column: Scope,
}

/// Shared, or each its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// One for all.
    #[default]
    Shared,
    /// Each its own.
    Independent,
}

/// Single networks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Dots {
    /// Whether they are drawn.
    Drawn(bool),
    /// They are, and the legend calls one so: where a dot is not of one network but of a pair.
    Named(String),
}

/// How intervals of curves are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Interval {
    /// A band along the line, exact limits as bars.
    Band,
    /// A band along the line, no exact limits: where they would crowd out everything else.
    Measured,
    /// A bar at each value.
    Bar,
    /// None.
    None,
}
