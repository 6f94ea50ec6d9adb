//! Drawing: the only module that knows plotters.
//!
//! A figure is data: a `spec` names columns of published tables, and `compose` makes a [`Figure`]
//! of them. It reads rows into blocks (`rows`, `block`), lets the kind of each panel (`kinds`, one
//! file each) draw its marks, and lays out frames, axes, letters, headings and the legend. `labels`
//! are a study's own words for levels; `levels` are the looks of states, causes and layers, the
//! same everywhere.
//!
//! Below them: `canvas` draws in millimetres on paper, text and lines in points; `panel` has a
//! frame with its axes, `scale` their scales and ticks, `marks` what is placed by value, `legend`
//! which look is which; `finish` adds title, alt text and provenance, and [`export`] makes PDF and
//! PNG, in which `stamp` says the same.

pub mod autopsy;
mod block;
mod canvas;
pub(crate) mod compose;
mod dash;
mod entries;
pub mod export;
mod figure;
mod finish;
mod font;
mod hatch;
mod kinds;
mod labels;
mod legend;
mod levels;
mod marks;
mod panel;
mod raster;
mod rows;
mod scale;
pub(crate) mod spec;
mod stamp;
mod style;
#[cfg(test)]
pub(crate) mod synthetic;

pub use figure::{Figure, FigureError};
