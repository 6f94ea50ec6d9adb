//! What a study hands to the report: one picture and its words.

use crate::provenance::Cited;

/// One figure of a study.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Its name, which is that of its files and unique within the study, and where its numbers come
    /// from.
    pub cited: Cited,
    /// One line; it is not drawn.
    pub title: String,
    /// What is to be seen and what it shows, in words: the alt text.
    pub alt: String,
    /// The caption in Markdown: what is shown, n, and which interval.
    pub caption: String,
    /// Width on paper in millimetres.
    pub width: f64,
    /// The picture. PDF and PNG are made from it.
    pub svg: String,
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
