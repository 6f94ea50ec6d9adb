//! Results in bulk: the only module that knows polars.
//!
//! Finished trials are six Parquet tables ([`write_records`]), a public format that [`schema`]
//! describes; [`read_tables`] puts the tables of many trials together, with study, trial, arm,
//! cell, replicate, seed and settings in front; [`foreign`] reads such tables from a folder that
//! another program wrote. [`sql`] asks them. Rows keep the order of the list of trials, whatever
//! order the files were written in.

mod content;
mod error;
mod fields;
pub mod foreign;
#[cfg(test)]
pub(crate) use fields::example_record;
pub use fields::{FRONT, OUTCOMES};
mod frame;
mod generated;
mod output;
#[cfg(test)]
mod page;
mod parquet;
mod read;
mod schema;
mod specs;
pub mod sql;
mod stack;
mod value;
mod write;

pub use content::{digest_in, digest_of};
pub use error::FrameError;
pub use frame::Frame;
pub use generated::generated_tables;
pub use read::{Part, Tables, blank_tables, read_tables};
pub use schema::{ColumnSchema, Kind, SCHEMA_VERSION, TableSchema, schema};
pub use specs::{SPECS_FILE, Spec, ranges, read_specs, write_specs};
pub use stack::{Place, counted, gather_tables};
pub use value::Value;
pub use write::{TABLE_FILES, rows_of, write_records};
