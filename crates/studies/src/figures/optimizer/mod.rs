//! A figure of the study `optimizer`.

pub mod coasting;
