//! What the probes are asked to measure. How they do it stands in [`crate::probe`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::CnnError;
use crate::initialization::Scheme;

/// Measurements that only some studies need, off by default.
///
/// A probe that is off does not stand in the canonical form: a new probe leaves the ids of all
/// other trials as they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Probes {
    /// What carried filters to their death.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deaths: Option<Deaths>,
    /// Which dead filters come back, and what woke them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revivals: Option<Revivals>,
    /// Which weights stop, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<StoppedSettings>,
    /// How many networks or filters are dead before training.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub born_dead: Option<BornDead>,
    /// How far dead filters travel on what their optimizer remembers.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub coasting: bool,
}

impl Probes {
    /// Whether all values are in their range.
    ///
    /// # Errors
    /// [`CnnError::Setting`] with the key, its value and what would be right.
    pub fn check(&self) -> Result<(), CnnError> {
        let stopped = self.stopped.as_ref();
        stopped.map_or(Ok(()), StoppedSettings::check)?;
        self.born_dead.as_ref().map_or(Ok(()), BornDead::check)
    }
}

/// How many deaths are followed, and how far back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deaths {
    /// At most this many in each layer.
    pub deaths: usize,
    /// Steps before each death; fewer for one that comes earlier.
    pub steps: u32,
}

/// How closely revivals are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revivals {
    /// At most this many revivals of each layer have their cause split.
    pub splits: usize,
}

/// When weights are compared, and what is written of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoppedSettings {
    /// Steps between comparisons; at least 1.
    pub every: u32,
    /// Steps between the two snapshots of a comparison: increasing, from 1 to `every`.
    pub intervals: Vec<u32>,
    /// Whether the longest interval is also written filter by filter.
    #[serde(default)]
    pub by_filter: bool,
    /// Whether the stopped weights of the last comparison are written one by one.
    #[serde(default)]
    pub set: bool,
}

impl StoppedSettings {
    /// Whether the intervals fit.
    ///
    /// # Errors
    /// [`CnnError::Setting`] with the key, its value and what would be right.
    pub fn check(&self) -> Result<(), CnnError> {
        if self.every == 0 {
            let expected = "must be at least 1 step";
            return Err(CnnError::setting("probes.stopped.every", 0, expected));
        }
        let increasing = self.intervals.windows(2).all(|pair| pair[0] < pair[1]);
        let fit = self
            .intervals
            .iter()
            .all(|interval| (1..=self.every).contains(interval));
        if self.intervals.is_empty() || !increasing || !fit {
            let expected = format!(
                "must be increasing numbers of steps from 1 to probes.stopped.every = {}",
                self.every
            );
            return Err(CnnError::setting(
                "probes.stopped.intervals",
                format!("{:?}", self.intervals),
                &expected,
            ));
        }
        Ok(())
    }
}

/// What is drawn, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum BornDead {
    /// Networks with one input.
    Networks {
        /// How many, from 1 to 2^24.
        draws: u32,
        /// Hidden layers, from 1 to 64.
        hidden: u32,
        /// Units of each, from 1 to 32.
        width: u32,
        /// He or RAI.
        scheme: Scheme,
    },
    /// Single filters.
    Filters {
        /// How many, from 1 to 2^24.
        draws: u32,
    },
}

impl BornDead {
    /// Whether all values are in their range.
    ///
    /// # Errors
    /// [`CnnError::Setting`] with the key, its value and what would be right.
    pub fn check(&self) -> Result<(), CnnError> {
        let within = |key: &str, value: u32, most: u32| {
            if (1..=most).contains(&value) {
                return Ok(());
            }
            let expected = format!("must be from 1 to {most}");
            Err(CnnError::setting(
                &format!("probes.born_dead.{key}"),
                value,
                &expected,
            ))
        };
        match *self {
            Self::Filters { draws } => within("draws", draws, 1 << 24),
            Self::Networks {
                draws,
                hidden,
                width,
                scheme,
            } => {
                within("draws", draws, 1 << 24)?;
                within("hidden", hidden, 64)?;
                within("width", width, 32)?;
                if !matches!(scheme, Scheme::He | Scheme::Rai) {
                    let expected = "networks are drawn by `he` or `rai`";
                    let given = format!("{scheme:?}");
                    return Err(CnnError::setting(
                        "probes.born_dead.scheme",
                        given,
                        expected,
                    ));
                }
                Ok(())
            }
        }
    }
}
