//! The words of `analysis.toml`, as they are read. What they mean stands where they are carried
//! out: `measured`, `tables`, `estimates`.

mod asked;
mod estimate;

pub use estimate::{Crossing, Declared, Effect, EffectOf, EstimateSpec, HalfRate, Per, Slope};

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::level::Level;
use crate::figures::spec::FigureSpec;
pub use crate::schema::GRAMMAR;

/// One `analysis.toml`, or the shipped library.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grammar {
    /// Version of this grammar.
    pub grammar: u32,
    /// How intervals are made; by t if it is not said. (A lock that does not say it is of the time
    /// before there was a choice: resampled.)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intervals: Option<Intervals>,
    /// Columns by which networks are told apart: what the design varies, or what follows from it
    /// within a row of `trials`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub factors: BTreeMap<String, Factor>,
    /// What a measure is told apart by beside the network: layer, step.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, Factor>,
    /// Which networks have a value: a condition on a row of `trials`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub populations: BTreeMap<String, String>,
    /// Tables that no SELECT can say, made by the program from the recorded ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub special: Vec<String>,
    /// Named SELECTs over the recorded tables and each other.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub views: BTreeMap<String, String>,
    /// One number a network and key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measures: BTreeMap<String, Measure>,
    /// Levels of a factor chosen by a rule.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub picks: BTreeMap<String, Pick>,
    /// What is published, file by file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, TableSpec>,
    /// Numbers with intervals, one or a family each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub estimates: Vec<EstimateSpec>,
    /// Names that predictions of `study.toml` use: which estimate each is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub declared: BTreeMap<String, Declared>,
    /// What is drawn of the published tables.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: BTreeMap<String, FigureSpec>,
}

/// How intervals are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Intervals {
    /// Percentiles over resampled seeds, as the first studies declared: too narrow with few seeds.
    Resampled,
    /// By Student's t, each estimate on the scale on which it was measured to cover.
    T,
}

/// A column by which networks, or what is measured of them, are told apart.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// What it is.
    pub words: String,
    /// How it follows from a row, where it is no column of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
    /// The level that others are compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Level>,
    /// The order of its levels; without it numbers increase and words come as they were run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// How a level prints.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Words for levels, to name them by.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, Level>,
}

/// One number a network and key: `numerator` and `denominator`, a `value`, an `event`, or `sql`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What it is, with its unit.
    pub words: String,
    /// A whole number added up over rows of `table`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numerator: Option<String>,
    /// Another, that it is divided by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denominator: Option<String>,
    /// A number of a row of `table`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// A condition on a row of `table`: 1 where it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// A whole SELECT with columns `trial`, keys, and `value` or `numerator` and `denominator`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
    /// The table or view; `trials` if none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Which of its rows count.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// What it can be told apart by, beside the network.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// Which networks have a value; all if none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// The value of the networks outside the population; none if it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outside: Option<f64>,
    /// How networks are put together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistic: Option<Statistic>,
}

/// How the numbers of several networks become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// Mean over networks.
    Mean,
    /// Mean of shares: the same, and exact limits where all are 0 or all are 1.
    Share,
    /// Mean of numbers from 0 to 1 of which some lie near the end: accuracies.
    Proportion,
    /// Share of networks in which something holds; exact binomial interval, none where several
    /// networks have the same seed.
    Event,
    /// Mean over networks, of which several may have the same seed; no interval.
    Networks,
    /// Sum of numerators over sum of denominators, over networks; seeds are resampled.
    Pooled,
    /// Median over all things of all networks; seeds are resampled.
    Median,
    /// Sum of numerators, of whole numbers; no interval.
    Total,
    /// Sum of numerators over sum of denominators as an exact binomial share.
    Exact,
}

/// A level of a factor chosen by a rule, one for each combination of the factors `within`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// What it is.
    pub words: String,
    /// The factor whose level is chosen.
    pub over: String,
    /// The factors that are held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<String>,
    /// The highest level at which the measure's mean over networks is at least this.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub highest_with: BTreeMap<String, f64>,
    /// Levels near that one: the name of each, and the ratio to it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub near: BTreeMap<String, f64>,
    /// The name of that level; without it the pick's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named: Option<String>,
    /// The name of the highest level of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// The name of the next higher level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A published table: a summary (`by`, `measures`), a listing (`sql`), estimates, or a special one.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableSpec {
    /// What a row is.
    pub words: String,
    /// Summary: factors and keys, the first one slowest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// Summary: a row `all` too, whole numbers added over the levels of these keys, networks of all
    /// levels of these factors pooled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub total: Vec<String>,
    /// Summary: what is measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<String>,
    /// Summary and estimates: a row a network beside the row over networks, of these measures or
    /// estimates.
    #[serde(default)]
    pub networks: Networks,
    /// Which levels: a level or a list for each factor.
    #[serde(default, rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
    pub filter: BTreeMap<String, Levels>,
    /// Only networks of these seeds, from the first to the last, counted from 0: as if no others
    /// had been run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicates: Option<[u32; 2]>,
    /// Only levels that a pick has chosen, with a column of its name that says which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
    /// Listing: a SELECT over the recorded tables and views.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
    /// Listing: what each column is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
    /// Estimates: the families whose estimates are rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub estimates: Vec<String>,
    /// The levels that a pick has chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picks: Option<String>,
}

/// Which rows of single networks a table has.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Networks {
    /// Of all, or of none.
    All(bool),
    /// Of these measures.
    Of(Vec<String>),
}

/// A level or several.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Levels {
    /// One.
    One(Level),
    /// Any of these.
    Any(Vec<Level>),
}

impl Default for Networks {
    fn default() -> Self {
        Self::All(false)
    }
}

impl Networks {
    /// Whether there are rows of single networks for a measure or estimate of that name.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::All(all) => *all,
            Self::Of(names) => names.iter().any(|known| known == name),
        }
    }
}

impl Levels {
    /// Whether a level is one of them.
    pub fn holds(&self, level: &Level) -> bool {
        match self {
            Self::One(one) => one == level,
            Self::Any(any) => any.contains(level),
        }
    }

    /// All of them.
    pub fn all(&self) -> Vec<&Level> {
        match self {
            Self::One(one) => vec![one],
            Self::Any(any) => any.iter().collect(),
        }
    }
}
