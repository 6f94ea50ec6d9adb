//! What can go wrong when an analysis is carried out.

use crate::frames::FrameError;
use crate::frames::sql::SqlError;

/// Why an analysis cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// A query is refused, or polars cannot carry it out.
    #[error("{key}: {error}")]
    Sql {
        /// Which key of analysis.toml it stands at.
        key: String,
        /// What is wrong with it.
        error: SqlError,
    },
    /// The results lack what is asked for.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// What a key asks for does not fit the results.
    #[error("{key}: {problem}")]
    Unfit {
        /// Which key of analysis.toml.
        key: String,
        /// What does not fit, and what would.
        problem: String,
    },
}

impl AnalysisError {
    /// The key of analysis.toml that it stands at.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Sql { key, .. } | Self::Unfit { key, .. } => Some(key),
            Self::Frame(_) => None,
        }
    }

    /// What is wrong, without the key.
    pub fn words(&self) -> String {
        match self {
            Self::Sql { error, .. } => error.to_string(),
            Self::Unfit { problem, .. } => problem.clone(),
            Self::Frame(error) => error.to_string(),
        }
    }

    /// What is wrong with a query; of anything else its words.
    pub fn sql(&self) -> SqlError {
        match self {
            Self::Sql { error, .. } => error.clone(),
            other => SqlError::whole("", other.to_string()),
        }
    }

    /// What does not fit the results.
    pub fn unfit(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Unfit {
            key: key.into(),
            problem: problem.into(),
        }
    }
}

/// A query's error, with the key that it stands at.
pub fn sql_error(key: &str) -> impl Fn(SqlError) -> AnalysisError + use<'_> {
    move |error| AnalysisError::Sql {
        key: key.into(),
        error,
    }
}
