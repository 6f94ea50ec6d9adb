//! Derived tables that no SELECT can say: each a function from the recorded tables to a frame,
//! which an analysis names under `special` and then asks like any other table.
//!
//! A new one is a file here and a line in [`SPECIAL`].

mod born_dead;
mod followed_deaths;
mod followed_steps;
mod overlaps;
mod stopped;
mod stopped_filters;

use crate::frames::{Frame, FrameError};
use crate::results::Results;

/// A table made from recorded ones.
type Make = fn(&Results) -> Result<Frame, FrameError>;

/// All special tables, by name.
pub const SPECIAL: &[(&str, Make)] = &[
    ("born_dead_networks", born_dead::networks),
    ("born_dead_filters", born_dead::filters),
    ("born_dead_known", born_dead::known),
    ("followed_deaths", followed_deaths::frame),
    ("followed_steps", followed_steps::frame),
    ("overlaps", overlaps::frame),
    ("stopped_filters", stopped_filters::frame),
];

/// Makes the table of that name; nothing if there is none.
///
/// # Errors
/// If the results lack what it needs.
pub fn frame(name: &str, results: &Results) -> Option<Result<Frame, FrameError>> {
    let found = SPECIAL.iter().find(|(known, _)| *known == name);
    found.map(|(_, make)| make(results))
}
