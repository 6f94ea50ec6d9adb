//! A figure as data: what `[figures.NAME]` of a study may say.
//!
//! A figure shows columns of tidy tables, in the words of Vega-Lite. Its panels stand below one
//! another in the order of the file (`across` of them beside one another), and each is repeated
//! for the levels of `row` and `column`:
//!
//! ```toml
//! [figures.silent]
//! title   = "What never acts, by activation and rate"
//! width   = 183
//! caption = "Filters that never act. Markers: means over networks; bars: 95% intervals."
//!
//! [[figures.silent.panels]]
//! mark    = "forest"
//! table   = "cells"
//! where   = { layer = "all", measure = ["silent_filters", "dead_filters"] }
//! missing = "no working network"
//! encoding.y      = { field = "activation" }
//! encoding.x      = { field = "value", title = "Filters (%)", scale = { percent = true } }
//! encoding.color  = { field = "measure" }
//! encoding.column = { field = "learning_rate", title = "Rate" }
//! ```
//!
//! # The words
//! **Figure**: `title` (one line, for readers who cannot see it; it is not drawn), `width` (89 or
//! 183 mm), `caption`, `across` (panels beside one another, 1 if not said), `panels`.
//!
//! **Panel**: `mark`, `table`, `where` (a column and the value or values its rows must have),
//! `least` (columns and the least number in them with which a value is shown), `encoding`, `title`
//! (above it), `height` (of one frame, in mm), `layers`, `rules`, `resolve`
//! (`x`, `y` or `column` = "independent": each frame has its own range, each row its own levels),
//! `missing` (what stands where there is no value), `dots` (whether networks are drawn, or what the
//! legend calls one) and `interval` (whether intervals are), both as the kind does it if not said.
//!
//! **Channel** (`encoding.x`, `y`, `color`, `row`, `column`): `field` (a column, or several whose
//! levels are taken together), `title`, `labels` (how levels print here), `sort` ("table", the order
//! of rows, which is meant if nothing is said; "ascending", "descending"; or levels in order),
//! `scale` (`type` linear, log, log1p or ordinal; `percent`: values times 100; `negative`: values
//! with the other sign; `domain`: where the axis ends, in its own unit; `zero`: whether it holds 0),
//! and of x `above` (a second scale on top for a column that is a fixed multiple of it within each
//! frame). A title stands before levels that are numbers.
//!
//! **Layer**: `mark` (line, band, interval; text in tiles), `where` (takes the place of the
//! panel's, column by column), `title` (in the legend), `networks` (one line a network), `ends`
//! (the columns between which a band or interval lies), and of text `field` (the column of the
//! number) and `percent`.
//!
//! **Rule**: `x` or `y` (where the line stands, in the axis's unit) or `diagonal`, with `label`
//! (written at it) or `title` (in the legend).
//!
//! # The kinds
//! A row of a table has a `value` with `low95` and `high95`, or, where `replicate` is not empty,
//! is of one network.
//!
//! | mark | shows | channels |
//! |---|---|---|
//! | forest | markers, intervals and networks, one row a level of y | y, x = value, color |
//! | bars | stacked bars, one a level of the other axis | x, y (one is `value`), color |
//! | areas | stacked areas over steps | x, y = value, color |
//! | curves | lines, bands and networks | x, y = value, color |
//! | tiles | shaded cells with their number | x, y, color = value |
//! | scatter | one marker a row of the table | x, y, color |
//! | raster | cells of a category, one row a level of y, each to the next value of x | x, y, color |

mod channel;
mod layer;
mod value;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use channel::{Channel, Order, ScaleType, Sort};
pub use layer::{Dots, Interval, Layer, LayerMark, Resolve, Rule, Scope};
pub use value::{OneOrMore, Value, Where};

/// One figure: `[figures.NAME]`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FigureSpec {
    /// In one line what is to be seen, for those who cannot see it; it is not drawn.
    pub title: String,
    /// Width on paper: 89 mm (one column) or 183 mm (two).
    pub width: Width,
    /// The caption, a template over the published tables.
    pub caption: String,
    /// Panels beside one another; 1 if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub across: Option<usize>,
    /// The panels, from the upper left.
    pub panels: Vec<PanelSpec>,
}

/// Widths that journals print, in millimetres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(try_from = "u16", into = "u16")]
#[schemars(extend("enum" = [89, 183]))]
pub struct Width(u16);

impl Width {
    /// One column.
    pub const ONE: Self = Self(89);
    /// Two columns.
    pub const TWO: Self = Self(183);

    /// In millimetres.
    pub fn millimetres(self) -> f64 {
        f64::from(self.0)
    }
}

impl From<Width> for u16 {
    fn from(width: Width) -> Self {
        width.0
    }
}

impl TryFrom<u16> for Width {
    type Error = String;

    fn try_from(width: u16) -> Result<Self, String> {
        match width {
            89 | 183 => Ok(Self(width)),
            _ => Err(format!(
                "a figure is 89 or 183 mm wide (one or two columns), not {width}"
            )),
        }
    }
}

/// One panel, repeated for the levels of its rows and columns.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PanelSpec {
    /// The kind of picture.
    pub mark: Mark,
    /// The table whose rows are shown.
    pub table: String,
    /// Columns, and the value or values that rows must have in them.
    #[serde(default, rename = "where", skip_serializing_if = "Where::is_empty")]
    pub filter: Where,
    /// Columns of numbers, and the least that a row must have there for its value to be shown: a
    /// share of very few says nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub least: BTreeMap<String, f64>,
    /// Which column is shown by what.
    pub encoding: Encoding,
    /// Words above the panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Height of one frame in millimetres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<f64>,
    /// What is drawn over the panel's own marks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<Layer>,
    /// Lines of reference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What each frame (x, y) or row (column) has of its own.
    #[serde(default)]
    pub resolve: Resolve,
    /// What stands where there is no value, for example `no working network`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Whether single networks are drawn as dots, where the table has them, or what the legend
    /// calls one; true if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dots: Option<Dots>,
    /// How intervals of curves are drawn; as a band if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
}

impl PanelSpec {
    /// What the legend calls a dot; nothing if none is drawn.
    pub fn dot(&self) -> Option<&str> {
        match &self.dots {
            Some(Dots::Drawn(false)) => None,
            Some(Dots::Named(words)) => Some(words),
            Some(Dots::Drawn(true)) | None => Some("Single network"),
        }
    }
}

/// Kinds of panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// Markers with intervals and networks, one row a level.
    Forest,
    /// Stacked bars.
    Bars,
    /// Stacked areas.
    Areas,
    /// Lines with bands and networks.
    Curves,
    /// Shaded cells with numbers.
    Tiles,
    /// Markers by two columns.
    Scatter,
    /// Cells of a category.
    Raster,
}

/// Which column is shown by what.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Encoding {
    /// From left to right.
    pub x: Channel,
    /// From bottom to top.
    pub y: Channel,
    /// By colour and a second sign (dash, marker or hatch); the shade in tiles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<Channel>,
    /// Frames below one another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<Channel>,
    /// Frames beside one another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Channel>,
}

impl Encoding {
    /// All channels with their names.
    pub fn channels(&self) -> impl Iterator<Item = (&'static str, &Channel)> {
        let optional = [
            ("color", self.color.as_ref()),
            ("row", self.row.as_ref()),
            ("column", self.column.as_ref()),
        ];
        let optional = optional.into_iter();
        [("x", &self.x), ("y", &self.y)]
            .into_iter()
            .chain(optional.filter_map(|(name, channel)| Some((name, channel?))))
    }
}
