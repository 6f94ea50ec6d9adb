//! Figures of `mechanism`.

pub mod spread;
pub mod traces;
