//! Named columns of equal length.

/// A table in memory, read from the store: rows in a fixed order, columns by name.
#[derive(Clone, Debug, Default)]
pub struct Frame {}

/// What can go wrong between the store and a frame.
#[derive(Debug, thiserror::Error)]
pub enum AggregateError {
    /// A column was asked for that the frame does not have.
    #[error("no column `{column}`")]
    NoColumn {
        /// Its name.
        column: String,
    },
}
