//! The columns of the stored tables, one file a table.

pub(super) mod activity;
pub(super) mod census;
pub(super) mod event;
pub(super) mod filter;
mod front;
pub(super) mod probe;
pub(super) mod trial;

pub use front::FRONT;

#[cfg(test)]
mod example;
#[cfg(test)]
pub(crate) use example::example_record;

use cnn::record::Outcome;

/// What a network can be.
pub const OUTCOMES: [&str; 3] = ["working", "collapsed", "diverged"];

/// `working`, `collapsed` or `diverged`, as in the record's JSON.
pub(crate) fn outcome_name(outcome: Outcome) -> String {
    match outcome {
        Outcome::Working => "working",
        Outcome::Collapsed => "collapsed",
        Outcome::Diverged => "diverged",
    }
    .into()
}
