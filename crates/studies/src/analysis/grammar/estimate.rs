//! The words of `[[estimates]]` and `[declared]`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Levels;
use crate::analysis::level::Level;

/// An estimate, or a family of them: a name, its factors, and one statistic.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EstimateSpec {
    /// Its name, unique within the study.
    pub name: String,
    /// What it is, with its unit; `{{ factor }}` stands for the family's level.
    pub words: String,
    /// One estimate for each combination of levels of these factors and keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// Which networks: a level or a list for each factor or key.
    #[serde(default, rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    pub filter: BTreeMap<String, Levels>,
    /// Only networks of these seeds, from the first to the last, counted from 0: as if no others
    /// had been run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicates: Option<[u32; 2]>,
    /// The measure's own statistic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<String>,
    /// A measure here minus the same at the levels of `versus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
    /// Largest mean of a measure over cells, chosen on odd seeds and measured on even ones, and
    /// the reverse.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest: Option<String>,
    /// Where the mean of a measure over the levels of a factor first reaches a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crossing: Option<Crossing>,
    /// Rate at which half of the networks have an event, by Firth's logistic fit over its logarithm,
    /// going up from the rate with the fewest; without an interval where rates separate the outcomes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_rate: Option<HalfRate>,
    /// Main effect or size of effects in a crossed design.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// Events among opportunities over all networks, for an exact claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<String>,
    /// Agreement of the order of levels with another order (Kendall's tau).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// Slope of a measure over the levels of a factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slope: Option<Slope>,
    /// One row with the columns `value`, `n`, `low95`, `high95`, `low997`, `high997`, and `events`
    /// and `opportunities` where it counts: of a special table, whose program says the bounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// Events per unit at risk and epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hazard: Option<String>,
    /// With `difference`: the levels that are subtracted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub versus: BTreeMap<String, Level>,
    /// With `difference`: pairs by seed, or unpaired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paired: Option<bool>,
    /// With `difference`: mean within the seed over the levels that both sides have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over: Option<String>,
    /// With `difference` and `order`: each side at its own best level of this factor, chosen on
    /// odd seeds and measured on even ones, and the reverse.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best: Option<String>,
    /// With `largest`: only cells in which the mean of these measures is at most so far below the
    /// best cell's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub good: BTreeMap<String, f64>,
    /// With `crossing`: divided by another crossing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub divided_by: Option<Crossing>,
    /// With `order`: the levels of one factor, first to last.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ranks: BTreeMap<String, Vec<Level>>,
}

/// Where a mean first reaches a number.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Crossing {
    /// The measure.
    pub measure: String,
    /// The factor, whose levels are numbers above 0.
    pub over: String,
    /// The number.
    pub at: f64,
}

/// At which rate half of the networks have an event.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HalfRate {
    /// A measure that is 1 in networks with the event and 0 in others.
    pub measure: String,
    /// The factor, whose levels are numbers above 0.
    pub over: String,
}

/// An effect in a crossed design; the combination of levels of all `factors` are its cells.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The measure.
    pub measure: String,
    /// The crossed factors, the first one slowest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<String>,
    /// What of the effects.
    pub of: EffectOf,
}

/// What of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EffectOf {
    /// Mean over the cells of a level minus the mean over all cells: one for each `factor` and
    /// `level`.
    Main,
    /// Largest minus smallest main effect: one for each `factor`.
    Range,
    /// That of the first factor minus the largest of the others'.
    RangeMinusLargestOther,
    /// Root mean square over the cells: one for each `effect`, which is a factor or several with
    /// ` x ` between.
    Size,
}

/// A slope over the levels of a factor.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slope {
    /// The measure.
    pub measure: String,
    /// The factor, whose levels are numbers.
    pub over: String,
    /// What the slope is per: one unit, a doubling, a tenfold.
    #[serde(default)]
    pub per: Per,
}

/// The unit of a slope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// One unit of the level.
    #[default]
    Unit,
    /// A doubling.
    Doubling,
    /// A factor of ten.
    Tenfold,
}

/// Which estimate a declared name is.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Declared {
    /// The family.
    pub estimate: String,
    /// The levels.
    #[serde(flatten)]
    pub levels: BTreeMap<String, Level>,
}
