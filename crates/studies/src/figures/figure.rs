//! What a study hands to the report: one picture and its words.

/// One figure of a study.
#[derive(Clone, Debug)]
pub struct Figure {
    /// File name without extension; unique within the study.
    pub name: String,
    /// The picture. PDF and PNG are made from it.
    pub svg: String,
    /// The caption: what is shown, n, and which interval.
    pub caption: String,
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
