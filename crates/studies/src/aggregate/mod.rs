//! Results in bulk: the only module that knows polars.
//!
//! A finished trial is four Parquet tables ([`write_record`]), whose columns are documented in
//! [`documentation`]; [`read_tables`] stacks the tables of many trials into one [`Frame`] each,
//! with the settings of each trial in front. Rows keep the order of the list of trials, whatever
//! order the files were written in.

mod error;
mod fields;
#[cfg(test)]
pub(crate) use fields::example_record;
mod frame;
mod page;
mod parquet;
mod read;
mod schema;
mod value;
mod write;

pub use error::AggregateError;
pub use frame::{Frame, Group};
pub use page::documentation_page;
pub use read::{Part, Tables, read_tables};
pub use schema::{ColumnDocumentation, TableDocumentation, documentation};
pub use value::Value;
pub use write::{TABLE_FILES, write_record};
