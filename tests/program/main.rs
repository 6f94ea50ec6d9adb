//! The program from end to end, as a user runs it.

mod autopsy;
mod bad_input;
mod commands;
mod damaged_results;
mod place;
mod same_bytes;
