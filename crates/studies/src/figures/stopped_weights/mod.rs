//! Figures of the study `stopped-weights`.

pub mod causes;
pub mod intervals;
mod look;
pub mod overlap;
pub mod raster;
#[cfg(test)]
pub(crate) mod synthetic;
