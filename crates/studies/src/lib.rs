//! Studies of when convolutional filters die, and everything the `mortality` program is made of.
//!
//! A study is a [specification](spec) (a TOML file) that [expands](grid) into trials; the
//! [sweep] runs what the [store] does not hold yet; [aggregate] reads the results into frames;
//! a [study] turns frames into tables, estimates and [figures]; [predictions] judges the
//! estimates, and [report] writes everything to disk.

pub mod aggregate;
pub mod figures;
pub mod predictions;
pub mod report;
pub mod statistics;
pub mod study;
pub mod table;
