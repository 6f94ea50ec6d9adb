//! Sentences by template over published tables, numbers in words, the parts of a README.
//!
//! A template shows and does not compute. It may ask for rows of published tables, show their
//! numbers with intervals ([`numbers`]) and choose between words by where an interval lies; it
//! cannot add, order by value or look for a largest: what is chosen is an estimate of
//! `analysis.toml`, with its interval. The language is Jinja's, with these names and no others:
//!
//! | | |
//! |---|---|
//! | `estimate(name, key=level, ..)` | an estimate, also by the name that a prediction gives it |
//! | `estimates(name, key=level, ..)` | all of a family that fit, in the table's order |
//! | `cell(table, column=value, ..)` | the only row that fits |
//! | `rows(table, column=value or list, ..)` | all rows that fit, in the table's order |
//! | `levels(factor)` | its levels in this version of the study, as text |
//! | `level(factor, name)` | the level of that name: `0.32` for `edge` |
//! | `prediction(id)`, `verdict(id)` | its row; `supported`, `refuted` or `undecided` |
//! | a row's columns, `value`, `low`, `high`, `judging` | the last is the interval that judges |
//! | `percent`, `points`, `number`, `whole` | a row, an interval or a number in words |
//! | `label`, `list`, `count`, `upper_first` | a level as it prints; `a, b and c`; how many rows; `A` |
//! | `is within(a, b)`, `outside(a, b)`, `above(a)`, `below(a)` | of the whole interval |
//! | `is known`, `is finite` | of the number |
//!
//! Levels are text, as in the table (`layer == "1"`), and may be given by the names of
//! `[factors.F] names`. A single network's row needs `replicate=`; without, rows are those over
//! networks. What only this version of the study lacks (`--quick`) is a missing value: it prints
//! as `n/a`, is not `known`, and lies nowhere.

mod fault;
mod filters;
mod findings;
mod functions;
mod interval;
pub mod numbers;
mod page;
mod questions;
pub mod readme;
mod refuse;
mod render;
mod row;
mod select;
mod terminal;
#[cfg(test)]
mod tests;

pub use fault::ProseError;
pub use findings::{findings, listed};
pub use page::{Declared, Factor, Page};
pub use render::{Source, check, render};
pub use terminal::{aligned, item};
