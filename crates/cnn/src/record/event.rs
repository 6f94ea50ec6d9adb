//! Rows of the table `events`.

use serde::{Deserialize, Serialize};

/// What happened to a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Alive before and dead after.
    Death,
    /// Dead before and alive after.
    Revival,
}

impl Event {
    /// Its name in tables: `death`, `revival`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Death => "death",
            Self::Revival => "revival",
        }
    }
}

/// One death or revival of a filter, by the censuses of the grid and the training batches between
/// two of them.
///
/// A death ends at the census that finds the filter dead, and begins after the last step, by a
/// census or a batch, at which it was alive. A revival begins after the census that found it dead
/// last, and ends at the first step whose training batch met it alive, or else at the census that
/// did. Death and revival of one filter alternate. (Where the pixels are permuted at a census's
/// step the first batch after it may wake a filter at that very step.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventRow {
    /// Index among the layers with an activation, from 0.
    pub layer: u32,
    /// Index within the layer.
    pub filter: u32,
    /// What happened.
    pub event: Event,
    /// In the interval (a, b]: a.
    pub after_step: u32,
    /// In the interval (a, b]: b.
    pub by_step: u32,
    /// Whether the bits of its own weights or bias changed: from the census before to step b.
    pub own_changed: bool,
    /// Whether the bits of any parameter of the layers below did, likewise.
    pub below_changed: bool,
    /// Of a revival, the training images on which it acts (pre-activation above 0 at some
    /// position) at the next census; none of a death, and where it was dead again by then.
    pub images_active: Option<u32>,
}
