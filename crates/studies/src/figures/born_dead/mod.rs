//! The figure of the study `born-dead`.

pub mod depth;
