//! The program from end to end, as a user runs it.

mod amendments;
mod answers;
mod authors;
mod autopsy;
mod bad_input;
mod cite;
mod commands;
mod data_files;
mod folders;
mod many;
mod options;
mod place;
mod query;
mod readers;
mod same_bytes;
mod settings;
mod store;
