//! What can go wrong when a study is evaluated.

use crate::analysis::AnalysisError;
use crate::figures::FigureError;
use crate::frames::FrameError;
use crate::messages::Problems;
use crate::prose::ProseError;
use crate::table::TableError;

/// Why a study could not be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The results do not hold what the study asks for.
    #[error(transparent)]
    Aggregate(#[from] FrameError),
    /// A figure could not be drawn.
    #[error(transparent)]
    Figure(#[from] FigureError),
    /// An analysis cannot be carried out.
    #[error(transparent)]
    Analysis(#[from] AnalysisError),
    /// Somebody asked to stop.
    #[error(transparent)]
    Stopped(#[from] crate::stop::Stopped),
    /// A file of the study has mistakes.
    #[error(transparent)]
    Files(#[from] Problems),
    /// A template asks for what is not there.
    #[error(transparent)]
    Prose(#[from] ProseError),
    /// The published tables do not hold what a sentence asks for.
    #[error(transparent)]
    Table(#[from] TableError),
}
