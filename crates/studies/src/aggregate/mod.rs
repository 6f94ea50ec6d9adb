//! Results in bulk: the only module that knows polars.

mod frame;

pub use frame::{AggregateError, Frame};
