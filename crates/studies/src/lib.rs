//! Studies of when convolutional filters die, and everything the `mortality` program is made of.
//!
//! A study is a specification (a TOML file) that [expands](grid) into a [plan] of trials; the
//! [sweep] runs what the [store] does not hold yet; [frames] reads the results into frames; a
//! [study] turns frames into tables, estimates and [figures]; predictions are judged by the
//! estimates, and [report] writes everything to disk ([evaluate]).
//!
//! Public is what the program's commands name; the compiler tells what of the rest nobody uses.

pub mod analysis;
pub mod evaluate;
pub mod figures;
pub mod frames;
pub mod grid;
pub mod messages;
pub mod plan;
mod predictions;
pub mod progress;
pub mod prose;
pub mod provenance;
pub mod report;
pub mod results;
pub mod schema;
#[cfg(test)]
mod schemas;
mod seed;
pub mod settings;
mod spec;
mod special;
mod statistics;
pub mod stop;
pub mod store;
pub mod study;
pub mod sweep;
pub mod table;
