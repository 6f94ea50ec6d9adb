//! What can go wrong between the store and a frame.

use std::path::PathBuf;

/// Why results could not be read, written or arranged.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// A column was asked for that the frame does not have.
    #[error("no column `{column}`; there are {}", available.join(", "))]
    NoColumn {
        /// Its name.
        column: String,
        /// The columns that there are.
        available: Vec<String>,
    },
    /// A column holds something else than what was asked for.
    #[error("column `{column}` holds {actual}, not {expected}")]
    WrongType {
        /// Its name.
        column: String,
        /// What was asked for.
        expected: &'static str,
        /// What it holds.
        actual: String,
    },
    /// A file of the store could not be opened, read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file of the store is not the Parquet table it should be.
    #[error("{} is damaged or was written by another program: {reason}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Two frames that do not fit together, or columns of different length.
    #[error("{action}: {reason}")]
    Shape {
        /// What was being done.
        action: &'static str,
        /// What does not fit.
        reason: String,
    },
    /// A file name that says nothing of a known format.
    #[error("{}: a table is written as .csv or .parquet", path.display())]
    Extension {
        /// The name.
        path: PathBuf,
    },
}
