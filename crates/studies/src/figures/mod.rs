//! Drawing: the only module that knows plotters.
//!
//! A figure is one file that takes a table and returns a [`Figure`]. It lays out frames with
//! [`layout`], draws axes with [`panel`], places [`marks`] by value, says which look is which with [`legend`],
//! and is finished by [`finish`]; [`export`] makes PDF and PNG of it. All lengths are
//! millimetres on paper, all sizes of text and lines points.

pub mod autopsy;
pub mod born_dead;
pub mod canvas;
mod dash;
pub mod export;
pub mod fates;
mod figure;
mod final_deaths;
pub mod finish;
pub mod font;
pub mod forest;
mod hatch;
pub mod layout;
pub mod learning_rate;
pub mod legend;
pub mod marks;
pub mod mechanism;
mod occupancy;
pub mod optimizer;
pub mod panel;
pub mod raster;
pub mod scale;
pub mod stopped_weights;
pub mod style;
#[cfg(test)]
pub(crate) mod synthetic;
pub mod when_filters_die;

pub use figure::{Figure, FigureError};
