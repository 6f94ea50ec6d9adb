//! Drawing: the only module that knows plotters.

mod figure;

pub use figure::{Figure, FigureError};
