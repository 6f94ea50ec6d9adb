//! Sentences by template over published tables, numbers in words, the parts of a README.
//!
//! A template shows and does not compute. It may ask for rows of published tables, show their
//! numbers with intervals ([`numbers`]) and choose between words by where an interval lies; it
//! cannot add, order by value or look for a largest: what is chosen is an estimate of
//! `analysis.toml`, with its interval. The language is Jinja's, with the words of [`language`] and no
//! others; `mortality grammar` prints them.
//!
//! Levels are text, as in the table (`layer == "1"`), and may be given by the names of
//! `[factors.F] names`. A single network's row needs `replicate=`; without, rows are those over
//! networks. What only this version of the study lacks (`--quick`) is a missing value: it prints
//! as `n/a`, is not `known`, and lies nowhere.

mod ask;
mod fault;
mod filters;
mod findings;
mod functions;
mod interval;
mod language;
pub mod numbers;
mod page;
mod questions;
pub mod readme;
mod refuse;
mod render;
mod row;
mod select;
mod shape;
mod terminal;
#[cfg(test)]
mod tests;

pub use fault::{ProseError, Source};
pub use findings::{findings, listed, remark_on_missing};
pub use language::{Language, Word, language};
pub use page::{Declared, Factor, Page};
pub use render::{check, render};
pub use shape::{Line, Shape, Wanted};
pub use terminal::{aligned, item};
