//! Writes what a study found: tables, figures with captions, judged predictions.

mod columns;
pub mod numbers;
pub mod readme;
mod verdicts;

pub use columns::describe;
pub use verdicts::{PREDICTIONS, markdown};
