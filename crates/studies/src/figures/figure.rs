//! What a study hands to the report: one picture, its words and the table behind it.

use crate::table::{Table, TableError};

/// One figure of a study.
#[derive(Clone, Debug)]
pub struct Figure {
    /// File name without extension; unique within the study.
    pub name: String,
    /// The picture. PDF and PNG are made from it.
    pub svg: String,
    /// The caption: what is shown, n, and which interval.
    pub caption: String,
    /// Exactly the numbers that are drawn.
    pub table: Table,
}

/// Why a figure could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("figure {figure}: {reason}")]
pub struct FigureError {
    /// The figure's name.
    pub figure: String,
    /// What went wrong.
    pub reason: String,
}

impl From<TableError> for FigureError {
    fn from(error: TableError) -> Self {
        Self {
            figure: error.table().into(),
            reason: error.to_string(),
        }
    }
}
