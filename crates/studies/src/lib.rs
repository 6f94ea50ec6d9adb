//! Studies of when convolutional filters die, and everything the `mortality` program is made of.
//!
//! A study is a [specification](spec) (a TOML file) that [expands](grid) into a [plan] of trials;
//! the [sweep] runs what the [store] does not hold yet; [frames] reads the results into frames;
//! a [study] turns frames into tables, estimates and [figures]; [predictions] judges the
//! estimates, and [report] writes everything to disk ([evaluate]).

pub mod analysis;
pub mod evaluate;
pub mod figures;
pub mod frames;
pub mod grid;
pub mod messages;
pub mod plan;
pub mod predictions;
pub mod progress;
pub mod prose;
pub mod provenance;
pub mod report;
pub mod results;
pub mod schema;
pub mod schemas;
pub mod seed;
pub mod spec;
pub mod special;
pub mod statistics;
pub mod stop;
pub mod store;
pub mod study;
pub mod sweep;
pub mod table;
