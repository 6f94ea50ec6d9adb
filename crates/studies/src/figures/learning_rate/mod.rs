//! The figures of the study `learning-rate`.

mod condition;
pub mod dose_response;
pub mod occupancy;

pub use condition::Condition;
