//! Writes what a study found: tables, figures with captions, judged predictions, sentences.
//!
//! Sentences and the table of predictions follow from the published tables alone
//! ([`Study::findings`](crate::study::Study::findings)), and stand in the READMEs between two
//! markers ([`crate::prose::readme`]), so that a test can tell whether README and tables agree.

mod amendments;
pub mod cite;
mod columns;
pub mod files;
mod publish;
pub(crate) mod verdicts;
mod words;

pub use publish::{Compared, Report, publish};
#[cfg(test)]
pub(crate) use words::{answer, findings, quoted};
pub use words::{update, update_own};
