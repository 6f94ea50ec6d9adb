//! Everything that can be wrong with what a caller asks of this crate.

use std::path::PathBuf;

/// An error that names the layer, key or file and says what would be right.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CnnError {
    /// A text that is not in the notation of layers.
    #[error("`{text}` is not a layer: {expected}")]
    LayerNotation {
        /// The text as it was given.
        text: String,
        /// What would be right.
        expected: String,
    },
    /// A layer that does not fit what comes before it.
    #[error("layer {index} ({layer}): {problem}")]
    Layer {
        /// Position in the architecture, from 0. Inside a residual block the path, for example
        /// `4.1`.
        index: String,
        /// The layer in its notation.
        layer: String,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A setting out of its range.
    #[error("{key} = {value}: {expected}")]
    Setting {
        /// Path of the key, for example `schedule.learning_rate`.
        key: String,
        /// The value as it was given.
        value: String,
        /// What would be right.
        expected: String,
    },
    /// A file that is not what it should be.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A data directory that lacks files.
    #[error(
        "{} lacks {looked_for}; its folders {below} were looked through, too",
        data_dir.display()
    )]
    Missing {
        /// The data directory.
        data_dir: PathBuf,
        /// Names of the files, and where they come from.
        looked_for: String,
        /// Folders below it in which they were looked for, too.
        below: String,
    },
    /// A file that could not be read or written.
    #[error("{}: cannot {action}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried: "read", "write", ...
        action: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The observer asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl CnnError {
    /// A [`CnnError::Setting`].
    pub fn setting(key: &str, value: impl std::fmt::Display, expected: &str) -> Self {
        Self::Setting {
            key: key.to_owned(),
            value: value.to_string(),
            expected: expected.to_owned(),
        }
    }
}
