//! Everything that can be wrong with what is asked of this crate.

use std::path::{Path, PathBuf};

/// An error that names file and tensor and says what would be right.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AutopsyError {
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
    /// A file that is not what it should be.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A tensor that is not what it should be.
    #[error("{}: tensor `{tensor}`: {problem}", path.display())]
    Tensor {
        /// The file.
        path: PathBuf,
        /// The tensor's name in the file.
        tensor: String,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A request that cannot be answered, whatever the files hold.
    #[error("{0}")]
    Request(String),
}

impl AutopsyError {
    /// A [`AutopsyError::File`].
    pub(crate) fn file(path: &Path, problem: impl Into<String>) -> Self {
        Self::File {
            path: path.to_owned(),
            problem: problem.into(),
        }
    }

    /// A [`AutopsyError::Tensor`].
    pub(crate) fn tensor(path: &Path, tensor: &str, problem: impl Into<String>) -> Self {
        Self::Tensor {
            path: path.to_owned(),
            tensor: tensor.to_owned(),
            problem: problem.into(),
        }
    }

    /// A function that wraps an I/O error, for `map_err`.
    pub fn io(path: &Path, action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            path,
            action,
            source,
        }
    }
}
