//! Writes what a study found: tables, figures with captions, judged predictions, sentences.
//!
//! Sentences and the table of predictions follow from the published tables alone
//! ([`Study::findings`](crate::study::Study::findings)), and stand in the READMEs between two
//! markers ([`readme`]), so that a test can tell whether README and tables agree.

mod columns;
pub mod files;
pub mod numbers;
mod publish;
pub mod readme;
mod terminal;
pub(crate) mod verdicts;
mod words;

pub use publish::{Compared, Report, publish};
pub use terminal::{aligned, item};
#[cfg(test)]
pub(crate) use verdicts::estimates;
pub use verdicts::{ESTIMATES, PREDICTIONS};
pub use words::{answer, findings, listed, update};
