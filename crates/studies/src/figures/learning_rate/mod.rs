//! The figures of the study `learning-rate`.

mod condition;
pub mod dose_response;
pub mod effective_rate;
pub mod final_deaths;
pub mod occupancy;
mod responses;

pub use condition::Condition;
