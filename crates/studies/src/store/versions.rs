//! By which version of the program a trial was run.

use std::cmp::Ordering;

use cnn::trial::{NUMERICS_VERSION, RECORD_VERSION};
use serde::{Deserialize, Serialize};

/// The versions that are part of a trial's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Versions {
    /// [`NUMERICS_VERSION`] of the program.
    pub numerics_version: u32,
    /// [`RECORD_VERSION`] of the program.
    pub record_version: u32,
}

impl Versions {
    /// Those of this program.
    pub(super) const CURRENT: Self = Self {
        numerics_version: NUMERICS_VERSION,
        record_version: RECORD_VERSION,
    };

    /// Whether they are less than those of this program, the same, or greater. Each of the two only
    /// ever rises, so a greater one is of a newer program.
    pub(super) fn age(self) -> Ordering {
        let newer =
            self.numerics_version > NUMERICS_VERSION || self.record_version > RECORD_VERSION;
        if self == Self::CURRENT {
            Ordering::Equal
        } else if newer {
            Ordering::Greater
        } else {
            Ordering::Less
        }
    }
}
